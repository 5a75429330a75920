using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Commands;

/// <summary>What believed statements come to, in a few words each.</summary>
internal static class EvidenceText
{
    /// <summary>A line for each verified statement of a type that is read here: who says it, and what; or why it cannot be read, and so meets no gate that asks for it.</summary>
    public static IEnumerable<string> Sayings(IEnumerable<EvidenceItem> evidence)
    {
        foreach (var item in evidence.OfType<EvidenceItem.Verified>().Where(v => v.Statement is not null))
        {
            switch (PredicateReader.Read(item.Statement!))
            {
                case Checked<Predicate>.Accepted { Value.Says: { Length: > 0 } says }:
                    yield return $"{item.Authority} says: {says}";
                    break;
                case Checked<Predicate>.Refused { Rejection: var why }:
                    yield return $"{item.Authority} says what cannot be read: {why.CodeText}: {why.Reason}";
                    break;
                default:
                    break;
            }
        }
    }
}
