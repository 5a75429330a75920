using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>One file, decoded, and read as its name says.</summary>
/// <param name="Source">Its characters.</param>
/// <param name="Format">How it was read.</param>
/// <param name="Documents">Its documents; none where the format has no structure.</param>
internal sealed record ManifestReading(ManifestSource Source, ManifestFormat Format, IReadOnlyList<ManifestDocument> Documents)
{
    /// <summary>Reads a file; null with the problem where it cannot be read.</summary>
    public static ManifestReading? Of(ManifestFile file, out Problem? problem)
    {
        var format = ManifestFormats.Of(file.Path);
        if (ManifestText.Decode(file, out problem) is not { } decoded)
        {
            return null;
        }

        var source = new ManifestSource(file.Path, decoded.Text);
        var structure = format switch
        {
            ManifestFormat.Yaml => MarkedYaml.Read(source),
            ManifestFormat.Json => MarkedJson.Read(source, decoded.HasMark ? file.Content.Span[3..] : file.Content.Span),
            _ => new Structure([], null),
        };
        problem = structure.Problem;
        return problem is null ? new ManifestReading(source, format, [.. structure.Documents.Select(d => new ManifestDocument(source, d, format))]) : null;
    }
}
