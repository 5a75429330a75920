using System.Text.Json;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies.Gates;

internal static partial class StatementTime
{
    /// <summary>The oldest time that a statement says of itself; null when it says none, or one that cannot be read.</summary>
    public static DateTimeOffset? Stated(EvidenceItem.Verified item)
    {
        DateTimeOffset? oldest = null;
        foreach (var value in Paths.Select(p => p.Aggregate(item.Statement?.Predicate ?? default, (element, key) => element.At(key))))
        {
            if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            {
                continue;
            }

            if ((value.ValueKind == JsonValueKind.String ? Read(value.GetString()!) : null) is not { } at)
            {
                return null;
            }

            oldest = oldest < at ? oldest : at;
        }

        return oldest;
    }
}
