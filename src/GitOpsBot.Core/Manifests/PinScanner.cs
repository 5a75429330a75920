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
        var unread = new List<UnreadFile>();
        var kustomizations = new List<Kustomization>();
        var found = new PinCollector();
        foreach (var file in files.Where(IsManifest).Where(MayNameAnImage))
        {
            if (ManifestText.Decode(file, out var undecodable) is not { } decoded)
            {
                problems.Add(undecodable!);
                unread.Add(new UnreadFile(undecodable!, file.Content));
                continue;
            }

            var (documents, problem) = MarkedYaml.Read(file.Path, decoded.Text);
            if (problem is not null)
            {
                problems.Add(problem);
                unread.Add(new UnreadFile(problem, file.Content));
                continue;
            }

            foreach (var document in documents)
            {
                var isKustomization = document is MarkedMapping root && IsKustomization(file, root);
                if (isKustomization)
                {
                    kustomizations.Add(Kustomization.Of(file.Path, (MarkedMapping)document));
                }

                Walk(document, new Around(found, decoded.Text, isKustomization, null));
            }
        }

        return new PinScan(found.Pins, problems, found.Doubts) { Unread = unread, Kustomizations = kustomizations };
    }

    // Every way of naming an image has "image" in its key. Files without it are not parsed, so odd YAML elsewhere cannot stop a promotion
    // (a key may hide behind an escape, and bytes that are no UTF-8 behind anything).
    private static bool MayNameAnImage(ManifestFile file)
    {
        var bytes = file.Content.Span;
        return bytes.IndexOf("image"u8) >= 0 || bytes.Contains((byte)'\\') || !System.Text.Unicode.Utf8.IsValid(bytes);
    }

    private sealed record Around(PinCollector Found, string Text, bool IsKustomization, string? SharedAs);

    private static bool IsManifest(ManifestFile file) =>
        file.Path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || file.Path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
        || file.Path == "Kustomization" || file.Path.EndsWith("/Kustomization", StringComparison.Ordinal);

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
                    // An alias is followed one step, to say that what it brings is shared; what it means is read where it is written.
                    if (around.IsKustomization && key.Value == "images" && value.Followed is MarkedSequence entries)
                    {
                        foreach (var entry in entries.Items)
                        {
                            around.Found.AddKustomize(entry, around.Text, entry.Followed?.SharedAs ?? entries.SharedAs ?? around.SharedAs);
                        }
                    }
                    else if (around.IsKustomization && key.Value == "spec")
                    {
                        // Flux's Kustomization has its images below spec.
                        Walk(value, around);
                    }
                    else if (ContainerLists.Contains(key.Value) && value.Followed is MarkedSequence containers)
                    {
                        foreach (var item in containers.Items)
                        {
                            if (item.Followed is MarkedMapping container && container.Resolved("image") is not null)
                            {
                                around.Found.AddContainer(container, container.SharedAs ?? containers.SharedAs ?? around.SharedAs);
                            }
                        }

                        Walk(value, around with { IsKustomization = false });
                    }
                    else
                    {
                        if (key.Value == "image" && value.Followed is MarkedMapping image && image.Resolved("repository") is MarkedScalar)
                        {
                            around.Found.AddHelm(image, around.Text, image.SharedAs ?? around.SharedAs);
                        }

                        Walk(value, around with { IsKustomization = false });
                    }
                }

                break;
        }
    }
}
