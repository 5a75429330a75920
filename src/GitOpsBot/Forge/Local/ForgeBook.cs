using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GitOpsBot.Git;

namespace GitOpsBot.Forge.Local;

/// <summary>A pull request as the book holds it.</summary>
internal sealed record LocalPullRequest(
    int Number, string Title, string Body, PullRequestState State, string Head, string Base, string HeadSha, IReadOnlyList<string> Labels, IReadOnlyList<Review> Approvals,
    string? MergeSha, string? ClosedBy)
{
    /// <summary>The commit that is about to be put on the base branch; written before it is, so that whoever comes after a crash can finish.</summary>
    public string? Merging { get; init; }
}

/// <summary>A comment as the book holds it.</summary>
internal sealed record LocalComment(
    long Id, int PullRequest, string Login, string Text, DateTimeOffset At, string HeadSha, bool IsEdited, bool IsByBot, IReadOnlyList<Reaction> Reactions);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LocalPullRequest))]
[JsonSerializable(typeof(LocalComment))]
[JsonSerializable(typeof(CommitStatus))]
[JsonSerializable(typeof(Core.Policies.ReportedStatus))]
internal sealed partial class ForgeJson : JsonSerializerContext;

/// <summary>One page of the book.</summary>
internal sealed record ForgePages(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files)
{
    private IReadOnlyList<LocalPullRequest>? pulls;
    private IReadOnlyList<LocalComment>? comments;

    public IEnumerable<LocalPullRequest> PullRequests => pulls ??= All("pulls/", json => json.LocalPullRequest);

    public IEnumerable<LocalComment> Comments => comments ??= All("comments/", json => json.LocalComment);

    public CommitStatus? Status(string sha) => Files.TryGetValue(ForgeBook.StatusPath(sha), out var bytes) ? JsonSerializer.Deserialize(bytes.Span, ForgeJson.Default.CommitStatus) : null;

    public IEnumerable<Core.Policies.ReportedStatus> Reports(string sha, string context) =>
        All(ForgeBook.ReportFolder(sha, context), json => json.ReportedStatus);

    // Asked for its type only when there is such a page: to know how one is read takes a moment at the start.
    private List<T> All<T>(string folder, Func<ForgeJson, JsonTypeInfo<T>> type) =>
        [.. Files.Keys.Where(path => path.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(path => JsonSerializer.Deserialize(Files[path].Span, type(ForgeJson.Default))!)];
}

/// <summary>The forge's book: files on one ref of the bare repository, every change one commit, moved as a compare-and-swap, so that two processes lose nothing.</summary>
internal sealed class ForgeBook(ManifestRepository git, CommitIdentity bot, TimeProvider clock)
{
    /// <summary>Not a branch, so that nobody merges or deletes it by accident.</summary>
    public const string Ref = "refs/gitopsbot/forge";

    // Each loser of a race tries again; people and two bots do not race more often than this.
    private const int MostTries = 50;

    private (string? Tip, ForgePages Pages)? last;

    public static string PullPath(int number) => string.Create(CultureInfo.InvariantCulture, $"pulls/{number}.json");

    public static string CommentPath(long id) => string.Create(CultureInfo.InvariantCulture, $"comments/{id}.json");

    public static string StatusPath(string sha) => $"statuses/{sha}.json";

    // A context may hold anything; a file's name may not.
    public static string ReportFolder(string sha, string context) => $"reports/{sha}/{Core.Artifacts.Digest.Of(System.Text.Encoding.UTF8.GetBytes(context)).Hex}/";

    public ForgePages Read() => Read(git.ReadRef(Ref));

    /// <summary>Changes the book: what is returned is written (null removes the page), and nothing when it is what stands there.</summary>
    public ForgePages Change(string message, Func<ForgePages, (string Path, ReadOnlyMemory<byte>? Page)?> change)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var tip = git.ReadRef(Ref);
            var pages = Read(tip);
            if (change(pages) is not { } written || (pages.Files.TryGetValue(written.Path, out var old) && written.Page is { } page && old.Span.SequenceEqual(page.Span)))
            {
                return pages;
            }

            var commit = git.WriteCommit(
                tip is null ? [] : [tip], tip, new Dictionary<string, ReadOnlyMemory<byte>?> { [written.Path] = written.Page }, message + "\n", bot, bot, clock.GetUtcNow());
            if (git.Push(Ref, tip, commit) is PushResult.Moved)
            {
                return Read(commit);
            }
        }

        throw new ForgeException($"The pull requests were changed {MostTries} times by others meanwhile.", isTransient: true);
    }

    public static (string, ReadOnlyMemory<byte>?)? Page(LocalPullRequest pull) => (PullPath(pull.Number), JsonSerializer.SerializeToUtf8Bytes(pull, ForgeJson.Default.LocalPullRequest));

    public static (string, ReadOnlyMemory<byte>?)? Page(LocalComment comment) => (CommentPath(comment.Id), JsonSerializer.SerializeToUtf8Bytes(comment, ForgeJson.Default.LocalComment));

    public static (string, ReadOnlyMemory<byte>?)? Page(string sha, CommitStatus status) => (StatusPath(sha), JsonSerializer.SerializeToUtf8Bytes(status, ForgeJson.Default.CommitStatus));

    public static (string, ReadOnlyMemory<byte>?)? Page(string context, Core.Policies.ReportedStatus report) =>
        ($"{ReportFolder(report.Commit, context)}{report.Login.ToLowerInvariant()}.json", JsonSerializer.SerializeToUtf8Bytes(report, ForgeJson.Default.ReportedStatus));

    // What was read of a commit stays; a pass asks for it hundreds of times.
    private ForgePages Read(string? tip)
    {
        if (last is null || last.Value.Tip != tip)
        {
            last = (tip, new ForgePages(tip is null ? new Dictionary<string, ReadOnlyMemory<byte>>() : new CommitFiles(git, tip)));
        }

        return last.Value.Pages;
    }
}
