using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Policies;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>The documents of a repository, as they lie on one commit of its base branch.</summary>
internal static class RepositoryDocuments
{
    /// <summary>Reads and checks them, beside those that are known to every repository.</summary>
    public static DocumentSet Read(ManifestRepository git, string revision, string folder, ConfigurationSources known)
    {
        var content = git.ReadFolder(revision, folder);
        return DocumentSet.Load(
            known with
            {
                Directory = folder,
                Repository = [.. content.Files.Select(f => new ConfigurationFile(f.Path, f.Content, git.BlobId(revision, f.Path) ?? ""))],
                ReadProblems = [.. known.ReadProblems, .. content.Problems],
            },
            GateKinds.All);
    }
}
