using System.Security.Cryptography;
using System.Text;

namespace GitOpsBot.Git;

/// <summary>
/// Temporary branches on which a forge makes a commit that the bot then looks at, before it moves any branch that people look at. A draft is named
/// after what is wanted of it, so that the next pass, another bot and a repeated request find the same one: made already, or still to be made. It is
/// gone when the commit stands where it should; what a crash leaves behind names no commit that anybody waits for, and is swept away.
/// </summary>
internal static class DraftBranches
{
    /// <summary>What all of them lie below.</summary>
    private const string Folder = "gitopsbot/drafts";

    /// <summary>The branch for a commit of these parents, with this tree and message.</summary>
    public static string NameOf(CommitInfo commit) =>
        $"{Folder}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{string.Join(' ', commit.Parents)}\n{commit.Tree}\n{commit.Message}")))[..40]}";

    /// <summary>Those that are there, each with the commit it names.</summary>
    public static IReadOnlyDictionary<string, string> Read(ManifestRepository git) => git.BranchesBelow(Folder)
        .Select(branch => (branch, Tip: git.Tip(branch))).Where(b => b.Tip is not null).ToDictionary(b => b.branch, b => b.Tip!, StringComparer.Ordinal);

    /// <summary>Deletes those that lay there before a pass, did not move in it, and were of no use to it.</summary>
    /// <param name="git">The repository.</param>
    /// <param name="before">Those that lay there when the pass began.</param>
    /// <param name="used">Those that it worked with.</param>
    /// <exception cref="GitException">One cannot be deleted.</exception>
    public static void Sweep(ManifestRepository git, IReadOnlyDictionary<string, string> before, IReadOnlySet<string> used)
    {
        foreach (var (branch, commit) in before.Where(b => !used.Contains(b.Key) && git.Tip(b.Key) == b.Value))
        {
            git.Push("refs/heads/" + branch, commit, null);
        }
    }
}
