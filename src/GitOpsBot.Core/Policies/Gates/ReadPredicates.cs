using System.Runtime.CompilerServices;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// What items say, each read once as long as it lives: a list may hold thousands of packages, and several conditions of several gates, pass after
/// pass, look at it.
/// </summary>
internal static class ReadPredicates
{
    private static readonly ConditionalWeakTable<InTotoStatement, Checked<Predicate>> Known = [];

    /// <summary>The item's predicate as this type; null when it cannot be read, or is another.</summary>
    public static T? As<T>(EvidenceItem.Verified item) where T : Predicate => Of(item) is Checked<Predicate>.Accepted { Value: T found } ? found : null;

    /// <summary>The condition that the item's predicate can be read, and is of this type.</summary>
    public static Rejection? Unless<T>(EvidenceItem.Verified item) where T : Predicate => Of(item) switch
    {
        Checked<Predicate>.Accepted { Value: T } => null,
        Checked<Predicate>.Refused { Rejection: var why } => why,
        _ => new Rejection(RejectionCode.PredicateTypeMismatch, "The statement is of another type."),
    };

    private static Checked<Predicate> Of(EvidenceItem.Verified item) => Known.GetValue(item.Statement!, PredicateReader.Read);
}
