using System.Text.Json;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence;

/// <summary>An in-toto statement (in-toto attestation framework, Statement v0.1 and v1): subjects and a typed predicate.</summary>
/// <param name="Type">The statement's type URI.</param>
/// <param name="Subjects">SHA-256 digests of its subjects.</param>
/// <param name="PredicateType">The predicate's type URI.</param>
/// <param name="Predicate">The predicate as JSON; an undefined element when absent.</param>
/// <param name="Json">The whole statement as JSON.</param>
public sealed record InTotoStatement(
    string Type, IReadOnlyList<Digest> Subjects, string PredicateType, JsonElement Predicate, JsonElement Json);
