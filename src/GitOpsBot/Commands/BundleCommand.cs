using System.CommandLine;
using System.Security.Cryptography;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Commands;

/// <summary><c>verify-bundle</c>: one Sigstore bundle, without registry, settings or network; the command line of sigstore-conformance (its <c>docs/cli_protocol.md</c>).</summary>
internal static class BundleCommand
{
    // Some signatures need the artifact's bytes and not only its hash. What is larger is hashed piece by piece, and such signatures of it are refused.
    private const long LargestHeld = 256 * 1024 * 1024;

    // A root, a key: the largest known have 20 KB.
    private const int LargestTrust = 1024 * 1024;

    /// <summary>The command.</summary>
    public static Command Of(Terminal terminal, BotActions actions)
    {
        var bundle = new Option<string>("--bundle") { Description = "The Sigstore bundle.", HelpName = "FILE", Required = true };
        var identity = new Option<string?>("--certificate-identity") { Description = "Who must have signed: the certificate's identity, exactly.", HelpName = "IDENTITY" };
        var issuer = new Option<string?>("--certificate-oidc-issuer") { Description = "Who must vouch for that identity.", HelpName = "URL" };
        var key = new Option<string?>("--key") { Description = "The public key that must have signed, instead of a certificate.", HelpName = "PEM" };
        var root = new Option<string?>("--trusted-root") { Description = "A Sigstore TrustedRoot [default: the public good instance's, as shipped].", HelpName = "FILE" };
        var artifact = new Argument<string>("FILE_OR_DIGEST") { Description = "What it must be about: a file, or sha256: and 64 hexadecimal digits." };
        var command = new Command("verify-bundle", "Verifies one Sigstore bundle, without a registry.") { bundle, identity, issuer, key, root, artifact };
        command.Does(terminal, actions, (session, parsed, _) =>
        {
            string[] files = [.. new[] { parsed.GetValue(bundle), parsed.GetValue(key), parsed.GetValue(root) }.OfType<string>()];
            if (files.FirstOrDefault(f => !File.Exists(f)) is { } missing)
            {
                return Task.FromResult(session.Refuse(2, $"There is no file {missing}."));
            }

            var (trusted, rejection) = parsed.GetValue(root) is { } path ? Root(path) : (TrustedRoot.PublicGood, null);
            if (rejection is not null)
            {
                return Task.FromResult(session.Refuse(1, Said(rejection)));
            }

            var (trust, status, sentence) = parsed.GetValue(key) is { } pem ? Key(pem) : Keyless(parsed.GetValue(identity), parsed.GetValue(issuer));
            if (trust is null)
            {
                return Task.FromResult(session.Refuse(status, sentence));
            }

            var about = parsed.GetValue(artifact)!;
            if (!IsDigest(about, out var digest) && !File.Exists(about))
            {
                return Task.FromResult(session.Refuse(2, $"There is no file {about}, and it is not a digest: expected sha256: and 64 hexadecimal digits."));
            }

            // A root without logs belongs to an instance without them (GitHub's own): there timestamps stand for entries.
            var authority = new Authority("--certificate-identity", trust)
            {
                AllowsBundleV01 = true, TrustedRoot = trusted!, RequiresTransparencyLog = trust is AuthorityTrust.Keyless && trusted!.HasLogs,
            };
            return Task.FromResult(session.Actions.VerifyBundle is { } verify
                ? Say(session, digest is null ? OfFile(about, parsed.GetValue(bundle)!, authority, verify) : verify(new BundleRequest(ReadAtMost(parsed.GetValue(bundle)!, StrictJson.MostBytes + 1), digest, null, authority)))
                : session.NotAvailable("verify-bundle"));
        });
        return command;
    }

    private static EvidenceItem OfFile(string path, string bundle, Authority authority, Func<BundleRequest, EvidenceItem> verify)
    {
        using var file = File.OpenRead(path);
        // A null array would become an empty memory, which is content.
        var content = file.Length <= LargestHeld ? (ReadOnlyMemory<byte>?)File.ReadAllBytes(path) : null;
        var digest = content is { } held ? Digest.Of(held.Span) : Digest.Parse("sha256:" + Convert.ToHexStringLower(SHA256.HashData(file)));
        return verify(new BundleRequest(ReadAtMost(bundle, StrictJson.MostBytes + 1), digest, content, authority));
    }

    private static int Say(Session session, EvidenceItem item)
    {
        if (session.IsJson)
        {
            session.Print(ReportJson.Of(item));
        }

        switch (item)
        {
            case EvidenceItem.Verified verified:
                if (!session.IsJson)
                {
                    new ReportText(session.Terminal).Print(verified);
                }

                return 0;
            case EvidenceItem.Rejected rejected:
                session.Terminal.Error.WriteLine(Shown.Plain(Said(rejected.Rejection)));
                return 1;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static string Said(Rejection rejection) => $"{rejection.CodeText}: {rejection.Reason}";

    // The protocol: a digest is what looks like one and is not a file.
    private static bool IsDigest(string text, out Digest? digest) => Digest.TryParse(text.ToLowerInvariant(), out digest) && !File.Exists(text);

    private static (TrustedRoot? Root, Rejection? Rejection) Root(string path) => TrustedRoot.Read(ReadAtMost(path, LargestTrust)) switch
    {
        Checked<TrustedRoot>.Accepted(var root) => (root, null),
        Checked<TrustedRoot>.Refused(var rejection) => (null, rejection),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static (AuthorityTrust? Trust, int Status, string Sentence) Keyless(string? identity, string? issuer) =>
        identity is { Length: > 0 } && issuer is { Length: > 0 }
            ? (new AuthorityTrust.Keyless(issuer, null, identity, null), 0, "")
            : (null, 2, "Expected --certificate-identity and --certificate-oidc-issuer, or --key.");

    // A key that cannot be read is nobody's: the answer is no, as for a root that cannot be read.
    private static (AuthorityTrust? Trust, int Status, string Sentence) Key(string path) => PublicKey.ReadPem(System.Text.Encoding.Latin1.GetString(ReadAtMost(path, LargestTrust))) switch
    {
        Checked<PublicKey>.Accepted(var key) => (new AuthorityTrust.Keys([new AuthorityKey(path, key.SubjectPublicKeyInfo, null, null)]), 0, ""),
        Checked<PublicKey>.Refused(var rejection) => (null, 1, Said(new Rejection(RejectionCode.UntrustedKey, $"The file {path} must hold a public key, but does not: {rejection.Reason}"))),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // A little more than is allowed is enough for the reader to say that it is too much.
    private static byte[] ReadAtMost(string path, int most)
    {
        using var file = File.OpenRead(path);
        var content = new byte[Math.Min(file.Length, most)];
        file.ReadExactly(content);
        return content;
    }
}

/// <summary>One bundle to verify.</summary>
/// <param name="Bundle">Its bytes.</param>
/// <param name="Digest">The digest of what it must be about.</param>
/// <param name="Content">The bytes of that, or null.</param>
/// <param name="Authority">Who is believed.</param>
internal sealed record BundleRequest(ReadOnlyMemory<byte> Bundle, Digest Digest, ReadOnlyMemory<byte>? Content, Authority Authority);
