using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace GitOpsBot.Testing.Sigstore;

/// <summary>What goes into a signer's certificate. As it stands, it is one that Fulcio would issue.</summary>
public sealed record LeafRecipe
{
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    public IReadOnlyList<string> Addresses { get; init; } = [SigstoreInstance.Identity];

    public string? Email { get; init; }

    /// <summary>Fulcio's own form for names that are neither addresses nor e-mail.</summary>
    public string? UserName { get; init; }

    public string? OldIssuer { get; init; } = SigstoreInstance.Issuer;

    public string? Issuer { get; init; } = SigstoreInstance.Issuer;

    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    public IReadOnlyList<string> Purposes { get; init; } = [CodeSigning];

    public X509KeyUsageFlags KeyUsage { get; init; } = X509KeyUsageFlags.DigitalSignature;

    public bool IsAuthority { get; init; }

    public bool HasUnknownCritical { get; init; }

    public bool HasTimestamp { get; init; } = true;

    /// <summary>Which certificate log has seen it; the instance's own when null.</summary>
    public StandInKey? SeenBy { get; init; }

    /// <summary>Under whose id that log's word stands; its own when null.</summary>
    public StandInKey? SeenAs { get; init; }

    public DateTimeOffset? SeenAt { get; init; }

    public byte[] TimestampExtensions { get; init; } = [];
}

/// <summary>A certificate authority: an anchor, an intermediate, and the certificates they issue.</summary>
public sealed class StandInFulcio
{
    private const string TimestampList = "1.3.6.1.4.1.11129.2.4.2";
    private readonly StandInKey.Ec anchorKey;
    private readonly StandInKey.Ec intermediateKey;

    /// <param name="from">From when its certificates are valid.</param>
    /// <param name="until">Until when.</param>
    /// <param name="key">Makes its keys; P-256, which is quick.</param>
    /// <param name="mayIssue">Whether the intermediate is an authority.</param>
    /// <param name="purpose">What the intermediate may issue for.</param>
    /// <param name="intermediateUntil">Until when the intermediate is valid, when not as long as the anchor.</param>
    public StandInFulcio(
        DateTimeOffset from, DateTimeOffset until, Func<StandInKey.Ec>? key = null, bool mayIssue = true, string purpose = LeafRecipe.CodeSigning, DateTimeOffset? intermediateUntil = null)
    {
        (anchorKey, intermediateKey) = ((key ?? StandInKey.P256)(), (key ?? StandInKey.P256)());
        var anchor = new CertificateRequest("CN=anchor, O=stand-in", anchorKey.Key, anchorKey.Hash);
        anchor.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        anchor.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Anchor = anchor.CreateSelfSigned(from, until);
        var intermediate = new CertificateRequest("CN=intermediate, O=stand-in", intermediateKey.Key, anchorKey.Hash);
        intermediate.CertificateExtensions.Add(new X509BasicConstraintsExtension(mayIssue, mayIssue, 0, true));
        intermediate.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        intermediate.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        Intermediate = intermediate.Create(Anchor.SubjectName, X509SignatureGenerator.CreateForECDsa(anchorKey.Key), from, intermediateUntil ?? until, [2]);
        Chain = [Intermediate.RawData, Anchor.RawData];
    }

    public X509Certificate2 Anchor { get; }

    public X509Certificate2 Intermediate { get; }

    /// <summary>As it stands in a trusted root: the intermediate, the anchor.</summary>
    public IReadOnlyList<byte[]> Chain { get; }

    public StandInKey CertificateLog { get; } = StandInKey.P256();

    /// <summary>Issues a certificate for a key, and has it logged.</summary>
    public byte[] Issue(StandInKey.Ec key, LeafRecipe recipe, DateTimeOffset at)
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = 1;
        var seen = Create(key, recipe, at, serial, null);
        if (!recipe.HasTimestamp)
        {
            return seen;
        }

        var log = recipe.SeenBy ?? CertificateLog;
        var timestamp = Timestamp(seen, log, recipe.SeenAs ?? log, recipe.SeenAt ?? at, recipe.TimestampExtensions);
        return Create(key, recipe, at, serial, timestamp);
    }

    private byte[] Create(StandInKey.Ec key, LeafRecipe recipe, DateTimeOffset at, byte[] serial, byte[]? timestamp)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key.Key, intermediateKey.Hash);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(recipe.KeyUsage, true));
        if (recipe.Purposes.Count > 0)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. recipe.Purposes.Select(p => new Oid(p))], false));
        }

        if (recipe.IsAuthority)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        }

        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Names(recipe), true));
        Add(request, "1.3.6.1.4.1.57264.1.1", recipe.OldIssuer is { } old ? Encoding.UTF8.GetBytes(old) : null);
        Add(request, "1.3.6.1.4.1.57264.1.8", recipe.Issuer is { } issuer ? Text(issuer) : null);
        Add(request, "1.3.6.1.4.1.57264.1.12", Text("https://github.com/acme/checkout"));
        Add(request, "1.3.6.1.4.1.57264.1.13", Text("0123456789abcdef0123456789abcdef01234567"));
        Add(request, "1.3.6.1.4.1.57264.1.14", Text("refs/heads/main"));
        if (recipe.HasUnknownCritical)
        {
            request.CertificateExtensions.Add(new X509Extension("1.2.3.4.5", [5, 0], true));
        }

        Add(request, TimestampList, timestamp);
        using var certificate = request.Create(Intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(intermediateKey.Key), at, at + recipe.Lifetime, serial);
        return certificate.RawData;
    }

    private static void Add(CertificateRequest request, string oid, byte[]? value)
    {
        if (value is not null)
        {
            request.CertificateExtensions.Add(new X509Extension(oid, value, false));
        }
    }

    private static byte[] Names(LeafRecipe recipe)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var address in recipe.Addresses)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, address, new Asn1Tag(TagClass.ContextSpecific, 6));
            }

            if (recipe.Email is { } email)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, email, new Asn1Tag(TagClass.ContextSpecific, 1));
            }

            if (recipe.UserName is { } user)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteObjectIdentifier("1.3.6.1.4.1.57264.1.7");
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, user);
                    }
                }
            }
        }

        return writer.Encode();
    }

    private static byte[] Text(string text)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, text);
        return writer.Encode();
    }

    // RFC 6962 3.2 and 3.3: one timestamp over the certificate as it is without it.
    private byte[] Timestamp(byte[] certificate, StandInKey log, StandInKey named, DateTimeOffset at, byte[] extensions)
    {
        var tbs = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().PeekEncodedValue().ToArray();
        var time = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeMilliseconds());
        byte[] signed =
        [
            0, 0, .. time, 0, 1, .. SHA256.HashData(intermediateKey.Spki), (byte)(tbs.Length >> 16), .. Length(tbs.Length & 0xffff), .. tbs, .. Length(extensions.Length), .. extensions,
        ];
        var signature = log.Sign(signed);
        byte[] timestamp = [0, .. SHA256.HashData(named.Spki), .. time, .. Length(extensions.Length), .. extensions, 4, 3, .. Length(signature.Length), .. signature];
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString([.. Length(timestamp.Length + 2), .. Length(timestamp.Length), .. timestamp]);
        return writer.Encode();
    }

    private static byte[] Length(int length) => [(byte)(length >> 8), (byte)length];
}
