using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>A person said: nothing moves here.</summary>
public sealed record Hold(string By, DateTimeOffset At, string? Reason);

/// <summary>A person froze an environment of every pipeline, or everything.</summary>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it ends by itself; null: when it is lifted.</param>
/// <param name="Reason">Why.</param>
public sealed record FreezePage(string By, DateTimeOffset At, DateTimeOffset? Until, string Reason);

/// <summary>What stands in an environment no longer meets its policy.</summary>
/// <param name="Commit">The commit that put it there.</param>
/// <param name="Gates">The gates that are not met any more.</param>
/// <param name="Sentence">For people.</param>
/// <param name="Since">When it was found.</param>
public sealed record UnmetPage(string Commit, IReadOnlyList<string> Gates, string Sentence, DateTimeOffset Since);

/// <summary>Something that landed failed while it was watched, and was acted upon.</summary>
/// <param name="Commit">The commit that put it there.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
public sealed record WatchPage(string Commit, string Reason, DateTimeOffset At);

/// <summary>A person overrode a gate of one promotion.</summary>
/// <param name="PullRequest">Where it was asked for.</param>
/// <param name="Comment">The comment that asked for it.</param>
/// <param name="Head">The head that was looked at.</param>
/// <param name="Promotion">The <c>Promotion-Id</c>.</param>
/// <param name="Gate">The gate.</param>
/// <param name="Code">What the gate said then.</param>
/// <param name="IsFailure">Whether that was a no; otherwise it waited.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
/// <param name="Expires">How long it lasts.</param>
/// <param name="FollowUp">How long after the landing the gate must pass; null when nobody asks.</param>
public sealed record OverridePage(
    int PullRequest, long Comment, string Head, string Promotion, string Gate, string Code, bool IsFailure, string Reason, string By, DateTimeOffset At, TimeSpan Expires, TimeSpan? FollowUp);

/// <summary>What is owed for what stands somewhere and landed past a gate.</summary>
/// <param name="Commit">The commit that put it there.</param>
/// <param name="Promotion">The <c>Promotion-Id</c>.</param>
/// <param name="PullRequest">The pull request it landed by.</param>
/// <param name="Until">By when; null when nobody asks.</param>
/// <param name="Gates">The overridden gates that have not passed since; none when it is done.</param>
/// <param name="IsOverdue">Whether the time was over before all had.</param>
public sealed record FollowUpPage(string Commit, string Promotion, int PullRequest, DateTimeOffset? Until, IReadOnlyList<string> Gates, bool IsOverdue)
{
    /// <summary>For people; null when nobody asks.</summary>
    [JsonIgnore]
    public string? Sentence => Until is { } until ? FollowUp.Sentence(Gates, until, IsOverdue) : null;
}

/// <summary>The newest landing that needs no judging any more: the bot judged it before it moved, or again after others had moved it.</summary>
/// <param name="Commit">The commit that put something there.</param>
public sealed record LandedPage(string Commit);

/// <summary>What others put somewhere although its policy would have stopped it. Written once and never taken away: the ledger tells it for good.</summary>
/// <param name="Artifacts">Digest by the artifact's name; an empty text where nobody knows it.</param>
/// <param name="Gates">What would have stopped it.</param>
/// <param name="Landed">When it landed.</param>
/// <param name="Found">When it was found.</param>
public sealed record UnprovenPage(IReadOnlyDictionary<string, string> Artifacts, IReadOnlyList<UnprovenGate> Gates, DateTimeOffset Landed, DateTimeOffset Found);

/// <summary>One thing that would have stopped a landing.</summary>
/// <param name="Name">The gate, or what else objected.</param>
/// <param name="Code">Its code.</param>
/// <param name="Reason">Expected and found.</param>
public sealed record UnprovenGate(string Name, string Code, string Reason);

/// <summary>A bot is about to put something into a capped environment: the place is taken, for as long as the cap counts or until the folder is another one.</summary>
/// <param name="Promotion">The <c>Promotion-Id</c>.</param>
/// <param name="Tree">Git's id of the environment's folder as it stood then; null when there was none.</param>
/// <param name="At">When.</param>
public sealed record IntentPage(string Promotion, string? Tree, DateTimeOffset At);

/// <summary>A person lifted what followed a rollback.</summary>
/// <param name="PutBack">The commit that put something back; or, for a rollback that had not landed, null.</param>
/// <param name="Replaced">The commit that put there what the rollback replaces.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record Lift(string? PutBack, string? Replaced, string By, DateTimeOffset At);

/// <summary>A person asked for these digests by name. It holds while <paramref name="Standing"/> is what put there what stands there now: any move ends it.</summary>
/// <param name="Artifacts">Digest by the artifact's name.</param>
/// <param name="Tags">Tag by the artifact's name, where it was asked for by version.</param>
/// <param name="Standing">The commit that had put there what stood there then; null when nothing did.</param>
/// <param name="After">The highest number of any pull request then: a pull request closed before that is no longer a no.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record Request(
    IReadOnlyDictionary<string, string> Artifacts, IReadOnlyDictionary<string, string> Tags, string? Standing, int After, string By, DateTimeOffset At);

/// <summary>A person asked to roll back. It holds while <paramref name="Reverts"/> is what put there what stands there now.</summary>
/// <param name="To">The commit whose landing shall stand there again.</param>
/// <param name="Reverts">The commit that put there what stood there then.</param>
/// <param name="After">The highest number of any pull request then: one that a person closes after that ends the request.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record RollbackRequest(string To, string Reverts, int After, string Reason, string By, DateTimeOffset At);

/// <summary>What became of a comment's commands; written together with their effect, so that a repeat changes nothing.</summary>
/// <param name="Answer">One line for people.</param>
/// <param name="Reaction">🚀, 👎 or 😕 as a word.</param>
/// <param name="Approves">The head that was approved, or null.</param>
/// <param name="By">Who wrote the comment.</param>
/// <param name="At">When it was handled.</param>
public sealed record HandledComment(string Answer, Forge.Reaction Reaction, string? Approves, string By, DateTimeOffset At);

/// <summary>When the newest comment was written that was handled; comments before it need not be read again.</summary>
public sealed record NewestComment(DateTimeOffset At);

/// <summary>What the bot's comment in a pull request shows.</summary>
/// <param name="Comment">The comment's id.</param>
/// <param name="Count">How many answers stand in it, and have their reaction.</param>
/// <param name="Text">SHA-256 of its text, in hexadecimal digits.</param>
/// <param name="IsOver">Whether it says that the pull request is not open any more.</param>
/// <param name="FollowUp">What it says of a follow-up, or null.</param>
public sealed record ShownAnswers(long Comment, int Count, string Text, bool IsOver, string? FollowUp = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true, NewLine = "\n",
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Hold))]
[JsonSerializable(typeof(Lift))]
[JsonSerializable(typeof(FreezePage))]
[JsonSerializable(typeof(UnmetPage))]
[JsonSerializable(typeof(WatchPage))]
[JsonSerializable(typeof(OverridePage))]
[JsonSerializable(typeof(FollowUpPage))]
[JsonSerializable(typeof(LandedPage))]
[JsonSerializable(typeof(IntentPage))]
[JsonSerializable(typeof(UnprovenPage))]
[JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(RollbackRequest))]
[JsonSerializable(typeof(HandledComment))]
[JsonSerializable(typeof(NewestComment))]
[JsonSerializable(typeof(ShownAnswers))]
internal sealed partial class BotStateJson : JsonSerializerContext;

/// <summary>
/// What the branch <c>gitopsbot/state</c> says (SPEC section 5): the bot's book, as files. Losing it loses history and what people asked for,
/// not correctness: what stands and what is refused is read from the manifests' own history.
/// </summary>
/// <param name="Tip">The commit it was read from; null when the branch does not exist.</param>
/// <param name="Files">Bytes by path.</param>
public sealed record BotState(string? Tip, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files)
{
    /// <summary>The branch.</summary>
    public const string Branch = "gitopsbot/state";

    // Environments ask one by one, and a book may have tens of thousands of pages: it is gone through once.
    private readonly Lazy<ILookup<string, string>> overrides = new(() =>
        Files.Keys.Where(path => path.StartsWith("overrides/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToLookup(path => path[..(path.LastIndexOf('/') + 1)], StringComparer.Ordinal));

    private readonly Lazy<IReadOnlyDictionary<int, FollowUpPage>> followUps = new(() => Files.Keys.Where(path => path.StartsWith("followups/", StringComparison.Ordinal))
        .Select(path => Read(Files, path, json => json.FollowUpPage)!).GroupBy(p => p.PullRequest).ToDictionary(g => g.Key, g => g.First()));

    /// <summary>What people overrode in an environment of a pipeline, whether it still counts or not.</summary>
    public IReadOnlyList<OverridePage> OverridesIn(string pipeline, string environment) =>
        [.. overrides.Value[OverrideFolder(pipeline, environment)].Select(path => Read(path, json => json.OverridePage)!)];

    /// <summary>What is owed for what stands, or last stood, somewhere; null when nothing is.</summary>
    public FollowUpPage? FollowUpIn(string pipeline, string environment) =>
        overrides.Value.Contains(OverrideFolder(pipeline, environment)) ? Read(FollowUpPath(pipeline, environment), json => json.FollowUpPage) : null;

    /// <summary>What is owed for what landed by a pull request; null when nothing is, or it does not stand there any more.</summary>
    public FollowUpPage? FollowUpOf(int pullRequest) => followUps.Value.GetValueOrDefault(pullRequest);

    /// <summary>The hold on an environment of a pipeline, or null.</summary>
    public Hold? HoldOn(string pipeline, string environment) => Read(HoldPath(pipeline, environment), json => json.Hold);

    /// <summary>Everything that people froze by command, ended or not.</summary>
    public IReadOnlyList<AskedFreeze> Freezes =>
    [
        .. Files.Keys.Where(path => path.StartsWith(FreezeFolder, StringComparison.Ordinal) && path.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(path => (Name: path[FreezeFolder.Length..^".json".Length], Page: Read(path, json => json.FreezePage)!))
            .Select(f => new AskedFreeze(f.Name, f.Page.By, f.Page.Until, f.Page.Reason)),
    ];

    /// <summary>What stands there and no longer meets its policy, or null.</summary>
    public UnmetPage? UnmetIn(string pipeline, string environment) => Read(UnmetPath(pipeline, environment), json => json.UnmetPage);

    /// <summary>The last landing there that failed while it was watched, or null.</summary>
    public WatchPage? WatchOf(string pipeline, string environment) => Read(WatchPath(pipeline, environment), json => json.WatchPage);

    /// <summary>The newest landing there that needs no judging any more, or null.</summary>
    public LandedPage? LandedIn(string pipeline, string environment) => Read(LandedPath(pipeline, environment), json => json.LandedPage);

    /// <summary>Why what a commit put there is unproven, or null.</summary>
    public UnprovenPage? UnprovenBy(string pipeline, string environment, string commit) => Read(UnprovenPath(pipeline, environment, commit), json => json.UnprovenPage);

    /// <summary>What a bot was last about to put there, or null.</summary>
    public IntentPage? IntentFor(string pipeline, string environment) => Read(IntentPath(pipeline, environment), json => json.IntentPage);

    /// <summary>The newest lift, or null.</summary>
    public Lift? LiftOf(string pipeline, string environment) => Read(LiftPath(pipeline, environment), json => json.Lift);

    /// <summary>What was asked for by name, or null.</summary>
    public Request? RequestFor(string pipeline, string environment) => Read(RequestPath(pipeline, environment), json => json.Request);

    /// <summary>The rollback that was asked for, or null.</summary>
    public RollbackRequest? RollbackOf(string pipeline, string environment) => Read(RollbackPath(pipeline, environment), json => json.RollbackRequest);

    /// <summary>What became of a comment, or null while it was not handled.</summary>
    public HandledComment? Handled(int pullRequest, long comment) => Read(CommentPath(pullRequest, comment), json => json.HandledComment);

    /// <summary>When the newest handled comment was written, or null.</summary>
    public DateTimeOffset? NewestHandled => Read(NewestPath, json => json.NewestComment)?.At;

    /// <summary>How many comments were handled in each pull request that has any.</summary>
    public IEnumerable<(int PullRequest, int Count)> AnswerCounts => CommentPaths().GroupBy(p => p.PullRequest).Select(g => (g.Key, g.Count())).OrderBy(g => g.Key);

    /// <summary>The handled comments of a pull request, in the order they were written.</summary>
    public IReadOnlyList<(long Comment, HandledComment Answer)> AnswersIn(int pullRequest) =>
        [.. CommentPaths().Where(p => p.PullRequest == pullRequest).Select(p => p.Comment).Order().Select(c => (c, Handled(pullRequest, c)!))];

    /// <summary>What the bot's comment in a pull request shows, or null while there is none.</summary>
    public ShownAnswers? ShownIn(int pullRequest) => Read(ShownPath(pullRequest), json => json.ShownAnswers);

    internal static string HoldPath(string pipeline, string environment) => $"holds/{environment}/{pipeline}.json";

    internal const string FreezeFolder = "freezes/";

    internal static string FreezePath(string environment) => $"{FreezeFolder}{environment}.json";

    internal static string UnmetPath(string pipeline, string environment) => $"unmet/{environment}/{pipeline}.json";

    internal static string WatchPath(string pipeline, string environment) => $"watched/{environment}/{pipeline}.json";

    internal static string OverridePath(string pipeline, string environment, long comment, string gate) =>
        string.Create(CultureInfo.InvariantCulture, $"{OverrideFolder(pipeline, environment)}{comment}-{gate}.json");

    private static string OverrideFolder(string pipeline, string environment) => $"overrides/{environment}/{pipeline}/";

    internal static string FollowUpPath(string pipeline, string environment) => $"followups/{environment}/{pipeline}.json";

    internal static string LandedPath(string pipeline, string environment) => $"landed/{environment}/{pipeline}.json";

    internal static string UnprovenPath(string pipeline, string environment, string commit) => $"unproven/{environment}/{pipeline}/{commit}.json";

    internal static string IntentPath(string pipeline, string environment) => $"intents/{environment}/{pipeline}.json";

    internal static string LiftPath(string pipeline, string environment) => $"lifts/{environment}/{pipeline}.json";

    internal static string RequestPath(string pipeline, string environment) => $"requests/{environment}/{pipeline}.json";

    internal static string RollbackPath(string pipeline, string environment) => $"rollbacks/{environment}/{pipeline}.json";

    internal static string CommentPath(int pullRequest, long comment) => string.Create(CultureInfo.InvariantCulture, $"comments/{pullRequest}/{comment}.json");

    internal static string ShownPath(int pullRequest) => string.Create(CultureInfo.InvariantCulture, $"answers/{pullRequest}.json");

    internal const string NewestPath = "newest-comment.json";

    private IEnumerable<(int PullRequest, long Comment)> CommentPaths()
    {
        foreach (var path in Files.Keys)
        {
            if (path.Split('/') is ["comments", var number, var file] && file.EndsWith(".json", StringComparison.Ordinal)
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var pullRequest)
                && long.TryParse(file.AsSpan(0, file.Length - ".json".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var comment))
            {
                yield return (pullRequest, comment);
            }
        }
    }

    private T? Read<T>(string path, Func<BotStateJson, JsonTypeInfo<T>> type) where T : class => Read(Files, path, type);

    // Asked for its type only when there is such a page: to know how one is read takes a moment at the start.
    private static T? Read<T>(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string path, Func<BotStateJson, JsonTypeInfo<T>> type) where T : class
    {
        if (!files.TryGetValue(path, out var bytes))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(bytes.Span, type(BotStateJson.Default));
        }
        catch (JsonException e)
        {
            // A page that cannot be read must not pass for one that is not there: a hold would be lost.
            throw new Git.GitException($"The file {path} of the branch {Branch} cannot be read ({e.Message}); mend or remove it.", isTransient: false, e);
        }
    }
}
