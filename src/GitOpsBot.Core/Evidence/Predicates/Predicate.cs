using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>
/// What a statement says, typed where its type is known: read by <see cref="PredicateReader"/>, bounded, and believed only when the statement was.
/// A kind of predicate is one file here and one line in the reader. Closed within this assembly.
/// </summary>
public abstract record Predicate
{
    private protected Predicate() { }

    /// <summary>What it comes to in a few words, for people; text in it is a stranger's and not yet harmless.</summary>
    public abstract string Says { get; }
}

/// <summary>A predicate of a type that has no reader here: plain JSON, for conditions.</summary>
/// <param name="Json">The predicate.</param>
public sealed record PlainPredicate(JsonElement Json) : Predicate
{
    /// <inheritdoc/>
    public override string Says => "";
}
