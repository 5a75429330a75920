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
    /// <summary>It stood there earlier: a rollback, by whatever means, or the undoing of one.</summary>
    PutBack,
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
/// was rolled back must not come back in other company. A refused digest that is put back is lifted, and lifts nothing else; what stood there
/// instead is refused then, or the bot would bring it back at once. History before the pipeline's document existed says what stood and since when, and refuses nothing.
/// </para>
/// </summary>
public sealed class EnvironmentHistory
{
    private EnvironmentHistory(IReadOnlyList<Landing> landings, FolderState now, IReadOnlyDictionary<Digest, string> refused, Landing? pausedBy, Landing? before) =>
        (Landings, Now, Refused, PausedBy, Before) = (landings, now, refused, pausedBy, before);

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

    /// <summary>
    /// Where a rollback without a name goes: the last landing of what stood here when <see cref="Current"/> first came, or before that where it
    /// was itself taken out. Null when there is no such thing.
    /// </summary>
    public Landing? Before { get; }

    /// <summary>The last time this stood here, or null when it never did.</summary>
    public Landing? LastOf(Standing what) => Landings.LastOrDefault(l => l.What.Equals(what));

    /// <summary>What had stood here at an earlier time: what stood when, and nothing of what was refused.</summary>
    /// <param name="at">What landed later is left out.</param>
    /// <param name="before">So are the landing of this commit and those after it; null for none.</param>
    public EnvironmentHistory AsOf(DateTimeOffset at, string? before = null)
    {
        var known = Landings.TakeWhile(l => l.Since <= at && l.Commit != before).ToList();
        // It had been replaced by then, and not by the landing that is left out: the folder said nothing, or nothing clear.
        var stands = known.Count > 0 && (known[^1].Until is not { } until || until > at || (known.Count < Landings.Count && Landings[known.Count].Since == until));
        if (stands)
        {
            known[^1] = known[^1] with { Until = null };
        }

        return new EnvironmentHistory(known, stands ? new FolderState.Stands(known[^1].What) : new FolderState.Empty(), new Dictionary<Digest, string>(), null, null);
    }

    /// <summary>Reads the history of one environment.</summary>
    /// <param name="oldestFirst">Every first-parent commit in which the folder or the pipeline's existence changed; others may be left out
    /// only when their committer time is not larger than what is passed before them.</param>
    public static EnvironmentHistory Read(IEnumerable<HistoryCommit> oldestFirst)
    {
        var landings = new List<Landing>();
        var refused = new Dictionary<Digest, string>();
        var lineage = new Lineage();
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

            var earlier = landings.FindLastIndex(l => l.What.Equals(what));
            // What stands again after the folder was unclear or empty was not put back in place of anything.
            var isPutBack = earlier >= 0 && earlier < landings.Count - 1;
            lineage.Add(landings.LastOrDefault()?.What, what, isPutBack ? landings.Skip(earlier + 1).Select(l => l.What) : []);
            landings.Add(new Landing(what, commit.Sha, clock, null, isPutBack ? LandingKind.PutBack : LandingKind.New));
            if (commit.PipelineExists && isPutBack)
            {
                foreach (var digest in landings.Skip(earlier + 1).SelectMany(l => l.What.Digests))
                {
                    refused[digest] = commit.Sha;
                }

                pausedBy = landings[^1];
            }

            foreach (var digest in what.Digests)
            {
                refused.Remove(digest);
            }
        }

        var wayBack = now is FolderState.Stands { What: var current } ? lineage.Before(current) : null;
        return new EnvironmentHistory(landings, now, refused, pausedBy, wayBack is null ? null : landings.FindLast(l => l.What.Equals(wayBack)));
    }

    // What came after what: everything hangs below what stood there when it first came, and keeps that place when it is put back.
    private sealed class Lineage
    {
        private readonly Dictionary<Standing, Standing?> parents = [];
        private readonly HashSet<Standing> takenOut = [];

        public void Add(Standing? stood, Standing what, IEnumerable<Standing> replaced)
        {
            parents.TryAdd(what, stood);
            var line = Ancestors(what).ToHashSet();
            takenOut.UnionWith(replaced.Where(r => !line.Contains(r)));
            takenOut.Remove(what);
        }

        public Standing? Before(Standing what) => Ancestors(what).FirstOrDefault(a => !takenOut.Contains(a));

        private IEnumerable<Standing> Ancestors(Standing what)
        {
            for (var next = parents[what]; next is not null; next = parents[next])
            {
                yield return next;
            }
        }
    }
}
