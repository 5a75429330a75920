using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Benchmarks.Worlds;

/// <summary>
/// Writes what Debian's docker-registry keeps on disk (the layout of distribution's file system driver), because pushing thousands of images through it
/// would take longer than all that is measured.
/// </summary>
internal sealed class RegistryFolder(string storage)
{
    private readonly string root = Path.Combine(storage, "data", "docker", "registry", "v2");

    /// <summary>An image with its tag.</summary>
    public void Add(string repository, BuiltArtifact image, string tag)
    {
        var here = Path.Combine(root, "repositories", repository);
        foreach (var blob in image.Blobs)
        {
            Keep(blob);
            Link(Path.Combine(here, "_layers"), blob.Descriptor.Digest);
        }

        foreach (var manifest in image.Manifests)
        {
            Keep(manifest);
            Link(Path.Combine(here, "_manifests", "revisions"), manifest.Descriptor.Digest);
        }

        var tagged = Path.Combine(here, "_manifests", "tags", tag);
        Link(Path.Combine(tagged, "index"), image.Digest);
        Write(Path.Combine(tagged, "current", "link"), image.Digest);
    }

    private void Keep(BuiltContent content)
    {
        var hex = content.Descriptor.Digest.Hex;
        var path = Path.Combine(root, "blobs", "sha256", hex[..2], hex, "data");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content.Bytes.Span);
    }

    private static void Link(string folder, Digest digest) => Write(Path.Combine(folder, "sha256", digest.Hex, "link"), digest);

    private static void Write(string path, Digest digest)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, digest.Value);
    }
}
