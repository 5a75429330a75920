using System.Collections.Concurrent;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Testing;

/// <summary>What a <see cref="RegistryServer"/> holds, by repository. It checks nothing: that is what its clients are tested for.</summary>
public sealed class RegistryStore
{
    private readonly ConcurrentDictionary<(string Repository, string Digest), (string MediaType, byte[] Bytes)> manifests = new();
    private readonly ConcurrentDictionary<(string Repository, string Digest), byte[]> blobs = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> tags = new();

    /// <summary>Whether anything was ever pushed there.</summary>
    public bool Has(string repository) => tags.ContainsKey(repository);

    /// <summary>The tags, in ordinal order.</summary>
    public IReadOnlyList<string> Tags(string repository) => tags.TryGetValue(repository, out var found) ? [.. found.Keys.Order(StringComparer.Ordinal)] : [];

    /// <summary>A manifest by tag or digest.</summary>
    public (string Digest, string MediaType, byte[] Bytes)? Manifest(string repository, string reference)
    {
        var digest = tags.TryGetValue(repository, out var tagged) ? tagged.GetValueOrDefault(reference, reference) : reference;
        return manifests.TryGetValue((repository, digest), out var found) ? (digest, found.MediaType, found.Bytes) : null;
    }

    /// <summary>A blob.</summary>
    public byte[]? Blob(string repository, string digest) => blobs.GetValueOrDefault((repository, digest));

    /// <summary>The manifests that have this subject.</summary>
    public IReadOnlyList<Descriptor> Referrers(string repository, string digest) =>
        [.. manifests.Where(m => m.Key.Repository == repository).OrderBy(m => m.Key.Digest, StringComparer.Ordinal)
            .Select(m => (m.Key.Digest, m.Value.Bytes, Read: (ManifestReader.Read(m.Value.Bytes) as Reading<OciManifest>.Done)?.Value))
            .Where(m => m.Read?.Subject?.Digest.Value == digest)
            .Select(m => new Descriptor(m.Read!.MediaType, Digest.Parse(m.Digest), m.Bytes.Length) { ArtifactType = m.Read.ArtifactType, Annotations = m.Read.Annotations })];

    /// <summary>Adds everything of an artifact, and points tags at it.</summary>
    public void Add(string repository, BuiltArtifact artifact, params IReadOnlyList<string> tagged)
    {
        foreach (var blob in artifact.Blobs)
        {
            PutBlob(repository, blob.Descriptor.Digest.Value, blob.Bytes.ToArray());
        }

        foreach (var manifest in artifact.Manifests)
        {
            PutManifest(repository, manifest.Descriptor.Digest.Value, manifest.Descriptor.Digest.Value, manifest.Descriptor.MediaType, manifest.Bytes.ToArray());
        }

        foreach (var tag in tagged)
        {
            TagsOf(repository)[tag] = artifact.Digest.Value;
        }
    }

    /// <summary>Puts a blob.</summary>
    public void PutBlob(string repository, string digest, byte[] bytes) => blobs[(repository, digest)] = bytes;

    /// <summary>Puts a manifest under a tag or a digest.</summary>
    public void PutManifest(string repository, string reference, string digest, string mediaType, byte[] bytes)
    {
        manifests[(repository, digest)] = (mediaType, bytes);
        var tagged = TagsOf(repository);
        if (reference != digest)
        {
            tagged[reference] = digest;
        }
    }

    /// <summary>Deletes a tag, or the manifest of a digest.</summary>
    public void Delete(string repository, string reference)
    {
        TagsOf(repository).TryRemove(reference, out _);
        manifests.TryRemove((repository, reference), out _);
    }

    private ConcurrentDictionary<string, string> TagsOf(string repository) => tags.GetOrAdd(repository, _ => new ConcurrentDictionary<string, string>(StringComparer.Ordinal));
}
