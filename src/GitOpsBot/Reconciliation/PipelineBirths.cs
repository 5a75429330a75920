using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Manifests;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>Since when pipelines have had a document, whatever became of it later. A file that did not change is not read again. Safe to share.</summary>
internal sealed class PipelineBirths
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> born = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> files = new(StringComparer.Ordinal);
    private FolderChange? last;
    private int read;

    /// <summary>The position from which on a document of one of these names has existed; <see cref="int.MaxValue"/> when none ever did.</summary>
    /// <param name="git">The repository.</param>
    /// <param name="documents">All changes of the folder of documents, oldest first.</param>
    /// <param name="folder">That folder.</param>
    /// <param name="names">The pipeline's name, and those it had.</param>
    public int Of(ManifestRepository git, IReadOnlyList<FolderChange> documents, string folder, IEnumerable<string> names)
    {
        lock (gate)
        {
            // A branch that was moved elsewhere has another past.
            if (last is not null && (documents.Count < read || documents[read - 1] != last))
            {
                born.Clear();
                files.Clear();
                (last, read) = (null, 0);
            }

            while (read < documents.Count)
            {
                Read(git, documents[read], folder);
                last = documents[read++];
            }

            return names.Select(n => born.GetValueOrDefault(n, int.MaxValue)).Min();
        }
    }

    private void Read(ManifestRepository git, FolderChange change, string folder)
    {
        foreach (var (path, blob) in change.Tree is null ? [] : git.ListFolder(change.Tree, folder))
        {
            if (files.TryGetValue(path, out var known) && known == blob)
            {
                continue;
            }

            foreach (var name in git.ReadBlob(blob) is { } content ? DocumentSet.PipelineNames([new ManifestFile(path, content)]) : new HashSet<string>())
            {
                born.TryAdd(name, change.Position);
            }

            files[path] = blob;
        }
    }
}
