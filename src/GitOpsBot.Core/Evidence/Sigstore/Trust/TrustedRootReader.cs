using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence.Sigstore.Bundles;
using GitOpsBot.Core.Evidence.Sigstore.Certificates;

namespace GitOpsBot.Core.Evidence.Sigstore.Trust;

/// <summary>
/// Reads TrustedRoot JSON (protobuf-specs, <c>sigstore_trustroot.proto</c>), versions 0.1 and 0.2. Strict, since all else rests on it: what cannot be read
/// is not left out silently, except logs with kinds of keys that are not known here, which are then unknown logs.
/// </summary>
internal static class TrustedRootReader
{
    private const int MostOfEach = 100; // Instances have one to five of each, old ones included.
    private const int MostCertificates = 10;
    private const string ShippedName = "GitOpsBot.Core.Evidence.Sigstore.Trust.public-good.json";

    private static readonly HashSet<string> MediaTypes = new(StringComparer.Ordinal)
    {
        "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "application/vnd.dev.sigstore.trustedroot.v0.1+json",
        "application/vnd.dev.sigstore.trustedroot+json;version=0.2", "application/vnd.dev.sigstore.trustedroot.v0.2+json",
    };

    private static readonly string[] LogFields = ["baseUrl", "hashAlgorithm", "publicKey", "logId", "checkpointKeyId", "operator"];
    private static readonly string[] AuthorityFields = ["subject", "uri", "certChain", "validFor", "operator"];

    // sigstore_common.proto, "PublicKeyDetails": the kinds that are read here. Unknown ones are no error: a later root may have them beside others.
    private static readonly Dictionary<int, string> KeyDetails = new()
    {
        [1] = "PKCS1_RSA_PKCS1V5", [3] = "PKIX_RSA_PKCS1V5", [5] = "PKIX_ECDSA_P256_SHA_256", [7] = "PKIX_ED25519", [9] = "PKIX_RSA_PKCS1V15_2048_SHA256",
        [10] = "PKIX_RSA_PKCS1V15_3072_SHA256", [11] = "PKIX_RSA_PKCS1V15_4096_SHA256", [12] = "PKIX_ECDSA_P384_SHA_384",
    };

    /// <summary>Reads a file's bytes.</summary>
    public static Checked<TrustedRootContent> Read(ReadOnlyMemory<byte> content) => StrictJson.ReadObject(content, "The trusted root") switch
    {
        Checked<JsonElement>.Accepted(var json) => Read(json, Digest.Of(content.Span)),
        Checked<JsonElement>.Refused(var rejection) => rejection,
        _ => throw new UnreachableException(),
    };

    /// <summary>The root that came with this program.</summary>
    public static TrustedRootContent ReadShipped()
    {
        using var stream = typeof(TrustedRootReader).Assembly.GetManifestResourceStream(ShippedName) ?? throw new UnreachableException("The shipped trusted root is missing.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return Read(content) is Checked<TrustedRootContent>.Accepted(var root) ? root : throw new UnreachableException("The shipped trusted root cannot be read.");
    }

    private static Checked<TrustedRootContent> Read(JsonElement json, Digest digest)
    {
        var reader = new ProtoReader();
        var root = reader.Open(json, "The trusted root", ["mediaType", "tlogs", "certificateAuthorities", "ctlogs", "timestampAuthorities"]);
        if (!MediaTypes.Contains(root.Text("mediaType")))
        {
            return reader.Problem ?? new Rejection(RejectionCode.Unsupported, $"The trusted root must be of version 0.1 or 0.2, but its media type is {Quoted.Text(root.Text("mediaType"))}.");
        }

        var logs = ReadLogs(root.Messages("tlogs", MostOfEach, LogFields));
        var certificateLogs = ReadLogs(root.Messages("ctlogs", MostOfEach, LogFields));
        var authorities = root.Messages("certificateAuthorities", MostOfEach, AuthorityFields).Select(ReadAuthority).ToList();
        var timestampAuthorities = root.Messages("timestampAuthorities", MostOfEach, AuthorityFields).Select(ReadAuthority).ToList();
        return reader.Problem is { } problem
            ? problem
            : new TrustedRootContent(digest, [.. authorities.OfType<CertificateAuthority>()], [.. timestampAuthorities.OfType<CertificateAuthority>()], logs, certificateLogs);
    }

    private static Dictionary<string, TransparencyLog> ReadLogs(IReadOnlyList<ProtoMessage> messages)
    {
        var logs = new Dictionary<string, TransparencyLog>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            var id = message.Message("logId", "keyId")?.Bytes("keyId") ?? [];
            var key = message.Message("publicKey", "rawBytes", "keyDetails", "validFor");
            _ = message.Message("checkpointKeyId", "keyId")?.Bytes("keyId");
            if (id.Length == 0 || key is null)
            {
                message.Fail("must have a logId and a publicKey, but lacks one.");
                continue;
            }

            if (message.Choice("hashAlgorithm", BundleContent.HashAlgorithms) != "SHA2_256")
            {
                message.Fail("must hash by SHA2_256, but does not.", RejectionCode.Unsupported);
            }

            // A missing start must not read as "always" (sigstore_common.proto, "TimeRange": only the end is optional).
            var validity = ReadValidity(key);
            if (validity.Start is null)
            {
                key.Fail("must say from when it is believed, but does not.");
            }

            if (ReadKey(key) is { } read && !logs.TryAdd(Convert.ToHexStringLower(id), new TransparencyLog(message.Text("baseUrl"), read, validity)))
            {
                message.Fail("must be another log than those before it, but has the id of one of them.");
            }
        }

        return logs;
    }

    private static PublicKey? ReadKey(ProtoMessage key)
    {
        var raw = key.Bytes("rawBytes");
        if (key.Choice("keyDetails", KeyDetails) is not { } details)
        {
            return null;
        }

        try
        {
            if (details == "PKCS1_RSA_PKCS1V5")
            {
                using var rsa = RSA.Create();
                rsa.ImportRSAPublicKey(raw, out _);
                raw = rsa.ExportSubjectPublicKeyInfo();
            }
        }
        catch (CryptographicException)
        {
            raw = [];
        }

        switch (PublicKey.Read(raw))
        {
            case Checked<PublicKey>.Accepted(var read):
                return read;
            case Checked<PublicKey>.Refused(var rejection):
                key.Fail($"must hold a key of the kind {details}, but does not: {rejection.Reason}", rejection.Code);
                return null;
            default:
                throw new UnreachableException();
        }
    }

    private static CertificateAuthority? ReadAuthority(ProtoMessage message)
    {
        _ = message.Message("subject", "organization", "commonName");
        var certificates = message.Message("certChain", "certificates")?.Messages("certificates", MostCertificates, "rawBytes") ?? [];
        if (certificates.Count == 0)
        {
            message.Fail("must have a certificate chain, but has none.");
            return null;
        }

        var chain = new List<Certificate>();
        foreach (var certificate in certificates)
        {
            switch (CertificateReader.Read(certificate.Bytes("rawBytes")))
            {
                case Checked<Certificate>.Accepted(var read):
                    chain.Add(read);
                    break;
                case Checked<Certificate>.Refused(var rejection):
                    certificate.Fail($"must be a certificate, but is not: {rejection.Reason}", rejection.Code);
                    return null;
            }
        }

        return new CertificateAuthority(chain, ReadValidity(message));
    }

    private static Validity ReadValidity(ProtoMessage message) =>
        message.Message("validFor", "start", "end") is { } range ? new Validity(range.Time("start"), range.Time("end")) : new Validity(null, null);
}
