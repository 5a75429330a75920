using System.Diagnostics;
using System.Text.Json;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence;

/// <summary>Reads in-toto statements (in-toto attestation framework, <c>spec/v0.1</c> and <c>spec/v1</c>, "Statement").</summary>
public static class StatementReader
{
    /// <summary>The type of version 1.</summary>
    public const string TypeV1 = "https://in-toto.io/Statement/v1";

    /// <summary>The type of version 0.1, which cosign and older builders still write.</summary>
    public const string TypeV01 = "https://in-toto.io/Statement/v0.1";

    /// <summary>1,000 subjects: a build of every platform of a large release has a hundred; thousands only cost time.</summary>
    public const int MostSubjects = 1000;

    /// <summary>
    /// Reads a statement. Subjects are known by their SHA-256 digest alone, whatever their names; a subject with other digests only is nobody's here.
    /// </summary>
    /// <param name="payload">The bytes: signed perhaps, hostile still.</param>
    /// <returns>The statement; or <c>malformed</c>, <c>limit</c>, <c>unsupported</c> (another statement type).</returns>
    public static Checked<InTotoStatement> Read(ReadOnlyMemory<byte> payload) => StrictJson.ReadObject(payload, "The statement") switch
    {
        Checked<JsonElement>.Accepted(var statement) => Read(statement),
        Checked<JsonElement>.Refused(var rejection) => rejection,
        _ => throw new UnreachableException(),
    };

    private static Checked<InTotoStatement> Read(JsonElement statement)
    {
        if (statement.Text("_type") is not { } type)
        {
            return new Rejection(RejectionCode.Malformed, $"The statement's '_type' must be '{TypeV1}' or '{TypeV01}', but is missing.");
        }

        if (type is not (TypeV1 or TypeV01))
        {
            return new Rejection(RejectionCode.Unsupported, $"The statement's '_type' must be '{TypeV1}' or '{TypeV01}', but is {Quoted.Text(type)}.");
        }

        if (statement.Text("predicateType") is not { Length: > 0 } predicateType)
        {
            return new Rejection(RejectionCode.Malformed, "The statement's 'predicateType' must be a type URI, but is missing or empty.");
        }

        if (!statement.TryGetProperty("subject", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return new Rejection(RejectionCode.Malformed, $"The statement's 'subject' must be an array, but is {Quoted.Kind(list)}.");
        }

        if (list.GetArrayLength() > MostSubjects)
        {
            return new Rejection(RejectionCode.Limit, $"The statement may have at most {MostSubjects} subjects, but has {list.GetArrayLength()}.");
        }

        var subjects = new List<Digest>(list.GetArrayLength());
        foreach (var subject in list.EnumerateArray())
        {
            if (subject.ValueKind != JsonValueKind.Object || !subject.TryGetProperty("digest", out var digests) || digests.ValueKind != JsonValueKind.Object)
            {
                return new Rejection(RejectionCode.Malformed, "Every subject of the statement must have an object 'digest', but one has none.");
            }

            if (!digests.TryGetProperty("sha256", out var sha256))
            {
                continue;
            }

            if (sha256.ValueKind != JsonValueKind.String || !Digest.TryParse("sha256:" + sha256.GetString(), out var digest))
            {
                return new Rejection(RejectionCode.Malformed, "The 'sha256' of a subject must be 64 lower-case hexadecimal digits, but one is not.");
            }

            subjects.Add(digest);
        }

        return new InTotoStatement(type, subjects, predicateType, statement.TryGetProperty("predicate", out var predicate) ? predicate : default, statement);
    }
}
