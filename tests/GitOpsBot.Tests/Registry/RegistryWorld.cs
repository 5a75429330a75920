using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Registry;

namespace GitOpsBot.Tests.Registry;

/// <summary>Artifacts and what is attached to them, for the tests of this folder.</summary>
internal static class RegistryWorld
{
    public const string Repository = "acme/checkout";

    /// <summary>One image for one platform.</summary>
    public static BuiltArtifact Image(string version, DateTimeOffset? created = null, IReadOnlyDictionary<string, string>? labels = null) => ImageBuilder.Image(
        $"the layer of {version}", labels: labels ?? new Dictionary<string, string> { ["org.opencontainers.image.version"] = version }, created: created);

    /// <summary>An attachment with one signed statement.</summary>
    public static BuiltArtifact Attestation(EvidenceSigner signer, Descriptor? subject, Digest about, string result = "PASSED") => ImageBuilder.Attachment(
        "application/vnd.in-toto+json", subject,
        ImageBuilder.Blob(MediaTypes.Dsse, signer.SignStatement("checkout", about, Scenarios.World.TestResult, new JsonObject { ["result"] = result })));

    /// <summary>An attachment with one signature of cosign's.</summary>
    public static BuiltArtifact Signature(EvidenceSigner signer, Descriptor? subject, ImageName name, Digest about)
    {
        var (payload, signature) = signer.SignSimpleSigning(name, about);
        return ImageBuilder.Attachment("application/vnd.dev.cosign.artifact.sig.v1+json", subject, ImageBuilder.Blob(
            MediaTypes.SimpleSigning, payload, new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = signature }));
    }

    /// <summary>Registries with one host that is spoken to without TLS.</summary>
    public static Registries Plain(string host, Func<RegistryHost, RegistryHost>? more = null, TimeSpan? timeout = null)
    {
        var settings = new RegistryHost(host, PlainHttp: true, Credentials: null);
        var options = new RegistryOptions([more is null ? settings : more(settings)], new Dictionary<string, string>());
        return new Registries(timeout is { } limit ? options with { CallTimeout = limit } : options);
    }

    public static ImageName Name(string host, string repository = Repository) => ImageName.Parse($"{host}/{repository}");
}
