namespace GitOpsBot.Git;

/// <summary>A commit of a branch's first-parent history in which a folder became another one.</summary>
/// <param name="Position">How many first-parent commits came before it.</param>
/// <param name="Commit">Its id.</param>
/// <param name="Effective">The largest committer time among itself and its first-parent ancestors.</param>
/// <param name="Tree">Id of the folder's tree from then on; null when it is gone.</param>
internal sealed record FolderChange(int Position, string Commit, DateTimeOffset Effective, string? Tree);

/// <summary>
/// The first-parent history of one branch, as far as chosen folders changed in it. Each commit is looked at once for each folder, by comparing
/// trees where they differ and a chosen folder lies below: what else a commit holds is never read. A branch that moved on is read from where it
/// was; one that was moved elsewhere, from where the two part. Safe to share.
/// </summary>
internal sealed class BranchHistory
{
    private readonly Lock gate = new();
    private readonly List<(string Sha, DateTimeOffset Effective, ObjectName Root)> commits = [];
    private readonly Dictionary<string, int> positions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<FolderChange>> folders = new(StringComparer.Ordinal);

    /// <summary>Reads on to a commit, for these folders and those that were asked for before.</summary>
    /// <exception cref="GitException">A commit or tree cannot be read.</exception>
    public void Follow(ManifestRepository git, string tip, IEnumerable<string> wanted)
    {
        lock (gate)
        {
            var news = new Stack<CommitInfo>();
            string? known = tip;
            while (known is not null && !positions.ContainsKey(known))
            {
                var commit = git.ReadCommit(known);
                news.Push(commit);
                known = commit.Parents is [var first, ..] ? first : null;
            }

            var from = known is null ? 0 : positions[known] + 1;
            if (news.Count > 0)
            {
                Forget(from);
                foreach (var commit in news)
                {
                    positions[commit.Sha] = commits.Count;
                    commits.Add((commit.Sha, commits.Count > 0 && commits[^1].Effective > commit.CommitterTime ? commits[^1].Effective : commit.CommitterTime, ObjectName.Parse(commit.Tree)));
                }

                Read(git, folders.Keys, from, () => Forget(from));
            }

            var strangers = wanted.Where(f => !folders.ContainsKey(f)).ToHashSet(StringComparer.Ordinal);
            if (strangers.Count > 0)
            {
                foreach (var folder in strangers)
                {
                    folders[folder] = [];
                }

                Read(git, strangers, 0, () =>
                {
                    foreach (var folder in strangers)
                    {
                        folders.Remove(folder);
                    }
                });
            }
        }
    }

    /// <summary>The changes of a folder that was asked for, oldest first, up to a commit that was followed.</summary>
    /// <exception cref="GitException">The branch was moved elsewhere since.</exception>
    public IReadOnlyList<FolderChange> Changes(string folder, string commit)
    {
        lock (gate)
        {
            if (!positions.TryGetValue(commit, out var position))
            {
                throw new GitException($"The commit {commit} is no longer in the branch's history: it was rewritten meanwhile.", isTransient: true);
            }

            var all = folders.GetValueOrDefault(folder) ?? [];
            var end = all.Count;
            while (end > 0 && all[end - 1].Position > position)
            {
                end--;
            }

            return all.GetRange(0, end);
        }
    }

    /// <summary>
    /// A commit and the later ones up to another in which a folder is the same as in it, newest first and at most so many; the commit itself is
    /// always the last. Only the commit, when it is not among the first-parent ancestors.
    /// </summary>
    public IReadOnlyList<string> SameFolder(string folder, string commit, string upTo, int atMost)
    {
        var changes = Changes(folder, upTo);
        lock (gate)
        {
            var same = new List<string>();
            if (positions.TryGetValue(commit, out var from) && positions.TryGetValue(upTo, out var at))
            {
                var (next, tree) = (changes.Count - 1, changes.LastOrDefault(c => c.Position <= from)?.Tree);
                for (; at > from && same.Count < atMost - 1; at--)
                {
                    while (next >= 0 && changes[next].Position > at)
                    {
                        next--;
                    }

                    if ((next >= 0 ? changes[next].Tree : null) == tree)
                    {
                        same.Add(commits[at].Sha);
                    }
                }
            }

            return [.. same, commit];
        }
    }

    /// <summary>Whether a commit is still among the first-parent ancestors of what was followed, and none of these folders was changed after it, not even to and fro.</summary>
    public bool IsUnchanged(IEnumerable<string> wanted, string since)
    {
        lock (gate)
        {
            return positions.TryGetValue(since, out var position)
                && wanted.All(f => !folders.TryGetValue(f, out var changes) || changes.Count == 0 || changes[^1].Position <= position);
        }
    }

    private void Forget(int from)
    {
        foreach (var gone in commits.Skip(from))
        {
            positions.Remove(gone.Sha);
        }

        commits.RemoveRange(from, commits.Count - from);
        foreach (var changes in folders.Values)
        {
            changes.RemoveAll(c => c.Position >= from);
        }
    }

    // What was read by halves must not count as read.
    private void Read(ManifestRepository git, IEnumerable<string> wanted, int from, Action forget)
    {
        var top = new Node();
        foreach (var folder in wanted)
        {
            top.Add(folder);
        }

        var isRead = false;
        try
        {
            for (var i = from; i < commits.Count; i++)
            {
                Compare(git, top, i == 0 ? null : commits[i - 1].Root, commits[i].Root, i);
            }

            isRead = true;
        }
        finally
        {
            if (!isRead)
            {
                forget();
            }
        }
    }

    private void Compare(ManifestRepository git, Node node, ObjectName? before, ObjectName? now, int position)
    {
        if (before == now)
        {
            return;
        }

        if (node.Folder is { } folder)
        {
            folders[folder].Add(new FolderChange(position, commits[position].Sha, commits[position].Effective, now?.ToString()));
        }

        if (node.Below.Count == 0)
        {
            return;
        }

        foreach (var (name, was, becomes) in git.ChangedFolders(before, now))
        {
            if (node.Below.TryGetValue(name, out var below))
            {
                Compare(git, below, was, becomes, position);
            }
        }
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Below { get; } = new(StringComparer.Ordinal);

        public string? Folder { get; private set; }

        // A path that is not one that is read has no folder, at no time.
        public void Add(string folder)
        {
            if (folder.Length > 0 && RepositoryPath.Problem(folder) is not null)
            {
                return;
            }

            var node = this;
            foreach (var part in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                node = node.Below.TryGetValue(part, out var below) ? below : node.Below[part] = new Node();
            }

            node.Folder = folder;
        }
    }
}
