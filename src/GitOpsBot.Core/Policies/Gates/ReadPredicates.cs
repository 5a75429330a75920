using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>What items say, each read once while one gate answers: a scan may hold thousands of findings, and several conditions look at it.</summary>
internal sealed class ReadPredicates
{
    private readonly Dictionary<InTotoStatement, Checked<Predicate>> read = new(ReferenceEqualityComparer.Instance);

    /// <summary>The item's predicate as this type; null when it cannot be read, or is another.</summary>
    public T? As<T>(EvidenceItem.Verified item) where T : Predicate => Of(item) is Checked<Predicate>.Accepted { Value: T found } ? found : null;

    /// <summary>The condition that the item's predicate can be read, and is of this type.</summary>
    public Rejection? Unless<T>(EvidenceItem.Verified item) where T : Predicate => Of(item) switch
    {
        Checked<Predicate>.Accepted { Value: T } => null,
        Checked<Predicate>.Refused { Rejection: var why } => why,
        _ => new Rejection(RejectionCode.PredicateTypeMismatch, "The statement is of another type."),
    };

    private Checked<Predicate> Of(EvidenceItem.Verified item)
    {
        if (!read.TryGetValue(item.Statement!, out var found))
        {
            read[item.Statement!] = found = PredicateReader.Read(item.Statement!);
        }

        return found;
    }
}
