namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>How a file is read.</summary>
internal enum ManifestFormat
{
    /// <summary>Text of any kind: only marked lines mean anything.</summary>
    Text,

    /// <summary>YAML.</summary>
    Yaml,

    /// <summary>JSON, Terraform's included.</summary>
    Json,

    /// <summary>Terraform's own language.</summary>
    Terraform,
}

/// <summary>Which file is read how.</summary>
internal static class ManifestFormats
{
    private static readonly (string Ending, ManifestFormat Format)[] Endings =
    [
        (".yaml", ManifestFormat.Yaml), (".yml", ManifestFormat.Yaml), (".json", ManifestFormat.Json), (".tf", ManifestFormat.Terraform), (".tfvars", ManifestFormat.Terraform),
    ];

    /// <summary>The format that a file's name says.</summary>
    public static ManifestFormat Of(ReadOnlySpan<char> path)
    {
        foreach (var (ending, format) in Endings)
        {
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return format;
            }
        }

        // Kustomize's third spelling has no ending.
        return path is "Kustomization" || path.EndsWith("/Kustomization", StringComparison.Ordinal) ? ManifestFormat.Yaml : ManifestFormat.Text;
    }
}
