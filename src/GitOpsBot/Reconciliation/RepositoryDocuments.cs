using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Policies;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>The documents of a repository, as they lie on one commit of its base branch.</summary>
internal static class RepositoryDocuments
{
    /// <summary>Reads and checks them, beside those that are known to every repository; what the memory has of the same tree is not read again.</summary>
    public static DocumentSet Read(ManifestRepository git, string revision, string folder, ConfigurationSources known, RepositoryMemory? memory = null)
    {
        var sources = known with { Directory = folder };
        var tree = git.TreeId(revision, folder);
        if (memory?.Documents is { } last && last.Holds(tree, sources))
        {
            return last.Documents;
        }

        var content = git.ReadFolder(revision, folder);
        var documents = DocumentSet.Load(
            sources with
            {
                Repository = [.. content.Files.Select(f => new ConfigurationFile(f.Path, f.Content, git.BlobId(revision, f.Path) ?? ""))],
                ReadProblems = [.. known.ReadProblems, .. content.Problems],
            },
            GateKinds.All);
        if (memory is not null && tree is not null)
        {
            memory.Documents = new KnownDocuments(tree, sources, documents);
        }

        return documents;
    }
}
