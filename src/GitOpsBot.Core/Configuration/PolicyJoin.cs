using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration;

/// <summary>
/// Joins policies with what they extend: first the gates of the extended ones, in order, then their own. An authority that a shipped policy names is a
/// role: whoever uses the policy defines the authority of that name, and where the organization requires it, the organization does.
/// </summary>
internal sealed class PolicyJoin(DocumentIndex index, IReadOnlySet<string> authorities, KnownSources? sources, List<Problem> problems)
{
    /// <summary>Gates of one policy: five times the largest that anybody could review.</summary>
    public const int MostGates = 200;

    /// <summary>Policies one on top of the other: more is a mistake, or an attack on the stack.</summary>
    public const int DeepestExtends = 20;

    private readonly Dictionary<Document, Policy?> joined = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Document> open = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Gate> shipped = new(ReferenceEqualityComparer.Instance);

    /// <summary>All policies without problems, by name.</summary>
    public IReadOnlyDictionary<string, Policy> All() => index.Of("Policy")
        .Select(Join).OfType<Policy>()
        .ToDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>Which authorities that a shipped policy names are not defined for who uses it, a sentence each; none for other policies.</summary>
    public IEnumerable<string> Unfilled(Policy policy, DocumentOrigin user) => policy.Gates.SelectMany(g => Unfilled(g, user));

    /// <summary>One policy, or null when it has problems.</summary>
    public Policy? Join(Document document)
    {
        if (joined.TryGetValue(document, out var known))
        {
            return known;
        }

        if (document.Content is not PolicyDraft draft)
        {
            return joined[document] = null;
        }

        var before = problems.Count;
        open.Add(document);
        var gates = new List<Gate>();
        foreach (var extended in draft.Extends)
        {
            foreach (var gate in GatesOf(extended, document))
            {
                problems.AddRange(document.Origin == DocumentOrigin.Shipped ? [] : Unfilled(gate, document.Origin).Select(extended.Place.Says));
                // The same policy by two ways is the same gates, once.
                if (!gates.Exists(g => ReferenceEquals(g, gate)))
                {
                    Add(gate, extended.Place, gates, document);
                }
            }
        }

        open.Remove(document);
        foreach (var gate in draft.Gates)
        {
            Add(gate, gate.Header.Place, gates, document);
            if (document.Origin == DocumentOrigin.Shipped)
            {
                shipped.Add(gate);
                continue;
            }

            problems.AddRange(gate.Authorities.Select(a => (a.Place, Says: Unknown(a, document.Origin))).Where(a => a.Says is not null).Select(a => a.Place.Says(a.Says!)));
            problems.AddRange(gate.Sources.Select(s => sources?.ProblemOf(s)).OfType<Problem>());
        }

        return joined[document] = problems.Count == before ? new Policy(document.Name, document.Place, document.File.Blob, gates) { Terms = draft.Terms } : null;
    }

    private IReadOnlyList<Gate> GatesOf(Reference extended, Document by)
    {
        if (index.Find("Policy", extended.Name, by.Origin) is not { } below)
        {
            problems.Add(extended.Place.Says(index.NotFound("Policy", extended.Name, by.Origin)));
        }
        else if (open.Contains(below))
        {
            problems.Add(extended.Place.Says(extended.Name == by.Name
                ? $"The policy '{by.Name}' extends itself."
                : $"The policy '{by.Name}' extends itself through '{extended.Name}'."));
        }
        else if (open.Count >= DeepestExtends)
        {
            problems.Add(extended.Place.Says($"Policies extend each other more than {DeepestExtends} deep."));
        }
        else if (Join(below) is { } policy)
        {
            return policy.Gates;
        }
        else
        {
            problems.Add(extended.Place.Says($"The policy '{extended.Name}' has problems of its own."));
        }

        return [];
    }

    private void Add(Gate gate, Place place, List<Gate> gates, Document document)
    {
        if (gates.Count == MostGates)
        {
            problems.Add(place.Says($"The policy '{document.Name}' has more than {MostGates} gates."));
            return;
        }

        if (gates.Find(g => g.Name == gate.Name) is { } first)
        {
            problems.Add(place.Says($"The gate '{gate.Name}' stands twice in the policy '{document.Name}', first at {Where(first.Header.Place)}."));
            return;
        }

        gates.Add(gate);
    }

    private IEnumerable<string> Unfilled(Gate gate, DocumentOrigin user) => shipped.Contains(gate)
        ? gate.Authorities.Select(a => Unknown(a, user)).OfType<string>().Select(says => $"The gate '{gate.Name}', which is shipped with the bot, names an authority that must be defined where it is used. {says}") : [];

    private string? Unknown(Reference authority, DocumentOrigin user) => index.Find("Authority", authority.Name, user) is null ? index.NotFound("Authority", authority.Name, user)
        : authorities.Contains(authority.Name) ? null : $"The authority '{authority.Name}' has problems of its own.";

    private static string Where(Place place) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Shown.Plain(place.File)}:{place.Line}");
}
