using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration;

/// <summary>Joins policies with what they extend: first the gates of the extended ones, in order, then their own.</summary>
internal sealed class PolicyJoin(IReadOnlyDictionary<string, Document> drafts, IReadOnlySet<string> authorities, List<Problem> problems)
{
    private readonly Dictionary<string, Policy?> joined = [];
    private readonly HashSet<string> open = [];

    /// <summary>All policies without problems, by name.</summary>
    public IReadOnlyDictionary<string, Policy> All() => drafts.Keys
        .Select(name => (name, Policy: Join(name)))
        .Where(p => p.Policy is not null)
        .ToDictionary(p => p.name, p => p.Policy!, StringComparer.Ordinal);

    private Policy? Join(string name)
    {
        if (joined.TryGetValue(name, out var known))
        {
            return known;
        }

        var document = drafts[name];
        if (document.Content is not PolicyDraft draft)
        {
            return joined[name] = null;
        }

        open.Add(name);
        var isWhole = true;
        var gates = new List<Gate>();
        foreach (var extended in draft.Extends)
        {
            if (open.Contains(extended.Name))
            {
                problems.Add(extended.Place.Says($"The policy '{name}' extends itself through '{extended.Name}'."));
                isWhole = false;
            }
            else if (!drafts.ContainsKey(extended.Name))
            {
                problems.Add(extended.Place.Says($"There is no policy '{extended.Name}'.{NearestName.Hint(extended.Name, drafts.Keys)}"));
                isWhole = false;
            }
            else if (Join(extended.Name) is { } below)
            {
                // The same policy through two ways is the same gates, once.
                gates.AddRange(below.Gates.Where(g => !gates.Contains(g)));
            }
            else
            {
                problems.Add(extended.Place.Says($"The policy '{extended.Name}' has problems of its own."));
                isWhole = false;
            }
        }

        open.Remove(name);
        foreach (var gate in draft.Gates)
        {
            if (gates.Find(g => g.Name == gate.Name) is { } first)
            {
                problems.Add(gate.Header.Place.Says($"The gate '{gate.Name}' stands twice in the policy '{name}' (first at {first.Header.Place.File}:{first.Header.Place.Line})."));
                isWhole = false;
            }

            foreach (var authority in gate.Authorities.Where(a => !authorities.Contains(a.Name)))
            {
                problems.Add(authority.Place.Says($"There is no authority '{authority.Name}'.{NearestName.Hint(authority.Name, authorities)}"));
                isWhole = false;
            }

            gates.Add(gate);
        }

        return joined[name] = isWhole ? new Policy(name, document.Place, document.File.Blob, gates) : null;
    }
}
