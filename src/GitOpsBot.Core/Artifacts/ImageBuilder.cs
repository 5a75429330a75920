using System.Buffers;
using System.Text;
using System.Text.Json;

namespace GitOpsBot.Core.Artifacts;

/// <summary>Bytes with their descriptor.</summary>
public sealed record BuiltContent(Descriptor Descriptor, ReadOnlyMemory<byte> Bytes);

/// <summary>Everything that must be stored for one manifest or index, in an order in which registries accept it.</summary>
/// <param name="Blobs">Configurations and layers.</param>
/// <param name="Manifests">Manifests, children first; the last one is what was built.</param>
public sealed record BuiltArtifact(IReadOnlyList<BuiltContent> Blobs, IReadOnlyList<BuiltContent> Manifests)
{
    /// <summary>What was built.</summary>
    public Descriptor Descriptor => Manifests[^1].Descriptor;

    /// <summary>Its digest.</summary>
    public Digest Digest => Descriptor.Digest;
}

/// <summary>
/// Builds the smallest real images, indexes and attachments, byte for byte the same for the same input: for the demo's world, for the
/// records the bot attaches, and for tests.
/// </summary>
public static class ImageBuilder
{
    /// <summary>One image of one platform; <paramref name="content"/> is its only layer, so that images differ.</summary>
    public static BuiltArtifact Image(
        string content,
        Platform? platform = null,
        IReadOnlyDictionary<string, string>? labels = null,
        DateTimeOffset? created = null,
        IReadOnlyDictionary<string, string>? annotations = null)
    {
        platform ??= new Platform("linux", "amd64");
        var layer = Blob(MediaTypes.Layer, Encoding.UTF8.GetBytes(content));
        var config = Blob(MediaTypes.Config, Json(json =>
        {
            if (created is { } at)
            {
                json.WriteString("created", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            }

            WritePlatform(json, platform);
            json.WriteStartObject("config");
            WriteMap(json, "Labels", labels);
            json.WriteEndObject();
            json.WriteStartObject("rootfs");
            json.WriteString("type", "layers");
            json.WriteStartArray("diff_ids");
            json.WriteStringValue(layer.Descriptor.Digest.Value);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
        var manifest = Manifest(null, config.Descriptor, [layer.Descriptor], null, annotations);
        return new BuiltArtifact([config, layer], [manifest with { Descriptor = manifest.Descriptor with { Platform = platform } }]);
    }

    /// <summary>An index of images, each under its platform.</summary>
    public static BuiltArtifact Index(IReadOnlyList<BuiltArtifact> images, IReadOnlyDictionary<string, string>? annotations = null)
    {
        var index = IndexOf([.. images.Select(i => i.Descriptor)], annotations);
        return new BuiltArtifact([.. images.SelectMany(i => i.Blobs)], [.. images.SelectMany(i => i.Manifests), index]);
    }

    /// <summary>An index of these descriptors: also what stands under the fallback tag of referrers.</summary>
    public static BuiltContent IndexOf(IReadOnlyList<Descriptor> manifests, IReadOnlyDictionary<string, string>? annotations = null) =>
        Blob(MediaTypes.Index, Json(json =>
        {
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", MediaTypes.Index);
            json.WriteStartArray("manifests");
            foreach (var manifest in manifests)
            {
                WriteDescriptor(json, manifest);
            }

            json.WriteEndArray();
            WriteMap(json, "annotations", annotations);
        }));

    /// <summary>A piece of content, to be a layer of an attachment.</summary>
    public static BuiltContent Blob(string mediaType, ReadOnlyMemory<byte> bytes, IReadOnlyDictionary<string, string>? annotations = null) =>
        new(new Descriptor(mediaType, Digest.Of(bytes.Span), bytes.Length) { Annotations = annotations ?? new Dictionary<string, string>() }, bytes);

    /// <summary>A manifest without an image, whose layers are attached: as a referrer when it has a <paramref name="subject"/>, else for a tag of cosign's.</summary>
    public static BuiltArtifact Attachment(string artifactType, Descriptor? subject, params IReadOnlyList<BuiltContent> layers)
    {
        var config = Blob(MediaTypes.Empty, "{}"u8.ToArray());
        return new BuiltArtifact([config, .. layers], [Manifest(artifactType, config.Descriptor, [.. layers.Select(l => l.Descriptor)], subject, null)]);
    }

    private static BuiltContent Manifest(
        string? artifactType, Descriptor config, IReadOnlyList<Descriptor> layers, Descriptor? subject, IReadOnlyDictionary<string, string>? annotations)
    {
        var built = Blob(MediaTypes.Manifest, Json(json =>
        {
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", MediaTypes.Manifest);
            if (artifactType is not null)
            {
                json.WriteString("artifactType", artifactType);
            }

            json.WritePropertyName("config");
            WriteDescriptor(json, config);
            json.WriteStartArray("layers");
            foreach (var layer in layers)
            {
                WriteDescriptor(json, layer);
            }

            json.WriteEndArray();
            if (subject is not null)
            {
                json.WritePropertyName("subject");
                WriteDescriptor(json, new Descriptor(subject.MediaType, subject.Digest, subject.Size));
            }

            WriteMap(json, "annotations", annotations);
        }));
        return built with { Descriptor = built.Descriptor with { ArtifactType = artifactType } };
    }

    private static void WriteDescriptor(Utf8JsonWriter json, Descriptor descriptor)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", descriptor.MediaType);
        json.WriteString("digest", descriptor.Digest.Value);
        json.WriteNumber("size", descriptor.Size);
        if (descriptor.ArtifactType is { } artifactType)
        {
            json.WriteString("artifactType", artifactType);
        }

        if (descriptor.Platform is { } platform)
        {
            json.WriteStartObject("platform");
            WritePlatform(json, platform);
            json.WriteEndObject();
        }

        WriteMap(json, "annotations", descriptor.Annotations);
        json.WriteEndObject();
    }

    private static void WritePlatform(Utf8JsonWriter json, Platform platform)
    {
        json.WriteString("architecture", platform.Architecture);
        json.WriteString("os", platform.Os);
        if (platform.Variant is { } variant)
        {
            json.WriteString("variant", variant);
        }
    }

    private static void WriteMap(Utf8JsonWriter json, string key, IReadOnlyDictionary<string, string>? map)
    {
        if (map is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartObject(key);
        foreach (var (name, value) in map.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static byte[] Json(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
