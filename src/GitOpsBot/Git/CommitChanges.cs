namespace GitOpsBot.Git;

/// <summary>What a commit changes in its parent, as forges take it through their APIs: whole files by path, none of which is executable or a link.</summary>
/// <param name="Written">Files and what they hold now, in ordinal order of path.</param>
/// <param name="Removed">Paths of files that are gone.</param>
internal sealed record CommitChanges(IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> Written, IReadOnlyList<string> Removed)
{
    /// <summary>Bytes of all files together. A promotion writes a few kilobytes and the bot's book a few pages; a request of this size is still answered in time.</summary>
    public const int Largest = 4 * 1024 * 1024;

    /// <summary>Reads them.</summary>
    /// <exception cref="GitException">It is a merge, too large, or writes what is no ordinary file: it cannot be made through an API.</exception>
    public static CommitChanges Of(ManifestRepository git, CommitInfo commit)
    {
        var (written, removed, bytes) = (new List<(string, ReadOnlyMemory<byte>)>(), new List<string>(), 0);
        foreach (var path in commit.Parents switch
        {
            [] => git.ListFiles(commit.Sha),
            [var parent] => git.ChangedPaths(parent, commit.Sha),
            _ => throw Cannot("it has several parents."),
        })
        {
            if (git.BlobId(commit.Sha, path) is null)
            {
                removed.Add(path);
                continue;
            }

            if (!git.IsOrdinaryFile(commit.Sha, path))
            {
                throw Cannot($"'{RepositoryPath.Printable(path)}' is executable or no regular file, which a commit made there would not keep; expected mode 100644.");
            }

            var content = git.ReadFile(commit.Sha, path)!.Value;
            if ((bytes += content.Length) > Largest)
            {
                throw Cannot($"its files are larger than {Largest} bytes together.");
            }

            written.Add((path, content));
        }

        return new CommitChanges(written, removed);
    }

    private static GitException Cannot(string why) => new($"The commit cannot be made through the forge's API ('commits: api'): {why}", isTransient: false);
}
