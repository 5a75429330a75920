using System.Diagnostics;
using System.Text;
using System.Text.Json;
using GitOpsBot.Core.Evidence.Sigstore.Certificates;
using GitOpsBot.Core.Evidence.Sigstore.Logs;

namespace GitOpsBot.Core.Evidence.Sigstore.Bundles;

/// <summary>
/// Verification material in the annotations of a layer, as cosign attached it before it wrote bundles (cosign, <c>specs/SIGNATURE_SPEC.md</c>).
/// The chain annotation is not read: paths are built from the trusted root alone.
/// </summary>
internal static class MaterialAnnotations
{
    /// <summary>The signer's certificate, PEM.</summary>
    public const string Certificate = "dev.sigstore.cosign/certificate";

    /// <summary>A log's signed entry timestamp with what it is over, JSON.</summary>
    public const string LogEntry = "dev.sigstore.cosign/bundle";

    /// <summary>An RFC 3161 response, JSON.</summary>
    public const string Timestamp = "dev.sigstore.cosign/rfc3161timestamp";

    /// <summary>Reads what is there; nothing at all is material without anything in it.</summary>
    /// <returns>The material; or <c>malformed</c>, <c>limit</c>, <c>unsupported</c>.</returns>
    public static Checked<VerificationMaterial> Read(IReadOnlyDictionary<string, string> annotations)
    {
        Certificate? certificate = null;
        if (Given(annotations, Certificate) is { } pem)
        {
            switch (CertificateReader.ReadPem(pem))
            {
                case Checked<Certificate>.Refused(var rejection):
                    return rejection;
                case Checked<Certificate>.Accepted(var read):
                    certificate = read;
                    break;
            }
        }

        var reader = new ProtoReader();
        var entries = new List<LogEntry>();
        if (Object(annotations, LogEntry, reader, "SignedEntryTimestamp", "Payload") is { } bundle)
        {
            entries.Add(LogEntryReader.ReadAnnotation(bundle));
        }

        var timestamps = new List<ReadOnlyMemory<byte>>();
        if (Object(annotations, Timestamp, reader, "SignedRFC3161Timestamp") is { } timestamp)
        {
            timestamps.Add(timestamp.Bytes("SignedRFC3161Timestamp"));
        }

        return reader.Problem is { } problem ? problem : new VerificationMaterial(MaterialForm.Annotations, certificate, entries, timestamps);
    }

    // cosign writes an annotation without content where there is nothing to say.
    private static string? Given(IReadOnlyDictionary<string, string> annotations, string name) =>
        annotations.TryGetValue(name, out var text) && text.Length > 0 ? text : null;

    private static ProtoMessage? Object(IReadOnlyDictionary<string, string> annotations, string name, ProtoReader reader, params string[] fields)
    {
        if (Given(annotations, name) is not { } text)
        {
            return null;
        }

        switch (StrictJson.ReadObject(Encoding.UTF8.GetBytes(text), $"The annotation '{name}'"))
        {
            case Checked<JsonElement>.Accepted(var json):
                return reader.Open(json, $"The annotation '{name}'", fields);
            case Checked<JsonElement>.Refused(var rejection):
                reader.Fail(rejection.Reason, rejection.Code);
                return null;
            default:
                throw new UnreachableException();
        }
    }
}
