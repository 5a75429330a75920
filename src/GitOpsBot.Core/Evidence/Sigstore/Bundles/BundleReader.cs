using System.Diagnostics;
using System.Text.Json;
using GitOpsBot.Core.Evidence.Sigstore.Certificates;
using GitOpsBot.Core.Evidence.Sigstore.Logs;

namespace GitOpsBot.Core.Evidence.Sigstore.Bundles;

/// <summary>
/// Reads Sigstore bundles of version 0.1, 0.2 and 0.3 (protobuf-specs, <c>sigstore_bundle.proto</c>). What the format demands of a bundle whoever signed it
/// is demanded here: one signature, one certificate in 0.3 and never a root, an inclusion proof from 0.2 on, a promise in 0.1.
/// </summary>
internal static class BundleReader
{
    private const int MostCertificates = 10; // A leaf and the intermediates above it; public instances have one.

    private static readonly Dictionary<string, MaterialForm> Versions = new(StringComparer.Ordinal)
    {
        ["application/vnd.dev.sigstore.bundle+json;version=0.1"] = MaterialForm.BundleV01,
        ["application/vnd.dev.sigstore.bundle+json;version=0.2"] = MaterialForm.BundleV02,
        ["application/vnd.dev.sigstore.bundle+json;version=0.3"] = MaterialForm.BundleV03,
        ["application/vnd.dev.sigstore.bundle.v0.1+json"] = MaterialForm.BundleV01,
        ["application/vnd.dev.sigstore.bundle.v0.2+json"] = MaterialForm.BundleV02,
        ["application/vnd.dev.sigstore.bundle.v0.3+json"] = MaterialForm.BundleV03,
    };

    /// <summary>Takes a bundle apart.</summary>
    /// <param name="content">The bytes, attacker-controlled.</param>
    /// <param name="artifact">What a message signature must be over.</param>
    /// <returns>The item; or <c>malformed</c>, <c>limit</c>, <c>unsupported</c>, <c>payload-type</c>, <c>signature-missing</c>, <c>signature-count</c>,
    /// <c>inclusion-proof-missing</c>, <c>no-trusted-time</c> (0.1 without a promise), <c>subject-mismatch</c> (a message signature over another digest).</returns>
    public static Checked<SignedItem> Read(ReadOnlyMemory<byte> content, SignedArtifact artifact) => StrictJson.ReadObject(content, "The bundle") switch
    {
        Checked<JsonElement>.Accepted(var json) => Read(json, artifact),
        Checked<JsonElement>.Refused(var rejection) => rejection,
        _ => throw new UnreachableException(),
    };

    private static Checked<SignedItem> Read(JsonElement json, SignedArtifact artifact)
    {
        // The version first: what a later one means by its fields, nobody can say.
        if (json.Text("mediaType") is null && json.Text("media_type") is null)
        {
            return new Rejection(RejectionCode.Malformed, "The bundle must name its version as 'mediaType', but does not.");
        }

        var mediaType = json.Text("mediaType") ?? json.Text("media_type");
        if (!Versions.TryGetValue(mediaType!, out var form))
        {
            return new Rejection(RejectionCode.Unsupported, $"The bundle must be of version 0.1, 0.2 or 0.3, but its media type is {Quoted.Text(mediaType)}.");
        }

        var reader = new ProtoReader();
        var bundle = reader.Open(json, "The bundle", ["mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope"]);
        var material = bundle.Message("verificationMaterial", "publicKey", "x509CertificateChain", "certificate", "tlogEntries", "timestampVerificationData");
        if (material is null)
        {
            bundle.Fail("must have verification material, but has none.");
            return reader.Problem!;
        }

        var hint = material.Message("publicKey", "hint")?.Text("hint");
        var signed = new BundleContent(bundle, artifact).Read(hint is { Length: > 0 } ? hint : null);
        var certificate = ReadCertificate(material, form);
        var entries = LogEntryReader.Read(material.Messages("tlogEntries", VerificationMaterial.MostItems, LogEntryReader.Fields), form);
        var timestamps = material.Message("timestampVerificationData", "rfc3161Timestamps")?.Messages("rfc3161Timestamps", VerificationMaterial.MostItems, "signedTimestamp") ?? [];
        var stamps = timestamps.Select(t => (ReadOnlyMemory<byte>)t.Bytes("signedTimestamp")).ToList();
        return reader.Problem is { } problem ? problem
            : signed is Checked<SignedItem>.Accepted(var item) ? item with { Material = new VerificationMaterial(form, certificate, entries, stamps) }
            : signed;
    }

    private static Certificate? ReadCertificate(ProtoMessage material, MaterialForm form)
    {
        string[] forms = ["publicKey", "x509CertificateChain", "certificate"];
        var given = forms.Where(material.Has).ToList();
        if (given is not [var kind])
        {
            material.Fail($"must have exactly one of publicKey, x509CertificateChain and certificate, but has {(given.Count == 0 ? "none" : string.Join(" and ", given))}.");
            return null;
        }

        if (kind != "publicKey" && (kind == "certificate") != (form == MaterialForm.BundleV03))
        {
            material.Fail($"must have {(form == MaterialForm.BundleV03 ? "a single certificate in version 0.3, but has a chain" : "a chain of certificates before version 0.3, but has a single one")}.");
            return null;
        }

        var raw = kind switch
        {
            "certificate" => [material.Message("certificate", "rawBytes")!.Bytes("rawBytes")],
            "x509CertificateChain" => material.Message(kind, "certificates")!.Messages("certificates", MostCertificates, "rawBytes").Select(c => c.Bytes("rawBytes")).ToList(),
            _ => new List<byte[]>(),
        };
        if (kind != "publicKey" && raw.Count == 0)
        {
            material.Fail("must have a certificate in its chain, but the chain is empty.");
        }

        // Intermediates only have to be certificates: paths are built from the trusted root alone. A root in a bundle is against the format.
        var certificates = new List<Certificate>();
        foreach (var bytes in raw)
        {
            switch (CertificateReader.Read(bytes))
            {
                case Checked<Certificate>.Refused(var rejection):
                    material.Fail($"must hold certificates that can be read, but does not: {rejection.Reason}", rejection.Code);
                    break;
                case Checked<Certificate>.Accepted(var certificate):
                    certificates.Add(certificate);
                    break;
            }
        }

        if (certificates.Exists(c => c.IsSelfIssued))
        {
            material.Fail("must not hold a root certificate, but holds one.");
        }

        return certificates.FirstOrDefault();
    }
}
