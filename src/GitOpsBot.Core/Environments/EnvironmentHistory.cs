using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Environments;

/// <summary>One first-parent commit of the base branch, as far as one environment is concerned.</summary>
/// <param name="Sha">Its id.</param>
/// <param name="CommitterTime">The committer's time as written; may lie.</param>
/// <param name="Folder">What the environment's folder says.</param>
/// <param name="PipelineExists">Whether the pipeline's document existed then or earlier.</param>
public sealed record HistoryCommit(string Sha, DateTimeOffset CommitterTime, FolderState Folder, bool PipelineExists);

/// <summary>Why something came to stand.</summary>
public enum LandingKind
{
    /// <summary>It never stood there before.</summary>
    New,
    /// <summary>It stood there earlier: a rollback, by whatever means.</summary>
    PutBack,
    /// <summary>It had been refused, and a person put it back.</summary>
    Reinstated,
}

/// <summary>A time during which one thing stood in an environment.</summary>
/// <param name="What">What stood there.</param>
/// <param name="Commit">The commit that put it there.</param>
/// <param name="Since">That commit's effective time.</param>
/// <param name="Until">Effective time of the commit that replaced it; null while it stands.</param>
/// <param name="Kind">Why.</param>
public sealed record Landing(Standing What, string Commit, DateTimeOffset Since, DateTimeOffset? Until, LandingKind Kind);

/// <summary>
/// What stood where and since when, and what is refused: read from the trees of the base branch's first-parent commits alone, so that Git's
/// revert, the forge's button, the bot and an editor all count alike (SPEC section 3, "How a decision is made").
/// <para>
/// A commit's effective time is the largest committer time among itself and its first-parent ancestors. A commit that puts back what stood
/// there earlier refuses everything that stood in between, digest by digest: a bundle that holds one refused digest is refused, because what
/// was rolled back must not come back in other company. A refused digest that a person puts back is lifted, and lifts nothing else.
/// History before the pipeline's document existed says what stood and since when, and refuses nothing.
/// </para>
/// </summary>
public sealed class EnvironmentHistory
{
    private EnvironmentHistory(IReadOnlyList<Landing> landings, FolderState now, IReadOnlyDictionary<Digest, string> refused, Landing? pausedBy) =>
        (Landings, Now, Refused, PausedBy) = (landings, now, refused, pausedBy);

    /// <summary>Oldest first; neighbours differ, unless the folder was unclear or empty in between.</summary>
    public IReadOnlyList<Landing> Landings { get; }

    /// <summary>What the folder says at the tip.</summary>
    public FolderState Now { get; }

    /// <summary>What stands there now, or null when the folder is empty or unclear.</summary>
    public Landing? Current => Now is FolderState.Stands ? Landings[^1] : null;

    /// <summary>Digests that are refused here, each with the commit that put something else back.</summary>
    public IReadOnlyDictionary<Digest, string> Refused { get; }

    /// <summary>The newest put-back: nothing new is promoted here by itself until it is lifted. Null when there was none.</summary>
    public Landing? PausedBy { get; }

    /// <summary>The last time this stood here, or null when it never did.</summary>
    public Landing? LastOf(Standing what) => Landings.LastOrDefault(l => l.What.Equals(what));

    /// <summary>Reads the history of one environment.</summary>
    /// <param name="oldestFirst">Every first-parent commit in which the folder or the pipeline's existence changed; others may be left out
    /// only when their committer time is not larger than what is passed before them.</param>
    public static EnvironmentHistory Read(IEnumerable<HistoryCommit> oldestFirst)
    {
        var landings = new List<Landing>();
        var refused = new Dictionary<Digest, string>();
        Landing? pausedBy = null;
        FolderState now = new FolderState.Empty();
        var clock = DateTimeOffset.MinValue;
        foreach (var commit in oldestFirst)
        {
            clock = commit.CommitterTime > clock ? commit.CommitterTime : clock;
            if (commit.Folder is FolderState.Stands same && now is FolderState.Stands before && same.What.Equals(before.What))
            {
                // The same digests, perhaps with another tag beside them.
                (now, landings[^1]) = (commit.Folder, landings[^1] with { What = same.What });
                continue;
            }

            if (now is FolderState.Stands)
            {
                landings[^1] = landings[^1] with { Until = clock };
            }

            now = commit.Folder;
            if (now is not FolderState.Stands { What: var what })
            {
                continue;
            }

            var kind = LandingKind.New;
            var earlier = landings.FindLastIndex(l => l.What.Equals(what));
            if (what.Digests.Any(refused.ContainsKey))
            {
                kind = LandingKind.Reinstated;
            }
            else if (earlier >= 0 && earlier < landings.Count - 1)
            {
                kind = LandingKind.PutBack;
            }

            if (commit.PipelineExists && kind == LandingKind.PutBack)
            {
                foreach (var digest in landings.Skip(earlier + 1).SelectMany(l => l.What.Digests).Except(what.Digests))
                {
                    refused[digest] = commit.Sha;
                }
            }

            foreach (var digest in what.Digests)
            {
                refused.Remove(digest);
            }

            landings.Add(new Landing(what, commit.Sha, clock, null, kind));
            if (commit.PipelineExists && kind == LandingKind.PutBack)
            {
                pausedBy = landings[^1];
            }
        }

        return new EnvironmentHistory(landings, now, refused, pausedBy);
    }
}
