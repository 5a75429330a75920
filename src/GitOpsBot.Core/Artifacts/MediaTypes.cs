namespace GitOpsBot.Core.Artifacts;

/// <summary>Media types of what registries hold (OCI image specification 1.1 and Docker's manifest version 2, schema 2).</summary>
public static class MediaTypes
{
    /// <summary>One image or artifact.</summary>
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>Several manifests, by platform or as a list of referrers.</summary>
    public const string Index = "application/vnd.oci.image.index.v1+json";

    /// <summary>Docker's manifest.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Docker's manifest list.</summary>
    public const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>Configuration of an image.</summary>
    public const string Config = "application/vnd.oci.image.config.v1+json";

    /// <summary>Docker's configuration of an image.</summary>
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";

    /// <summary>The two bytes <c>{}</c> that stand where nothing is needed.</summary>
    public const string Empty = "application/vnd.oci.empty.v1+json";

    /// <summary>A layer of an image.</summary>
    public const string Layer = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>What cosign signs; the signature stands in an annotation of the layer.</summary>
    public const string SimpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>A DSSE envelope.</summary>
    public const string Dsse = "application/vnd.dsse.envelope.v1+json";

    /// <summary>What all in-toto media types begin with.</summary>
    public const string InTotoPrefix = "application/vnd.in-toto";

    /// <summary>What the media types of all versions of the Sigstore bundle begin with.</summary>
    public const string SigstoreBundlePrefix = "application/vnd.dev.sigstore.bundle";

    /// <summary>Whether it is an index, of OCI or Docker.</summary>
    public static bool IsIndex(string mediaType) => mediaType is Index or DockerIndex;

    /// <summary>Whether it is a single manifest, of OCI or Docker.</summary>
    public static bool IsManifest(string mediaType) => mediaType is Manifest or DockerManifest;

    /// <summary>Whether it is an image's configuration, of OCI or Docker.</summary>
    public static bool IsImageConfig(string mediaType) => mediaType is Config or DockerConfig;

    /// <summary>Whether it is a configuration in JSON that may say something about its artifact: of an image, a Helm chart, a WASM component, a model.</summary>
    public static bool IsJsonConfig(string mediaType) => IsImageConfig(mediaType) || (mediaType != Empty && mediaType.EndsWith("+json", StringComparison.Ordinal));
}
