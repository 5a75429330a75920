namespace GitOpsBot.Core.Artifacts;

/// <summary>Media types of the OCI image specification, their Docker predecessors, and of what is attached.</summary>
public static class MediaTypes
{
    /// <summary>An image manifest.</summary>
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>An image index.</summary>
    public const string Index = "application/vnd.oci.image.index.v1+json";

    /// <summary>Docker's manifest.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Docker's index.</summary>
    public const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>An image configuration.</summary>
    public const string Config = "application/vnd.oci.image.config.v1+json";

    /// <summary>The configuration of what is no image (OCI image specification, "Guidelines for Artifact Usage").</summary>
    public const string Empty = "application/vnd.oci.empty.v1+json";

    /// <summary>A payload that cosign signed.</summary>
    public const string SimpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>A DSSE envelope.</summary>
    public const string Dsse = "application/vnd.dsse.envelope.v1+json";

    /// <summary>How the media types of Sigstore bundles begin.</summary>
    public const string SigstoreBundlePrefix = "application/vnd.dev.sigstore.bundle";

    /// <summary>Whether it is an index.</summary>
    public static bool IsIndex(string mediaType) => mediaType is Index or DockerIndex;

    /// <summary>Whether it is a manifest or an index.</summary>
    public static bool IsManifest(string mediaType) => mediaType is Manifest or DockerManifest || IsIndex(mediaType);
}
