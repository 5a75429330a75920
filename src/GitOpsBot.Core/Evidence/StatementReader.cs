using System.Text.Json;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence;

/// <summary>Reads in-toto statements v0.1 and v1, and cosign's simple signing payloads, whose signature was verified before.</summary>
internal static class StatementReader
{
    // A statement of a release has a handful; thousands are an attempt to be about everything.
    private const int MostSubjects = 1000;

    private static readonly string[] Types = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];

    /// <summary>The statement, when it is about this digest.</summary>
    public static (InTotoStatement? Statement, Rejection? Rejection) Read(ReadOnlyMemory<byte> payload, Digest subject)
    {
        if (!EvidenceJson.TryParse(payload, "statement", out var root, out var rejection))
        {
            return (null, rejection);
        }

        if (root.Text("_type") is not { } type || !Types.Contains(type))
        {
            return No(RejectionCode.Malformed, $"'{root.Text("_type")}' is not the type of an in-toto statement.");
        }

        if (root.Text("predicateType") is not { Length: > 0 } predicateType)
        {
            return No(RejectionCode.Malformed, "The statement has no predicate type.");
        }

        var subjects = root.At("subject");
        if (subjects.ValueKind != JsonValueKind.Array || subjects.GetArrayLength() == 0)
        {
            return No(RejectionCode.SubjectMismatch, "The statement has no subject.");
        }

        if (subjects.GetArrayLength() > MostSubjects)
        {
            return No(RejectionCode.Limit, $"The statement has {subjects.GetArrayLength()} subjects; at most {MostSubjects} are read.");
        }

        var digests = subjects.EnumerateArray()
            .Select(s => Digest.TryParse("sha256:" + s.At("digest").Text("sha256"), out var digest) ? digest : null).OfType<Digest>().ToList();
        return digests.Contains(subject)
            ? (new InTotoStatement(type, digests, predicateType, root.At("predicate"), root), null)
            : No(RejectionCode.SubjectMismatch, $"The statement is about {(digests.Count == 0 ? "no digest that can be read" : digests[0].Value)}; expected {subject}.");
    }

    /// <summary>Why a simple signing payload is not about this digest; null when it is (cosign specification, "Simple Signing").</summary>
    public static Rejection? CheckSimpleSigning(ReadOnlyMemory<byte> payload, Digest subject)
    {
        if (!EvidenceJson.TryParse(payload, "signed payload", out var root, out var rejection))
        {
            return rejection;
        }

        var critical = root.At("critical");
        if (critical.Text("type") is not ("cosign container image signature" or "atomic container signature" or "https://sigstore.dev/cosign/sign/v1"))
        {
            return new Rejection(RejectionCode.Malformed, $"'{critical.Text("type")}' is not the type of a container signature.");
        }

        var about = critical.At("image").Text("docker-manifest-digest");
        return about == subject.Value ? null : new Rejection(RejectionCode.SubjectMismatch, $"The signature is about {about ?? "nothing"}; expected {subject}.");
    }

    private static (InTotoStatement?, Rejection?) No(RejectionCode code, string reason) => (null, new Rejection(code, reason));
}
