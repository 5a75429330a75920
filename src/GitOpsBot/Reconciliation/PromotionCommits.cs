using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Manifests;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Makes the one commit of a promotion, and recognises it again: a commit is the bot's own work when its difference to its parent is exactly
/// what the bot would write there. Names and dates prove nothing, anyone can write those.
/// </summary>
internal sealed class PromotionCommits(ManifestRepository git, FolderReader folders, CommitIdentity bot)
{
    /// <summary>The commit that makes this move on a parent; only an object, no ref moves.</summary>
    /// <exception cref="GitException">The folder on that parent has no place for one of the digests.</exception>
    public string Write(string parent, Pipeline pipeline, PromotionEnvironment environment, Promotion move, string message, DateTimeOffset now) =>
        git.WriteCommit(
            [parent], parent,
            Changes(parent, pipeline, environment, move).ToDictionary(f => f.Path, f => (ReadOnlyMemory<byte>?)f.Content, StringComparer.Ordinal),
            message, bot, bot, now);

    /// <summary>
    /// Why a head is not what the bot would make of it, or null when it is: one commit on a commit of the base branch that puts these digests into
    /// the folder and changes nothing else, perhaps with the base merged into it by a person ("Update branch").
    /// </summary>
    public string? Foreign(string head, string tip, Pipeline pipeline, PromotionEnvironment environment)
    {
        var commit = git.ReadCommit(head);
        if (commit.Parents is [var mine, var other] && git.IsAncestor(other, tip) && git.MergeTree(mine, other) == commit.Tree)
        {
            return Foreign(mine, tip, pipeline, environment);
        }

        if (commit.Parents is not [var parent] || !git.IsAncestor(parent, tip))
        {
            return $"The branch holds commits that the bot did not make (head {head[..12]}); the bot leaves it alone.";
        }

        if (folders.Read(head, pipeline, environment).State is not FolderState.Stands { What: var what } || Moved(parent, pipeline, environment, what) is not { } move)
        {
            return $"The head {head[..12]} does not say which digests it proposes; the bot leaves it alone.";
        }

        var expected = Changes(parent, pipeline, environment, move);
        var changed = git.ChangedPaths(parent, head);
        return changed.Order(StringComparer.Ordinal).SequenceEqual(expected.Select(f => f.Path).Order(StringComparer.Ordinal))
            && expected.All(f => git.ReadFile(head, f.Path) is { } bytes && bytes.Span.SequenceEqual(f.Content.Span))
            ? null
            : $"The head {head[..12]} changes more than the digests of this promotion; the bot leaves it alone.";
    }

    /// <summary>Whether a head, already known as the bot's own, makes exactly this move on a folder that is still as it is at the tip.</summary>
    public bool Carries(string head, string tip, Pipeline pipeline, PromotionEnvironment environment, Promotion move) =>
        git.ReadCommit(head).Parents is [var parent]
        && git.TreeId(parent, environment.Path) == git.TreeId(tip, environment.Path)
        && folders.Read(head, pipeline, environment).State is FolderState.Stands { What: var what }
        && Moved(parent, pipeline, environment, what)?.Id == move.Id;

    /// <summary>The move from what stands at one commit to these digests; null when the pipeline's artifacts are not all among them.</summary>
    public Promotion? Moved(string from, Pipeline pipeline, PromotionEnvironment environment, Standing to)
    {
        var standing = folders.Read(from, pipeline, environment).State as FolderState.Stands;
        return pipeline.Artifacts.All(a => to.Of(a.Name)?.Digest is not null) ? Move(pipeline, environment, standing?.What, to) : null;
    }

    /// <summary>The move between two standings.</summary>
    public static Promotion Move(Pipeline pipeline, PromotionEnvironment environment, Standing? from, Standing to) => new(
        pipeline.Name, environment.Name,
        [.. pipeline.Artifacts.Select(a =>
        {
            var (was, will) = (from?.Of(a.Name), to.Of(a.Name)!);
            return new PromotedArtifact(
                a.Name, environment.PullsFrom(a), was?.Digest, will.Digest!, was?.Tag ?? was?.Digest?.Short, will.Tag ?? will.Digest!.Short,
                WrittenTag(environment, will));
        })]);

    /// <summary>The tag that is written where one stands beside the digest; null keeps that.</summary>
    public static string? WrittenTag(PromotionEnvironment environment, StandingArtifact will) =>
        environment.KeepsTag ? null : will.Tag is { } tag && ImageReference.IsTag(tag) ? tag : null;

    private List<ManifestFile> Changes(string parent, Pipeline pipeline, PromotionEnvironment environment, Promotion move)
    {
        var pins = folders.Read(parent, pipeline, environment).Pins;
        var edits = new List<PinEdit>();
        foreach (var artifact in move.Artifacts)
        {
            if (!pins.TryGetValue(artifact.Name, out var stands))
            {
                throw new GitException($"The folder {environment.Path} has no reference to {artifact.Repository} that could hold the digest.", isTransient: false);
            }

            edits.AddRange(stands.Pins.Select(p => new PinEdit(p, artifact.To, artifact.Tag)));
        }

        return [.. edits.GroupBy(e => e.Pin.Place.File, StringComparer.Ordinal).Select(file =>
            DigestBump.Bump(new ManifestFile(file.Key, git.ReadFile(parent, file.Key)!.Value), [.. file]))
            .Where(f => !git.ReadFile(parent, f.Path)!.Value.Span.SequenceEqual(f.Content.Span))];
    }
}
