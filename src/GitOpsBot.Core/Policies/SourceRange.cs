using System.Text.Json;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Policies;

/// <summary>The commits of a source repository that a promotion brings: after the one that runs now, up to the one that shall.</summary>
/// <param name="Repository">Its address, as <c>https://github.com/acme/checkout</c>.</param>
/// <param name="From">Commit that what runs now was built from; null when nothing runs: then of <paramref name="To"/> alone.</param>
/// <param name="To">Commit that the candidate was built from.</param>
public sealed record SourceRange(string Repository, string? From, string To)
{
    /// <summary>Repository and commit that verified provenance says an artifact was built from; null when there is none, or two disagree. Labels never count.</summary>
    public static (string Repository, string Commit)? Built(IReadOnlyList<EvidenceItem> evidence)
    {
        var found = evidence.OfType<EvidenceItem.Verified>().Where(v => v.Statement is not null && PredicateTypes.Provenance.Contains(v.PredicateType))
            .Select(Read).Distinct().ToList();
        return found is [{ } only] ? only : null;
    }

    // The dependency (v0.2: material) that is the source itself, by the commit it was resolved to.
    private static (string Repository, string Commit)? Read(EvidenceItem.Verified item)
    {
        if (ReadPredicates.As<SlsaProvenance>(item) is not { Clash: null, Source: { } source })
        {
            return null;
        }

        var (statement, isV1) = (item.Statement!, item.PredicateType != PredicateTypes.ProvenanceV02);
        var list = isV1 ? statement.Predicate.At("buildDefinition").At("resolvedDependencies") : statement.Predicate.At("materials");
        var commits = list.ValueKind != JsonValueKind.Array ? [] : list.EnumerateArray()
            .Where(d => d.Text("uri") is { } uri && SlsaProvenance.Repository(uri.Split('@')[0]) == source)
            .Select(d => d.At("digest").Text(isV1 ? "gitCommit" : "sha1"))
            .Where(c => c is { Length: 40 or 64 } && c.All(char.IsAsciiHexDigitLower)).Distinct().ToList();
        return commits is [{ } commit] ? (source, commit) : null;
    }
}
