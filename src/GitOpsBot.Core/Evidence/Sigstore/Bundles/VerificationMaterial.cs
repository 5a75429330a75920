using GitOpsBot.Core.Evidence.Sigstore.Certificates;
using GitOpsBot.Core.Evidence.Sigstore.Logs;

namespace GitOpsBot.Core.Evidence.Sigstore.Bundles;

/// <summary>How verification material came: in a bundle of one of three versions, or in cosign's older annotations.</summary>
internal enum MaterialForm
{
    /// <summary>Annotations of a layer (cosign, <c>specs/SIGNATURE_SPEC.md</c>): a signed entry timestamp, never an inclusion proof.</summary>
    Annotations,
    /// <summary>A bundle that promises inclusion in a log and need not prove it.</summary>
    BundleV01,
    /// <summary>A bundle that proves inclusion.</summary>
    BundleV02,
    /// <summary>The same with one certificate and no chain.</summary>
    BundleV03,
}

/// <summary>What came with a signature to prove it by, taken apart and not proven: protobuf-specs, <c>sigstore_bundle.proto</c>, "VerificationMaterial".</summary>
/// <param name="Form">How it came.</param>
/// <param name="Certificate">The signer's certificate, or null when a key signed.</param>
/// <param name="Entries">Entries of transparency logs; no log has two of one number.</param>
/// <param name="Timestamps">RFC 3161 responses, DER.</param>
internal sealed record VerificationMaterial(
    MaterialForm Form, Certificate? Certificate, IReadOnlyList<LogEntry> Entries, IReadOnlyList<ReadOnlyMemory<byte>> Timestamps)
{
    /// <summary>32 entries and 32 timestamps: honest bundles have one or two, and each costs several signature checks.</summary>
    public const int MostItems = 32;

    /// <summary>Whether it came in a bundle.</summary>
    public bool IsBundle => Form != MaterialForm.Annotations;
}
