using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Configuration;

/// <summary>A key as a document names it; the file is read when all files are known.</summary>
internal sealed record NamedKey(string File, Place Place, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter);

/// <summary>An authority before its key files were read.</summary>
internal sealed record AuthorityDraft(IReadOnlyList<NamedKey> Keys, AuthorityTrust.Keyless? Keyless, bool? RequiresLog);

/// <summary>The document <c>kind: Authority</c>.</summary>
internal static class AuthorityDocument
{
    private static readonly Shape<string> Pattern = Shapes.Parsed("regular expression", IsPattern, "a regular expression without look-around and back references");

    // An instant that may be left out; Shapes hold no nullable values, so "never written" is the fallback.
    private static readonly Shape<NamedKey> Key = Shapes.Object<NamedKey>("A public key.", keys =>
    {
        var file = keys.Required("file", Shapes.Text, "A PEM file beside the document.");
        var notBefore = keys.Optional("notBefore", Shapes.Instant, default, "Not believed before.");
        var notAfter = keys.Optional("notAfter", Shapes.Instant, default, "Not believed after.");
        return fields => new NamedKey(
            fields.Get(file), fields.PlaceOf(file), fields.Has(notBefore) ? fields.Get(notBefore) : null, fields.Has(notAfter) ? fields.Get(notAfter) : null);
    });

    private static readonly Shape<AuthorityTrust.Keyless> Keyless = Shapes.Object<AuthorityTrust.Keyless>("A certificate's identity.", keys =>
    {
        var issuer = keys.Optional("issuer", Shapes.Text, null!, "The OIDC issuer.");
        var issuerPattern = keys.Optional("issuerPattern", Pattern, null!, "A regular expression for it, anchored at both ends.");
        var subject = keys.Optional("subject", Shapes.Text, null!, "The subject.");
        var subjectPattern = keys.Optional("subjectPattern", Pattern, null!, "A regular expression for it, anchored at both ends.");
        return fields =>
        {
            if (fields.Has(issuer) == fields.Has(issuerPattern) || fields.Has(subject) == fields.Has(subjectPattern))
            {
                fields.Says(issuer, "Say one of issuer and issuerPattern, and one of subject and subjectPattern: an identity is never empty.");
                return default;
            }

            return new AuthorityTrust.Keyless(
                fields.Has(issuer) ? fields.Get(issuer) : null, fields.Has(issuerPattern) ? fields.Get(issuerPattern) : null,
                fields.Has(subject) ? fields.Get(subject) : null, fields.Has(subjectPattern) ? fields.Get(subjectPattern) : null);
        };
    });

    /// <summary>The kind.</summary>
    public static DocumentKind Kind { get; } = DocumentKind.Of("Authority", "Who is believed.", Shapes.Object<AuthorityDraft>("What proves it.", keys =>
    {
        var any = keys.Optional("keys", Shapes.List(Key, 1), [], "Any of these keys, so that keys can roll over.");
        var keyless = keys.Optional("keyless", Keyless, null!, "A certificate's identity.");
        var log = keys.Optional("transparencyLog", Shapes.Choice(("required", true), ("none", false)), false, "Whether an entry in a transparency log is demanded.");
        keys.NotYet("trustedRootFile", "allowBundleV01");
        return fields =>
        {
            if (fields.Has(any) == fields.Has(keyless))
            {
                fields.Says(any, "Say exactly one of keys and keyless.");
                return default;
            }

            return new AuthorityDraft(fields.Get(any), fields.Has(keyless) ? fields.Get(keyless) : null, fields.Has(log) ? fields.Get(log) : null);
        };
    }));

    private static string? IsPattern(string text)
    {
        try
        {
            _ = new System.Text.RegularExpressions.Regex(text, System.Text.RegularExpressions.RegexOptions.NonBacktracking);
            return text.Length > 0 ? text : null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
