using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Git;

/// <summary>A commit, as much of it as decisions need. Ids are 40 hexadecimal digits.</summary>
/// <param name="Sha">Its id.</param>
/// <param name="Parents">Ids of its parents, the first parent first.</param>
/// <param name="Tree">Id of its tree.</param>
/// <param name="CommitterTime">The committer's time.</param>
/// <param name="Committer"><c>Name &lt;email&gt;</c> of the committer.</param>
/// <param name="Message">The whole message.</param>
public sealed record CommitInfo(string Sha, IReadOnlyList<string> Parents, string Tree, DateTimeOffset CommitterTime, string Committer, string Message);

/// <summary>A folder of one commit.</summary>
/// <param name="Tree">Id of its tree; null when the commit has no such folder.</param>
/// <param name="Files">Its regular files, deep, in ordinal order of path.</param>
/// <param name="Problems">Links, submodules, odd names and files over the bounds, each with its path.</param>
public sealed record FolderContent(string? Tree, IReadOnlyList<ManifestFile> Files, IReadOnlyList<Problem> Problems);

/// <summary>Who makes the bot's commits.</summary>
public sealed record CommitIdentity(string Name, string Email);

/// <summary>What became of moving a ref. Closed.</summary>
public abstract record PushResult
{
    private PushResult() { }

    /// <summary>The ref now names <paramref name="To"/> (null: it is gone).</summary>
    public sealed record Moved(string? To) : PushResult
    {
        /// <summary>Whether it named that before it was moved: another bot wanted the same, or the answer to an earlier push was lost.</summary>
        public bool WasThere { get; init; }
    }

    /// <summary>Somebody else moved it first; it names <paramref name="Actual"/> (null: it does not exist). Nothing was changed.</summary>
    public sealed record Lost(string? Actual) : PushResult;
}
