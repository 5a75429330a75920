using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies;

/// <summary>What kind of outside a source is.</summary>
public enum SourceKind
{
    /// <summary>A Prometheus server.</summary>
    Prometheus,
    /// <summary>A webhook.</summary>
    Webhook,
}

/// <summary>A source of the bot's settings that a document names; documents never hold addresses of their own.</summary>
public sealed record SourceReference(SourceKind Kind, Reference Name);

/// <summary>The sources that the bot's settings define, by name.</summary>
public sealed record KnownSources(IReadOnlyCollection<string> Prometheus, IReadOnlyCollection<string> Webhooks)
{
    /// <summary>Whether they are the same names; lists compare by reference otherwise.</summary>
    public bool Equals(KnownSources? other) => other is not null && Prometheus.SequenceEqual(other.Prometheus) && Webhooks.SequenceEqual(other.Webhooks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Prometheus.Count, Webhooks.Count);

    /// <summary>The problem with a reference; null when there is such a source.</summary>
    public Problem? ProblemOf(SourceReference reference)
    {
        var (word, key, names) = reference.Kind == SourceKind.Prometheus ? ("Prometheus server", "prometheus", Prometheus) : ("webhook", "webhooks", Webhooks);
        return names.Contains(reference.Name.Name) ? null : reference.Name.Place.Says(
            $"The bot's settings have no {word} '{reference.Name}' under sources.{key}.{(names.Count == 0 ? "" : NearestName.Hint(reference.Name.Name, names))}");
    }
}
