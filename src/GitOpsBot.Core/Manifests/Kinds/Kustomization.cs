using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>A kustomization and the files it builds from; only in those do its <c>images</c> entries replace anything.</summary>
/// <param name="File">Its own file.</param>
/// <param name="Listed">Files and folders it names, relative to the repository's root; null when it names none.</param>
internal sealed record Kustomization(string File, IReadOnlySet<string>? Listed)
{
    private static readonly string[] Lists = ["resources", "bases", "components", "patchesStrategicMerge", "patches"];

    private string Folder => File[..(File.LastIndexOf('/') + 1)];

    /// <summary>Reads what it lists.</summary>
    public static Kustomization Of(string file, MarkedMapping root)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        var lists = root.Entries.Where(e => Lists.Contains(e.Key.Value)).Select(e => e.Value.Followed).OfType<MarkedSequence>().ToList();
        foreach (var item in lists.SelectMany(l => l.Items))
        {
            var path = item.Followed is MarkedMapping patch ? patch.Resolved("path") : item.Followed;
            if (path is MarkedScalar { Value: var relative } && Joined(file, relative) is { } joined)
            {
                listed.Add(joined);
            }
        }

        return new Kustomization(file, lists.Count == 0 ? null : listed);
    }

    /// <summary>
    /// Whether its entries work on another file: one that it lists, or that lies in a folder it lists. One that lists nothing (its manifests
    /// are generated, or handed to it by Flux) is taken to build all of its folder.
    /// </summary>
    public bool Builds(string other)
    {
        if (other == File)
        {
            return false;
        }

        if (Listed is null)
        {
            return other.StartsWith(Folder, StringComparison.Ordinal);
        }

        for (var path = other; path.Length > 0; path = path[..Math.Max(path.LastIndexOf('/'), 0)])
        {
            if (Listed.Contains(path))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Joined(string file, string relative)
    {
        var parts = new List<string>(file.Split('/')[..^1]);
        foreach (var part in relative.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}
