using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>What must hold of bytes before they are handed out, wherever they came from.</summary>
internal static class RegistryContents
{
    /// <summary>The bytes have the digest.</summary>
    /// <exception cref="RegistryException">They do not; code <c>content-digest-mismatch</c>.</exception>
    public static void Check(ImageName name, Digest expected, ReadOnlyMemory<byte> bytes)
    {
        var found = Digest.Of(bytes.Span);
        if (found != expected)
        {
            throw new RegistryException($"{name} handed out other bytes: expected content of {expected}, found {found}.", false, RejectionCode.ContentDigestMismatch);
        }
    }

    /// <summary>A manifest's bytes with the descriptor they have.</summary>
    public static RegistryContent Manifest(ImageName name, string reference, ReadOnlyMemory<byte> bytes, string? claimed)
    {
        var manifest = Value(ManifestReader.Read(bytes, claimed), $"The manifest {reference} of {name}");
        return new RegistryContent(new Descriptor(manifest.MediaType, Digest.Of(bytes.Span), bytes.Length) { ArtifactType = manifest.ArtifactType, Annotations = manifest.Annotations }, bytes);
    }

    /// <summary>The entries of an index.</summary>
    public static IReadOnlyList<Descriptor> Index(ReadOnlyMemory<byte> bytes, string what)
    {
        var index = Value(ManifestReader.Read(bytes), what);
        return index.IsIndex ? index.Manifests : throw new RegistryException($"{what} is not an index but a single manifest.", false, RejectionCode.Malformed);
    }

    /// <summary>Not more referrers than are looked at.</summary>
    public static void CheckReferrers(int count, ImageName name, Digest digest)
    {
        if (count > OciRegistry.MostReferrers)
        {
            throw new RegistryException($"{name}@{digest} has too many referrers: expected at most {OciRegistry.MostReferrers}.", false, RejectionCode.Limit);
        }
    }

    /// <summary>What was read, or the exception that says why it could not be.</summary>
    public static T Value<T>(Reading<T> reading, string what) => reading switch
    {
        Reading<T>.Done done => done.Value,
        Reading<T>.Malformed no => throw new RegistryException($"{what} is malformed: {no.Reason}", false, RejectionCode.Malformed),
        Reading<T>.TooLarge no => throw new RegistryException($"{what} is too large: {no.Reason}", false, RejectionCode.Limit),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
