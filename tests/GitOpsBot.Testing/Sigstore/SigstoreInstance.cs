using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Testing.Sigstore;

/// <summary>Which log, if any, a bundle was entered in.</summary>
public enum LogChoice
{
    RekorV1,
    RekorV2,
    None,
}

/// <summary>What a bundle is made of. As it stands it is right; a test changes one thing.</summary>
public sealed record BundleRecipe
{
    public LeafRecipe Leaf { get; init; } = new();

    /// <summary>A key of the signer's own, and no certificate.</summary>
    public StandInKey.Ec? Key { get; init; }

    /// <summary>A statement's bytes for a DSSE envelope; null for a message signature over the artifact.</summary>
    public byte[]? Statement { get; init; }

    public string PayloadType { get; init; } = DsseEnvelope.InTotoPayloadType;

    public string MediaType { get; init; } = "application/vnd.dev.sigstore.bundle.v0.3+json";

    public LogChoice Log { get; init; }

    public string? Kind { get; init; }

    public bool HasTimestamp { get; init; }

    public TimeSpan LoggedAfter { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan StampedAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Instances that step in for this one's services.</summary>
    public SigstoreInstance? IssuedBy { get; init; }

    public SigstoreInstance? LoggedBy { get; init; }

    public SigstoreInstance? StampedBy { get; init; }

    /// <summary>Changes what the log is told.</summary>
    public Func<LogRequest, LogRequest> Logged { get; init; } = r => r;

    /// <summary>Changes what is stamped.</summary>
    public Func<byte[], byte[]> Stamped { get; init; } = s => s;

    /// <summary>Changes the bundle at the end.</summary>
    public Action<JsonObject> Edit { get; init; } = _ => { };
}

/// <summary>A whole Sigstore in memory: its own certificate authority with a certificate log, two transparency logs and a timestamp authority.</summary>
public sealed class SigstoreInstance
{
    public const string Identity = "https://github.com/acme/checkout/.github/workflows/release.yaml@refs/heads/main";
    public const string Issuer = "https://token.actions.githubusercontent.com";

    /// <summary>When everything is signed, unless a recipe says otherwise.</summary>
    public static readonly DateTimeOffset At = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset From = At.AddYears(-1);
    private static readonly DateTimeOffset Until = At.AddYears(9);
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public SigstoreInstance(StandInFulcio? fulcio = null) => Fulcio = fulcio ?? new StandInFulcio(From, Until);

    public StandInFulcio Fulcio { get; }

    public StandInRekor Rekor { get; } = new(isV2: false);

    public StandInRekor RekorV2 { get; } = new(isV2: true);

    public StandInTimestampAuthority Timestamps { get; } = new(From, Until);

    public TrustedRoot Root => RootWith(_ => { });

    /// <summary>The instance's trusted root, changed.</summary>
    public TrustedRoot RootWith(Action<JsonObject> edit) =>
        TrustedRoot.Read(RootJson(edit)) is Checked<TrustedRoot>.Accepted(var root) ? root : throw new InvalidOperationException("The stand-in's trusted root cannot be read.");

    /// <summary>Ends everything that a trusted root believes, as a root that was not renewed looks.</summary>
    public static void EndAll(JsonObject root, DateTimeOffset end)
    {
        foreach (var name in (string[])["tlogs", "ctlogs"])
        {
            foreach (var log in root[name]!.AsArray())
            {
                log!["publicKey"]!["validFor"]!["end"] = Said(end);
            }
        }

        foreach (var name in (string[])["certificateAuthorities", "timestampAuthorities"])
        {
            foreach (var authority in root[name]!.AsArray())
            {
                authority!["validFor"]!["end"] = Said(end);
            }
        }
    }

    public byte[] RootJson(Action<JsonObject> edit)
    {
        var json = new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            ["tlogs"] = new JsonArray(
                Log($"https://{Rekor.Host}", Rekor.Key, Rekor.Id, "PKIX_ECDSA_P256_SHA_256"), Log($"https://{RekorV2.Host}", RekorV2.Key, RekorV2.Id, "PKIX_ED25519")),
            ["certificateAuthorities"] = new JsonArray(Authority(Fulcio.Chain)),
            ["ctlogs"] = new JsonArray(Log("https://ct.stand-in.dev", Fulcio.CertificateLog, SHA256.HashData(Fulcio.CertificateLog.Spki), "PKIX_ECDSA_P256_SHA_256")),
            ["timestampAuthorities"] = new JsonArray(Authority([Timestamps.Signer, Timestamps.Anchor])),
        };
        edit(json);
        return JsonSerializer.SerializeToUtf8Bytes(json, Plain);
    }

    /// <summary>A bundle about an artifact.</summary>
    public byte[] Sign(byte[] artifact, BundleRecipe? changed = null)
    {
        var recipe = changed ?? new BundleRecipe();
        var key = recipe.Key ?? StandInKey.P256();
        var leaf = recipe.Key is null ? (recipe.IssuedBy ?? this).Fulcio.Issue(key, recipe.Leaf, At) : null;
        var message = recipe.Statement is { } statement ? DsseEnvelope.PreAuthenticationEncoding(recipe.PayloadType, statement) : artifact;
        var signature = key.Sign(message);
        var material = leaf is null ? new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = Convert.ToBase64String(SHA256.HashData(key.Spki)) } }
            : !recipe.MediaType.Contains("0.1", StringComparison.Ordinal) && !recipe.MediaType.Contains("0.2", StringComparison.Ordinal) ? new JsonObject { ["certificate"] = Raw(leaf) }
            : new JsonObject { ["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(Raw(leaf)) } };
        if (recipe.Log != LogChoice.None)
        {
            var instance = recipe.LoggedBy ?? this;
            var rekor = recipe.Log == LogChoice.RekorV2 ? instance.RekorV2 : instance.Rekor;
            var kind = recipe.Kind ?? (recipe.Log == LogChoice.RekorV2 ? "hashedrekord 0.0.2" : recipe.Statement is null ? "hashedrekord 0.0.1" : "dsse 0.0.1");
            var hashed = kind.StartsWith("hashedrekord", StringComparison.Ordinal) ? message : recipe.Statement!;
            var request = recipe.Logged(new LogRequest(kind, signature, leaf ?? key.Spki, leaf is not null, SHA256.HashData(hashed)));
            material["tlogEntries"] = new JsonArray(rekor.Log(request, At + recipe.LoggedAfter));
        }

        if (recipe.HasTimestamp || recipe.Log == LogChoice.RekorV2)
        {
            var stamp = (recipe.StampedBy ?? this).Timestamps.Stamp(recipe.Stamped(signature), At + recipe.StampedAfter);
            material["timestampVerificationData"] = new JsonObject { ["rfc3161Timestamps"] = new JsonArray(new JsonObject { ["signedTimestamp"] = Convert.ToBase64String(stamp) }) };
        }

        var bundle = new JsonObject { ["mediaType"] = recipe.MediaType, ["verificationMaterial"] = material };
        if (recipe.Statement is { } payload)
        {
            bundle["dsseEnvelope"] = new JsonObject
            {
                ["payload"] = Convert.ToBase64String(payload),
                ["payloadType"] = recipe.PayloadType,
                ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature) }),
            };
        }
        else
        {
            bundle["messageSignature"] = new JsonObject
            {
                ["messageDigest"] = new JsonObject { ["algorithm"] = "SHA2_256", ["digest"] = Convert.ToBase64String(SHA256.HashData(artifact)) },
                ["signature"] = Convert.ToBase64String(signature),
            };
        }

        recipe.Edit(bundle);
        return JsonSerializer.SerializeToUtf8Bytes(bundle, Plain);
    }

    /// <summary>A time as a trusted root has it.</summary>
    public static string Said(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>A certificate as bundles and roots have it.</summary>
    public static JsonObject Raw(byte[] certificate) => new() { ["rawBytes"] = Convert.ToBase64String(certificate) };

    /// <summary>Certificates as an authority of a trusted root, anchor last.</summary>
    public static JsonObject Authority(IReadOnlyList<byte[]> chain, DateTimeOffset? until = null)
    {
        var validity = new JsonObject { ["start"] = Said(From) };
        if (until is { } end)
        {
            validity["end"] = Said(end);
        }

        return new JsonObject
        {
            ["subject"] = new JsonObject { ["organization"] = "stand-in", ["commonName"] = "stand-in" },
            ["uri"] = "https://stand-in.dev",
            ["certChain"] = new JsonObject { ["certificates"] = new JsonArray([.. chain.Select(c => (JsonNode)Raw(c))]) },
            ["validFor"] = validity,
        };
    }

    private static JsonObject Log(string url, StandInKey key, byte[] id, string details) => new()
    {
        ["baseUrl"] = url,
        ["hashAlgorithm"] = "SHA2_256",
        ["publicKey"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(key.Spki), ["keyDetails"] = details, ["validFor"] = new JsonObject { ["start"] = Said(From) } },
        ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(id) },
    };
}
