using System.Globalization;
using System.Text.Json;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>Reads an artifact, and everything that hangs on it, from wherever it lies.</summary>
internal sealed class ArtifactReader(Registries registries)
{
    // An attestation holds a test report or an SBOM; an artifact has a handful of them.
    private const long LargestItem = 10 * 1024 * 1024;
    private const long LargestConfig = 1024 * 1024;
    private const int MostItems = 100;

    /// <summary>The artifact; null when it is not there.</summary>
    public async Task<Artifact?> DescribeAsync(ImageName name, string? tag, Digest digest, CancellationToken cancellationToken)
    {
        var registry = registries.For(name);
        if (await registry.ReadManifestAsync(name, digest, cancellationToken) is not { } content)
        {
            return null;
        }

        var manifest = Parse(name, content);
        IReadOnlyList<Descriptor> platforms = [.. manifest.Manifests.Where(m => m.Platform is not { IsUnknown: true })];
        var first = manifest;
        if (platforms.Count > 0 && await registry.ReadManifestAsync(name, platforms[0].Digest, cancellationToken) is { } inner)
        {
            first = Parse(name, inner);
        }

        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        DateTimeOffset? created = null;
        Platform? platform = null;
        if (first.Config is { } config && config.Size <= LargestConfig && await registry.ReadBlobAsync(name, config.Digest, LargestConfig, cancellationToken) is { } bytes)
        {
            (created, platform) = ReadConfig(bytes, labels);
        }

        foreach (var (key, value) in manifest.Annotations)
        {
            labels[key] = value;
        }

        return new Artifact(name, content.Descriptor) { Tag = tag, Labels = labels, Created = created, Manifests = platforms, Platform = platforms.Count > 0 ? null : platform };
    }

    /// <summary>Whether it can be pulled.</summary>
    public async Task<bool> ExistsAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        await registries.For(name).ReadManifestAsync(name, digest, cancellationToken) is not null;

    /// <summary>Everything attached: referrers, the fallback tag, and cosign's tags <c>sha256-HEX.sig</c> and <c>.att</c>. What cannot be read is listed with its fault.</summary>
    public async Task<IReadOnlyList<AttachedItem>> ListAttachedAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        var registry = registries.For(name);
        var manifests = (await registry.ListReferrersAsync(name, digest, cancellationToken)).Select(d => (d.Digest, IsReferrer: true)).ToList();
        foreach (var ending in (string[])[".sig", ".att"])
        {
            if (await registry.ResolveAsync(name, $"sha256-{digest.Hex}{ending}", cancellationToken) is { } tagged)
            {
                manifests.Add((tagged.Digest, false));
            }
        }

        var items = new List<AttachedItem>();
        foreach (var (attached, isReferrer) in manifests.DistinctBy(m => m.Digest))
        {
            try
            {
                if (await registry.ReadManifestAsync(name, attached, cancellationToken) is not { } content)
                {
                    items.Add(Faulty(digest, attached, RejectionCode.Malformed, $"{attached} is listed as attached, and is not there."));
                    continue;
                }

                var manifest = Parse(name, content);
                if (isReferrer && manifest.Subject?.Digest != digest)
                {
                    items.Add(Faulty(digest, attached, RejectionCode.SubjectMismatch, $"{attached} is listed as attached, and says it belongs to {manifest.Subject?.Digest.Value ?? "nothing"}."));
                    continue;
                }

                foreach (var layer in manifest.Layers)
                {
                    if (items.Count >= MostItems)
                    {
                        // More than that hides something: the rest is not read, and this says so.
                        items.Add(Faulty(digest, attached, RejectionCode.Limit, $"More than {MostItems} items are attached; the rest is not read."));
                        return items;
                    }

                    items.Add(await ReadItemAsync(registry, name, digest, layer, cancellationToken));
                }
            }
            catch (RegistryException e) when (e.Code is { } code)
            {
                items.Add(Faulty(digest, attached, code, e.Message));
            }
        }

        return items;
    }

    private static async Task<AttachedItem> ReadItemAsync(IRegistry registry, ImageName name, Digest subject, Descriptor layer, CancellationToken cancellationToken)
    {
        var form = layer.MediaType switch
        {
            MediaTypes.SimpleSigning => AttachedForm.SimpleSigning,
            MediaTypes.Dsse => AttachedForm.Dsse,
            var type when type.StartsWith(MediaTypes.SigstoreBundlePrefix, StringComparison.Ordinal) => AttachedForm.SigstoreBundle,
            _ => AttachedForm.Unknown,
        };
        var item = new AttachedItem(subject, form, layer.MediaType, layer.Digest, default, layer.Annotations);
        if (form == AttachedForm.Unknown)
        {
            return item;
        }

        try
        {
            return await registry.ReadBlobAsync(name, layer.Digest, LargestItem, cancellationToken) is { } bytes
                ? item with { Content = bytes }
                : item with { Fault = new Rejection(RejectionCode.Malformed, $"{layer.Digest} is listed as attached, and is not there.") };
        }
        catch (RegistryException e) when (e.Code is { } code)
        {
            return item with { Fault = new Rejection(code, e.Message) };
        }
    }

    private static AttachedItem Faulty(Digest subject, Digest attached, RejectionCode code, string reason) =>
        new(subject, AttachedForm.Unknown, MediaTypes.Manifest, attached, default, new Dictionary<string, string>()) { Fault = new Rejection(code, reason) };

    private static OciManifest Parse(ImageName name, RegistryContent content) => ManifestReader.Read(content.Bytes, content.Descriptor.MediaType)
        ?? throw new RegistryException($"{name}@{content.Descriptor.Digest} is not a manifest that can be read.", isTransient: false, RejectionCode.Malformed);

    private static (DateTimeOffset? Created, Platform? Platform) ReadConfig(ReadOnlyMemory<byte> bytes, Dictionary<string, string> labels)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement;
            if (root.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object && config.TryGetProperty("Labels", out var all) && all.ValueKind == JsonValueKind.Object)
            {
                foreach (var label in all.EnumerateObject().Where(l => l.Value.ValueKind == JsonValueKind.String))
                {
                    labels[label.Name] = label.Value.GetString()!;
                }
            }

            DateTimeOffset? created = root.TryGetProperty("created", out var at)
                && DateTimeOffset.TryParse(at.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
            return (created, root.TryGetProperty("os", out var os) && root.TryGetProperty("architecture", out var architecture)
                ? new Platform(os.GetString() ?? "unknown", architecture.GetString() ?? "unknown", root.TryGetProperty("variant", out var v) ? v.GetString() : null) : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Labels are for people; a configuration that cannot be read has none.
            return (null, null);
        }
    }
}
