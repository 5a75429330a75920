using System.Collections.Concurrent;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Registry;

namespace GitOpsBot.Reconciliation;

/// <summary>One tag that an artifact's selection found.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Choice">Why it was chosen and what it beat.</param>
internal sealed record ChosenTag(string Tag, string Choice)
{
    /// <summary>What it means, where choosing needed to know; null otherwise.</summary>
    public Digest? Digest { get; init; }

    /// <summary>When it was created, where choosing needed to know, and it can be right.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Other tags of the same version.</summary>
    public IReadOnlyList<string> Ties { get; init; } = [];

    /// <summary>Why nobody can say that this is its place; null when it is clear.</summary>
    public string? Doubt { get; init; }
}

/// <summary>What the selection of one artifact finds in its registry, newest first. Remembers it for one pass. Safe for concurrent use.</summary>
internal sealed class ArtifactSelection(RegistryAnswers answers, DateTimeOffset now)
{
    /// <summary>Tags whose time of creation is asked for: each costs two requests once. More are a pattern too wide.</summary>
    public const int MostDated = 2_000;

    /// <summary>How old the meaning of a tag may be that is not the newest: tags of one build do not move, and the newest is asked for in each pass.</summary>
    public static readonly TimeSpan OldAge = TimeSpan.FromHours(1);

    // As many as one host is asked at once.
    private const int AtOnce = RegistryHost.UsualAtOnce;

    private readonly ConcurrentDictionary<PipelineArtifact, Lazy<Task<IReadOnlyList<ChosenTag>>>> chosen = new();

    /// <summary>The tags, newest first.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or more tags match than are looked at.</exception>
    public Task<IReadOnlyList<ChosenTag>> ChooseAsync(PipelineArtifact artifact, CancellationToken cancellationToken) =>
        chosen.GetOrAdd(artifact, a => new(() => AskAsync(a, cancellationToken))).Value;

    private async Task<IReadOnlyList<ChosenTag>> AskAsync(PipelineArtifact artifact, CancellationToken cancellationToken) => artifact.Select switch
    {
        Selection.MovingTag moving => [new ChosenTag(moving.Tag, $"{moving.Tag} is a tag that moves, and was asked for")],
        Selection.Semver semver => Listed(
            TagSelection.Semver(semver.Range, artifact.Ignore).Select(await answers.TagsAsync(artifact.Repository, cancellationToken)), "highest", $"versions within '{semver.Range}'"),
        Selection.Lexical lexical => Listed(
            TagSelection.Matching(lexical.Tags, artifact.Ignore).Select(await answers.TagsAsync(artifact.Repository, cancellationToken)), "last", $"tags '{lexical.Tags}'"),
        Selection.Newest newest => await DatedAsync(
            artifact.Repository, TagSelection.Matching(newest.Tags, artifact.Ignore).Select(await answers.TagsAsync(artifact.Repository, cancellationToken)), newest.Tags, cancellationToken),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static ChosenTag[] Listed(IReadOnlyList<SelectedTag> selected, string first, string among)
    {
        string[] tags = [.. selected.Select(s => s.Tag)];
        return [.. selected.Select((s, i) => new ChosenTag(s.Tag, ChoiceText.Of(first, among, tags, i)) { Ties = s.Ties })];
    }

    private async Task<IReadOnlyList<ChosenTag>> DatedAsync(ImageName name, IReadOnlyList<SelectedTag> selected, TagPattern pattern, CancellationToken cancellationToken)
    {
        if (selected.Count > MostDated)
        {
            throw new RegistryException($"{name} has {selected.Count} tags '{pattern}': expected at most {MostDated} to ask for their time of creation; narrow the pattern or ignore some.", false, RejectionCode.Limit);
        }

        var dated = new ConcurrentDictionary<string, DatedTag>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(selected, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (tag, token) =>
        {
            if (await DateAsync(name, tag.Tag, OldAge, token) is { } found)
            {
                dated[tag.Tag] = found;
            }
        });

        // Whichever comes out first is asked for in this pass, until the answer does not change the order any more.
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var ordered = CreationOrder.Of(dated.Values, now);
        while (ordered.NewestFirst is [var first, ..] && asked.Add(first.Tag))
        {
            var means = await answers.ResolveAsync(name, first.Tag, cancellationToken);
            if (means == first.Digest)
            {
                break;
            }

            if (means is null || await DateAsync(name, first.Tag, TimeSpan.Zero, cancellationToken) is not { } anew)
            {
                dated.TryRemove(first.Tag, out _);
            }
            else
            {
                dated[first.Tag] = anew;
            }

            ordered = CreationOrder.Of(dated.Values, now);
        }

        string[] tags = [.. ordered.NewestFirst.Select(t => t.Tag)];
        return [.. ordered.NewestFirst.Select((t, i) => new ChosenTag(t.Tag, ChoiceText.Of("newest", $"tags '{pattern}'", tags, i))
        {
            Digest = t.Digest,
            Created = CreationOrder.IsUsable(t.Created, now) ? t.Created : null,
            Doubt = ordered.Doubt ?? TieDoubt(ordered.NewestFirst, i),
        })];
    }

    private static string? TieDoubt(IReadOnlyList<DatedTag> tags, int at)
    {
        var (same, other) = (tags[at].Created, tags.Where((t, i) => i != at && Math.Abs(i - at) == 1 && t.Created == tags[at].Created).FirstOrDefault());
        return other is null ? null : $"{tags[at].Tag} and {other.Tag} were both created at {same!.Value.ToUniversalTime():u} and differ, so nobody can say which is newer";
    }

    private async Task<DatedTag?> DateAsync(ImageName name, string tag, TimeSpan age, CancellationToken cancellationToken)
    {
        try
        {
            return await answers.ReadAsync(name, tag, age, cancellationToken) is var (digest, facts) ? new DatedTag(tag, digest, facts.Created) : null;
        }
        catch (RegistryException e) when (e.Code is not null)
        {
            // It is there and says nothing that can be read: it has no time, rather than not counting.
            return await answers.ResolveAsync(name, tag, cancellationToken) is { } digest ? new DatedTag(tag, digest, null) : null;
        }
    }
}
