using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Registry;

/// <summary>Writes an OCI image layout: images with labels, and what is attached to them. For the demonstration, and for tests.</summary>
public sealed class OciLayoutWriter
{
    private readonly string folder;
    private readonly List<JsonNode> entries = [];

    /// <summary>Begins a layout in a folder, or goes on with the one that is there.</summary>
    public OciLayoutWriter(string folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256"));
        File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        var index = Path.Combine(folder, "index.json");
        if (File.Exists(index))
        {
            entries.AddRange(JsonNode.Parse(File.ReadAllBytes(index))!["manifests"]!.AsArray().Select(e => e!.DeepClone()));
        }
        else
        {
            Save();
        }
    }

    /// <summary>Adds an image under a tag; an older image of that tag loses it.</summary>
    public Digest AddImage(string tag, IReadOnlyDictionary<string, string> labels, DateTimeOffset created)
    {
        var config = Blob(new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["created"] = created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["config"] = new JsonObject { ["Labels"] = new JsonObject(labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))) },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray() },
        }, MediaTypes.Config);
        var manifest = Blob(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.Manifest,
            ["config"] = config,
            ["layers"] = new JsonArray(),
        }, MediaTypes.Manifest);
        Tag(manifest, tag);
        return Digest.Parse((string)manifest["digest"]!);
    }

    /// <summary>Attaches a DSSE envelope to a digest, as a referrer.</summary>
    public void Attach(Digest subject, string mediaType, byte[] subjectBytes, string artifactType, byte[] content, IReadOnlyDictionary<string, string>? annotations = null)
    {
        var layer = Blob(content, mediaType);
        if (annotations is not null)
        {
            layer["annotations"] = new JsonObject(annotations.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
        }

        var manifest = Blob(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.Manifest,
            ["artifactType"] = artifactType,
            ["config"] = Blob("{}"u8.ToArray(), MediaTypes.Empty),
            ["layers"] = new JsonArray(layer),
            ["subject"] = new JsonObject { ["mediaType"] = MediaTypes.Manifest, ["digest"] = subject.Value, ["size"] = subjectBytes.Length },
        }, MediaTypes.Manifest);
        manifest["artifactType"] = artifactType;
        entries.Add(manifest);
        Save();
    }

    /// <summary>Adds what was built, under a tag or, for referrers and images that are meant by digest only, without one.</summary>
    public void Add(BuiltArtifact built, string? tag = null)
    {
        foreach (var content in built.Blobs.Concat(built.Manifests))
        {
            Blob(content.Bytes.ToArray(), content.Descriptor.MediaType);
        }

        var entry = new JsonObject { ["mediaType"] = built.Descriptor.MediaType, ["digest"] = built.Digest.Value, ["size"] = built.Descriptor.Size };
        if (tag is not null)
        {
            Tag(entry, tag);
            return;
        }

        if (built.Descriptor.ArtifactType is { } artifactType)
        {
            entry["artifactType"] = artifactType;
        }

        entries.Add(entry);
        Save();
    }

    /// <summary>The bytes of a manifest or blob in it.</summary>
    public byte[] Read(Digest digest) => File.ReadAllBytes(Path.Combine(folder, "blobs", "sha256", digest.Hex));

    private void Tag(JsonObject descriptor, string tag)
    {
        entries.RemoveAll(e => (string?)e["annotations"]?["org.opencontainers.image.ref.name"] == tag);
        var entry = descriptor.DeepClone();
        entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = tag };
        entries.Add(entry);
        Save();
    }

    private JsonObject Blob(JsonObject json, string mediaType) => Blob(JsonSerializer.SerializeToUtf8Bytes(json), mediaType);

    private JsonObject Blob(byte[] bytes, string mediaType)
    {
        var digest = Digest.Of(bytes);
        File.WriteAllBytes(Path.Combine(folder, "blobs", "sha256", digest.Hex), bytes);
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = digest.Value, ["size"] = bytes.Length };
    }

    private void Save() => File.WriteAllBytes(Path.Combine(folder, "index.json"), JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.Index,
        ["manifests"] = new JsonArray([.. entries.Select(e => e.DeepClone())]),
    }));
}
