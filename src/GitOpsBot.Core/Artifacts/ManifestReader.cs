using System.Text.Json;

namespace GitOpsBot.Core.Artifacts;

/// <summary>
/// Reads manifests and indexes (OCI image specification 1.1, "Image Manifest" and "Image Index"; Docker's version 2, schema 2). The bytes are
/// attacker-controlled: bounded in size, depth and count, no key twice, and never both a manifest and an index (CVE-2021-41190).
/// </summary>
public static class ManifestReader
{
    /// <summary>Bytes of a manifest: what the OCI distribution specification tells registries to accept.</summary>
    public const int Largest = 4 * 1024 * 1024;

    /// <summary>Layers, manifests or annotations in one place: far more than any builder makes.</summary>
    public const int MostEntries = 1_000;

    /// <summary>Nesting: a manifest needs five levels.</summary>
    private const int DeepestNesting = 16;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DeepestNesting, AllowDuplicateProperties = false };

    /// <summary>Reads a manifest or index.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="claimed">The media type that came with the bytes, or null; it is not covered by the digest, so it must agree with what the bytes say.</param>
    public static Reading<OciManifest> Read(ReadOnlyMemory<byte> bytes, string? claimed = null)
    {
        if (bytes.Length > Largest)
        {
            return new Reading<OciManifest>.TooLarge($"The manifest has {bytes.Length} bytes; expected at most {Largest}.");
        }

        try
        {
            using var json = JsonDocument.Parse(bytes, Strict);
            return new Reading<OciManifest>.Done(ReadRoot(json.RootElement, claimed));
        }
        catch (TooManyEntriesException e)
        {
            return new Reading<OciManifest>.TooLarge(e.Message);
        }
        catch (FormatException e)
        {
            return new Reading<OciManifest>.Malformed(e.Message);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new Reading<OciManifest>.Malformed("The manifest is not well-formed JSON.");
        }
    }

    private static OciManifest ReadRoot(JsonElement root, string? claimed)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("The manifest is not a JSON object.");
        }

        if (!root.TryGetProperty("schemaVersion", out var schema) || schema.ValueKind != JsonValueKind.Number || !schema.TryGetInt32(out var number) || number != 2)
        {
            throw new FormatException("The manifest's 'schemaVersion' is not 2.");
        }

        var isIndex = root.TryGetProperty("manifests", out _);
        if (isIndex && (root.TryGetProperty("layers", out _) || root.TryGetProperty("config", out _)))
        {
            throw new FormatException("The manifest has 'manifests' beside 'layers' or 'config'; expected an index or an image, found both.");
        }

        var manifest = new OciManifest(MediaType(Text(root, "mediaType"), claimed, isIndex))
        {
            ArtifactType = Text(root, "artifactType"),
            Subject = root.TryGetProperty("subject", out var subject) && subject.ValueKind != JsonValueKind.Null ? ReadDescriptor(subject, "subject") : null,
            Annotations = Annotations(root),
        };
        return isIndex
            ? manifest with { Manifests = Descriptors(root, "manifests") }
            : manifest with
            {
                Config = root.TryGetProperty("config", out var config) ? ReadDescriptor(config, "config") : throw new FormatException("The manifest has no 'config'."),
                Layers = Descriptors(root, "layers"),
            };
    }

    private static string MediaType(string? said, string? claimed, bool isIndex)
    {
        // Registries that do not know send something general with bytes that say nothing themselves: then the shape decides.
        var known = claimed is not null && (MediaTypes.IsIndex(claimed) || MediaTypes.IsManifest(claimed)) ? claimed : null;
        if (said is not null && known is not null && said != known)
        {
            throw new FormatException($"The manifest says it is '{Quote(said)}', but came as '{known}'.");
        }

        var mediaType = said ?? known ?? (isIndex ? MediaTypes.Index : MediaTypes.Manifest);
        return (isIndex ? MediaTypes.IsIndex(mediaType) : MediaTypes.IsManifest(mediaType))
            ? mediaType
            : throw new FormatException($"The manifest is of the type '{Quote(mediaType)}', but has the content of {(isIndex ? "an index" : "a single manifest")}.");
    }

    private static List<Descriptor> Descriptors(JsonElement parent, string key)
    {
        if (!parent.TryGetProperty(key, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"The manifest's '{key}' is not a list.");
        }

        return list.GetArrayLength() <= MostEntries
            ? [.. list.EnumerateArray().Select(e => ReadDescriptor(e, key))]
            : throw new TooManyEntriesException($"The manifest's '{key}' has {list.GetArrayLength()} entries; expected at most {MostEntries}.");
    }

    private static Descriptor ReadDescriptor(JsonElement element, string key)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"In the manifest's '{key}' is something else than a descriptor.");
        }

        if (!Digest.TryParse(Text(element, "digest"), out var digest))
        {
            throw new FormatException($"In the manifest's '{key}' is a descriptor whose digest is not 'sha256:' and 64 lower-case hexadecimal digits.");
        }

        if (!element.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var length) || length < 0)
        {
            throw new FormatException($"In the manifest's '{key}' is a descriptor whose size is not a number of bytes.");
        }

        return new Descriptor(Text(element, "mediaType") ?? throw new FormatException($"In the manifest's '{key}' is a descriptor without media type."), digest, length)
        {
            ArtifactType = Text(element, "artifactType"),
            Platform = element.TryGetProperty("platform", out var platform) && platform.ValueKind != JsonValueKind.Null ? ReadPlatform(platform) : null,
            Annotations = Annotations(element),
        };
    }

    private static Platform ReadPlatform(JsonElement element) => element.ValueKind == JsonValueKind.Object
        && Text(element, "os") is { Length: > 0 } os && Text(element, "architecture") is { Length: > 0 } architecture
        ? new Platform(os, architecture, Text(element, "variant") is { Length: > 0 } variant ? variant : null)
        : throw new FormatException("The manifest names a platform without 'os' or 'architecture'.");

    private static Dictionary<string, string> Annotations(JsonElement parent)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!parent.TryGetProperty("annotations", out var element) || element.ValueKind == JsonValueKind.Null)
        {
            return annotations;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("The manifest's 'annotations' is not a map.");
        }

        foreach (var property in element.EnumerateObject())
        {
            if (annotations.Count == MostEntries)
            {
                throw new TooManyEntriesException($"The manifest's 'annotations' has more than {MostEntries} entries.");
            }

            annotations[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw new FormatException("The manifest has an annotation that is not a text.");
        }

        return annotations;
    }

    private static string? Text(JsonElement parent, string key) =>
        !parent.TryGetProperty(key, out var element) || element.ValueKind == JsonValueKind.Null ? null
        : element.ValueKind == JsonValueKind.String ? element.GetString()
        : throw new FormatException($"The manifest's '{key}' is not a text.");

    // Attacker-controlled text in a sentence for people: short, and no control characters.
    private static string Quote(string text) => new([.. text.Take(80).Select(c => c is >= ' ' and <= '~' ? c : '?')]);

    private sealed class TooManyEntriesException(string message) : Exception(message);
}
