using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>
/// One piece of evidence as a test says it was found: verified (<c>by</c>), or rejected with a code. Without a predicate type it is a plain signature.
/// Nothing is signed in a test: it says what verification came to, and asks what the policy makes of it.
/// </summary>
internal static class WrittenEvidence
{
    /// <summary>A digest.</summary>
    public static readonly Shape<Digest> Digest = Shapes.Parsed(
        "digest", t => Artifacts.Digest.TryParse(t, out var digest) ? digest : null, "sha256: and 64 lower-case hexadecimal digits");

    private static readonly Shape<string> Code = Shapes.Parsed(
        "code", t => Enum.GetValues<RejectionCode>().Any(c => Rejection.ToText(c) == t) ? t : null, "one of the codes of rejections, such as untrusted-key");

    /// <summary>The shape; what is read is completed with the digest it is attached to.</summary>
    public static Shape<Func<Digest, EvidenceItem>> Shape { get; } = Shapes.Object<Func<Digest, EvidenceItem>>("A piece of evidence.", keys =>
    {
        var by = keys.Optional("by", Shapes.Name, null!, "The authority that it was verified by; of what was rejected, the one whose it would be.");
        var rejected = keys.Optional("rejected", Code, null!, "Why it was not believed.");
        var type = keys.Optional("predicateType", Shapes.Text, null!, "The type of its predicate; without it, it is a plain signature.");
        var predicate = keys.Optional("predicate", AnyValue.Shape, null!, "What it says.");
        var time = keys.Optional("time", Shapes.Instant, default, "A time that somebody trusted signed.");
        var identity = keys.Optional("identity", Shapes.Text, null!, "The identity of a certificate; without it, a key of the authority signed.");
        var subject = keys.Optional("subject", Digest, null!, "The digest it is about, when that is another than it is attached to.");
        return fields =>
        {
            if (!fields.Has(by) && !fields.Has(rejected))
            {
                fields.Says("Expected by, rejected, or both.");
                return default;
            }

            if (fields.Has(predicate) && !fields.Has(type))
            {
                fields.Says(predicate, "A predicate needs its predicateType.");
                return default;
            }

            var (authority, kind) = (fields.Get(by), fields.Has(type) ? "attestation" : "signature");
            var seed = $"{fields.Place.Line}:{fields.Place.Column}";
            if (fields.Has(rejected))
            {
                var code = Enum.GetValues<RejectionCode>().First(c => Rejection.ToText(c) == fields.Get(rejected));
                return new Shaped<Func<Digest, EvidenceItem>>(true, _ => new EvidenceItem.Rejected(
                    Of(seed), kind, fields.Get(type), authority, new Rejection(code, "The test says that it was not believed.")));
            }

            return new Shaped<Func<Digest, EvidenceItem>>(true, attached =>
            {
                var about = fields.Get(subject) ?? attached;
                return new EvidenceItem.Verified(
                    Of(seed), authority, fields.Get(identity) ?? Of("key of " + authority).Value, about,
                    fields.Has(type) ? Statement(about, fields.Get(type), fields.Get(predicate)) : null, fields.Has(time) ? fields.Get(time) : null);
            });
        };
    });

    /// <summary>A digest that stands for something a test names.</summary>
    public static Digest Of(string what) => Artifacts.Digest.Of(Encoding.UTF8.GetBytes(what));

    private static InTotoStatement Statement(Digest about, string type, JsonNode? predicate)
    {
        var json = JsonSerializer.SerializeToElement(new JsonObject
        {
            ["_type"] = StatementReader.TypeV1,
            ["subject"] = new JsonArray(new JsonObject { ["digest"] = new JsonObject { ["sha256"] = about.Hex } }),
            ["predicateType"] = type,
            ["predicate"] = predicate?.DeepClone() ?? new JsonObject(),
        });
        return new InTotoStatement(StatementReader.TypeV1, [about], type, json.GetProperty("predicate"), json);
    }
}
