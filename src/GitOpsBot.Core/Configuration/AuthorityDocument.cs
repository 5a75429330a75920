using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Configuration;

/// <summary>A key as a document names it; the file is read when all files are known.</summary>
internal sealed record NamedKey(string File, Place Place, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter);

/// <summary>An authority before its key files were read.</summary>
internal sealed record AuthorityDraft(
    IReadOnlyList<NamedKey> Keys, AuthorityTrust.Keyless? Keyless, bool? RequiresLog, bool AllowsBundleV01, (string File, Place Place)? TrustedRoot);

/// <summary>The document <c>kind: Authority</c>.</summary>
internal static class AuthorityDocument
{
    private static readonly Shape<NamedKey> Key = Shapes.Object<NamedKey>("A public key.", keys =>
    {
        var file = keys.Required("file", Shapes.Text, "A PEM file beside the document.");
        var notBefore = keys.Optional("notBefore", Shapes.Instant, default, "Not believed before.");
        var notAfter = keys.Optional("notAfter", Shapes.Instant, default, "Not believed after.");
        return fields =>
        {
            if (fields.Has(notBefore) && fields.Has(notAfter) && fields.Get(notBefore) >= fields.Get(notAfter))
            {
                fields.Says(notAfter, "notAfter must be later than notBefore: this key would never be believed.");
                return default;
            }

            return new NamedKey(
                fields.Get(file), fields.PlaceOf(file), fields.Has(notBefore) ? fields.Get(notBefore) : null, fields.Has(notAfter) ? fields.Get(notAfter) : null);
        };
    });

    private static readonly Shape<string> Identity = Shapes.Parsed(
        "identity", t => t.Length is > 0 and <= IdentityPattern.Longest && !t.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) ? t : null,
        "text without white space; an identity is never empty");

    private static readonly Shape<string> Pattern = Shapes.Parsed(
        "pattern", t => IdentityPattern.TryCompile(t) is null ? null : t,
        "a regular expression of at most 1000 characters, without look-around and back references, that does not match the empty text");

    private static readonly Shape<AuthorityTrust.Keyless> Keyless = Shapes.Object<AuthorityTrust.Keyless>("A certificate's identity.", keys =>
    {
        var issuer = keys.Optional("issuer", Identity, null!, "The OIDC issuer.");
        var issuerPattern = keys.Optional("issuerPattern", Pattern, null!, "A regular expression for it, anchored at both ends.");
        var subject = keys.Optional("subject", Identity, null!, "The subject.");
        var subjectPattern = keys.Optional("subjectPattern", Pattern, null!, "A regular expression for it, anchored at both ends.");
        return fields =>
        {
            var hasIssuer = fields.HasOne(("issuer", fields.Has(issuer)), ("issuerPattern", fields.Has(issuerPattern)));
            var hasSubject = fields.HasOne(("subject", fields.Has(subject)), ("subjectPattern", fields.Has(subjectPattern)));
            return hasIssuer && hasSubject
                ? new AuthorityTrust.Keyless(fields.Get(issuer), fields.Get(issuerPattern), fields.Get(subject), fields.Get(subjectPattern))
                : default(Shaped<AuthorityTrust.Keyless>);
        };
    }).WithOneOf("issuer", "issuerPattern").WithOneOf("subject", "subjectPattern");

    /// <summary>The kind.</summary>
    public static DocumentKind Kind { get; } = DocumentKind.Of("Authority", "Who is believed.", Shapes.Object<AuthorityDraft>("What proves it.", keys =>
    {
        var any = keys.Optional("keys", Shapes.List(Key, 1), [], "Any of these keys, so that keys can roll over.");
        var keyless = keys.Optional("keyless", Keyless, null!, "A certificate's identity.");
        var log = keys.Optional("transparencyLog", Shapes.Choice(("required", true), ("none", false)), false, "Whether an entry in a transparency log is demanded; by default for keyless, not for keys.");
        var root = keys.Optional("trustedRootFile", Shapes.Text, null!, "Sigstore TrustedRoot JSON beside the document, of an instance of one's own.");
        var old = keys.Optional("allowBundleV01", Shapes.Flag, false, "Whether old bundles without an inclusion proof are taken.");
        return fields => fields.HasOne(("keys", fields.Has(any)), ("keyless", fields.Has(keyless)))
            ? new AuthorityDraft(
                fields.Get(any), fields.Get(keyless), fields.Has(log) ? fields.Get(log) : null, fields.Get(old), fields.Has(root) ? (fields.Get(root), fields.PlaceOf(root)) : null)
            : default(Shaped<AuthorityDraft>);
    }).WithOneOf("keys", "keyless"));
}
