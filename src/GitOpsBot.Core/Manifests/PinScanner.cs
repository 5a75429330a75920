using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests;

/// <summary>
/// Finds every place in a folder's YAML where an image stands: containers of any Kubernetes object, entries of Kustomize's <c>images</c>, and
/// Helm's <c>image: {repository, tag, digest}</c>. What stands there but cannot be edited without doubt is said, with its place.
/// </summary>
public static class PinScanner
{
    private static readonly string[] ContainerLists = ["containers", "initContainers", "ephemeralContainers"];

    /// <summary>Scans the files; those that are not YAML by name are left alone.</summary>
    public static PinScan Scan(IReadOnlyList<ManifestFile> files)
    {
        var problems = new List<Problem>();
        var found = new PinCollector();
        foreach (var file in files.Where(IsManifest))
        {
            if (ManifestText.Decode(file, out var undecodable) is not { } decoded)
            {
                problems.Add(undecodable!);
                continue;
            }

            var (documents, problem) = MarkedYaml.Read(file.Path, decoded.Text);
            if (problem is not null)
            {
                problems.Add(problem);
                continue;
            }

            foreach (var document in documents)
            {
                var isKustomization = document is MarkedMapping root && IsKustomization(file, root);
                Walk(document, new Around(found, decoded.Text, isKustomization, null));
            }
        }

        return new PinScan(found.Pins, problems, found.Doubts);
    }

    private sealed record Around(PinCollector Found, string Text, bool IsKustomization, string? SharedAs);

    private static bool IsManifest(ManifestFile file) =>
        file.Path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || file.Path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
        || file.Path.EndsWith("/Kustomization", StringComparison.Ordinal);

    private static bool IsKustomization(ManifestFile file, MarkedMapping root) =>
        (root["kind"] as MarkedScalar)?.Value is "Kustomization" or "Component"
        || (root["kind"] is null && Path.GetFileNameWithoutExtension(file.Path).Equals("kustomization", StringComparison.OrdinalIgnoreCase));

    private static void Walk(MarkedNode node, Around around)
    {
        around = node.SharedAs is { } shared ? around with { SharedAs = shared } : around;
        switch (node)
        {
            case MarkedSequence sequence:
                foreach (var item in sequence.Items)
                {
                    Walk(item, around with { IsKustomization = false });
                }

                break;
            case MarkedMapping mapping:
                foreach (var (key, value) in mapping.Entries)
                {
                    if (around.IsKustomization && key.Value == "images" && value is MarkedSequence entries)
                    {
                        foreach (var entry in entries.Items)
                        {
                            around.Found.AddKustomize(entry, around.Text, entry.SharedAs ?? value.SharedAs ?? around.SharedAs);
                        }
                    }
                    else if (ContainerLists.Contains(key.Value) && value is MarkedSequence containers)
                    {
                        foreach (var container in containers.Items.OfType<MarkedMapping>().Where(c => c["image"] is not null))
                        {
                            around.Found.AddContainer(container, container.SharedAs ?? value.SharedAs ?? around.SharedAs);
                        }

                        Walk(value, around with { IsKustomization = false });
                    }
                    else
                    {
                        if (key.Value == "image" && value is MarkedMapping { } image && image["repository"] is MarkedScalar)
                        {
                            around.Found.AddHelm(image, around.Text, value.SharedAs ?? around.SharedAs);
                        }

                        Walk(value, around with { IsKustomization = false });
                    }
                }

                break;
        }
    }
}
