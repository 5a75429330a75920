namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>Type URIs of the predicates that are read here.</summary>
public static class PredicateTypes
{
    /// <summary>Result of tests (in-toto attestation framework, <c>spec/predicates/test-result.md</c>).</summary>
    public const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";

    /// <summary>SLSA provenance v1.</summary>
    public const string ProvenanceV1 = "https://slsa.dev/provenance/v1";

    /// <summary>SLSA provenance v0.2.</summary>
    public const string ProvenanceV02 = "https://slsa.dev/provenance/v0.2";

    /// <summary>SLSA verification summary.</summary>
    public const string VerificationSummary = "https://slsa.dev/verification_summary/v1";

    /// <summary>cosign's vulnerability scan (<c>specs/COSIGN_VULN_ATTESTATION_SPEC.md</c>): a scanner's own report with metadata around it.</summary>
    public const string CosignScan = "https://cosign.sigstore.dev/attestation/vuln/v1";

    /// <summary>Provenance of both versions.</summary>
    public static readonly IReadOnlyList<string> Provenance = [ProvenanceV1, ProvenanceV02];

    /// <summary>Vulnerability scans: in-toto's (<c>spec/predicates/vulns.md</c>, <c>vulns_02.md</c>) and cosign's.</summary>
    public static readonly IReadOnlyList<string> Scans = ["https://in-toto.io/attestation/vulns/v0.1", "https://in-toto.io/attestation/vulns/v0.2", CosignScan];

    /// <summary>SPDX documents, with and without the version.</summary>
    public static readonly IReadOnlyList<string> Spdx = ["https://spdx.dev/Document", "https://spdx.dev/Document/v2.2", "https://spdx.dev/Document/v2.3"];

    /// <summary>CycloneDX documents, with and without the version.</summary>
    public static readonly IReadOnlyList<string> CycloneDx = ["https://cyclonedx.org/bom", .. Enumerable.Range(2, 6).Select(minor => $"https://cyclonedx.org/bom/v1.{minor}")];

    /// <summary>OpenVEX documents, with and without the version.</summary>
    public static readonly IReadOnlyList<string> Vex = ["https://openvex.dev/ns", "https://openvex.dev/ns/v0.2.0"];
}
