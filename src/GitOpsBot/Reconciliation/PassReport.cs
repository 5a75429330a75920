using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>What a pass found and did in one repository, as <c>plan</c> and <c>reconcile</c> print it (SPEC section 4).</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="Revision">The commit that was judged; null when it could not be read.</param>
/// <param name="Promotions">At most two for each environment.</param>
/// <param name="Problems">Everything that is wrong.</param>
internal sealed record RepositoryReport(string Name, string? Revision, IReadOnlyList<PlannedPromotion> Promotions, IReadOnlyList<Problem> Problems)
{
    /// <summary>Whether a document is wrong (exit status 2).</summary>
    public bool HasWrongDocuments { get; init; }

    /// <summary>Whether a registry, repository or folder could not be read or written (exit status 1).</summary>
    public bool IsUnreadable { get; init; }
}
