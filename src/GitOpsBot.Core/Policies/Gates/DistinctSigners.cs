using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// Counts for a threshold: different authorities, each with a signer of its own. Copies of one signature count once, and one key that two
/// authorities hold makes one of them.
/// </summary>
internal static class DistinctSigners
{
    /// <summary>As many authorities as can be given a signer each, in ordinal order.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<EvidenceItem.Verified> items)
    {
        var identities = items.ToLookup(i => i.Authority, i => i.Identity, StringComparer.Ordinal);
        var holders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var authority in identities.Select(g => g.Key).Order(StringComparer.Ordinal))
        {
            Place(authority, identities, holders, new HashSet<string>(StringComparer.Ordinal));
        }

        return [.. holders.Values.Order(StringComparer.Ordinal)];
    }

    // An augmenting path of bipartite matching; as deep as there are authorities in the gate (a list holds at most a hundred).
    private static bool Place(string authority, ILookup<string, string> identities, Dictionary<string, string> holders, HashSet<string> tried)
    {
        foreach (var identity in identities[authority])
        {
            if (tried.Add(identity) && (!holders.TryGetValue(identity, out var holder) || Place(holder, identities, holders, tried)))
            {
                holders[identity] = authority;
                return true;
            }
        }

        return false;
    }
}
