using System.Text.RegularExpressions;
using GitOpsBot.Core.Evidence.Sigstore.Certificates;

namespace GitOpsBot.Core.Evidence.Sigstore;

/// <summary>
/// Who an authority believes a certificate of: the identity and who vouched for it, both exactly, or by patterns that are anchored at both ends.
/// A prefix, a suffix or a second name is another identity.
/// </summary>
internal sealed class KeylessIdentity(AuthorityTrust.Keyless keyless)
{
    private readonly Regex? subjectPattern = keyless.SubjectPattern is { } pattern ? IdentityPattern.TryCompile(pattern) : null;
    private readonly Regex? issuerPattern = keyless.IssuerPattern is { } pattern ? IdentityPattern.TryCompile(pattern) : null;

    /// <summary>What is wanted as identity, in a sentence.</summary>
    public string Subject => Said(keyless.Subject, keyless.SubjectPattern);

    /// <summary>What is wanted as issuer, in a sentence.</summary>
    public string Issuer => Said(keyless.Issuer, keyless.IssuerPattern);

    /// <summary>Whether the certificate's identity is the one wanted.</summary>
    public bool IsSubject(Certificate certificate) => IsOne(SignerIdentity.NameOf(certificate), keyless.Subject, subjectPattern);

    /// <summary>Whether its issuer is the one wanted.</summary>
    public bool IsIssuer(Certificate certificate) => IsOne(SignerIdentity.IssuerOf(certificate), keyless.Issuer, issuerPattern);

    // A pattern that cannot be read is checked where documents are; here it matches nothing. Where both are given, both must match.
    private static bool IsOne(string? text, string? exact, Regex? pattern) =>
        text is not null && (exact is not null || pattern is not null) && (exact is null || text == exact) && (pattern is null || pattern.IsMatch(text));

    private static string Said(string? exact, string? pattern) => exact is not null ? Quoted.Text(exact) : $"one like {Quoted.Text(pattern)}";
}
