using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// Which findings VEX clears: only statements of the authorities named for it, attached to and about this very digest, that name this product (or
/// none, and so what they are attached to). The newest statement of each such authority counts, and every one of them must clear the finding.
/// </summary>
internal sealed class VexJudgement
{
    // Statements about one vulnerability of one product: honest ones are a handful. Each is looked at for each finding; with more, nothing is cleared.
    private const int MostAboutOne = 1000;

    private readonly List<(EvidenceItem.Verified Item, VexStatement Statement)> statements = [];
    private readonly ILookup<string, int> byVulnerability;
    private readonly HashSet<EvidenceItem.Verified> used = [];
    private readonly DateTimeOffset now;

    /// <summary>Collects what counts for a target.</summary>
    public VexJudgement(EvidenceTarget target, IReadOnlyList<string> by, DateTimeOffset now)
    {
        this.now = now;
        foreach (var item in target.Proven.Where(v => v.PredicateType is { } type && PredicateTypes.Vex.Contains(type) && by.Contains(v.Authority)))
        {
            foreach (var statement in ReadPredicates.As<VexDocument>(item)?.Statements ?? [])
            {
                var products = statement.Products.Where(p => p.Is(target.Judged.Artifact.Repository, target.Digest)).ToList();
                if (statement.Products.Count == 0 || products.Count > 0)
                {
                    statements.Add((item, statement with { Products = products }));
                }
            }
        }

        byVulnerability = statements.SelectMany((s, i) => s.Statement.Vulnerability.Select(v => (Name: v, Index: i))).ToLookup(s => s.Name, s => s.Index, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Items that cleared something.</summary>
    public IReadOnlyCollection<EvidenceItem.Verified> Used => used;

    /// <summary>Why a finding does not count, for people; null when it does.</summary>
    public string? Clears(Finding finding)
    {
        if (statements.Count == 0)
        {
            return null;
        }

        var named = finding.Names.SelectMany(n => byVulnerability[n]).Distinct().Take(MostAboutOne + 1).ToList();
        if (named.Count > MostAboutOne)
        {
            return null;
        }

        var about = named.Select(i => statements[i]).Where(s => IsAbout(s.Statement, finding)).ToList();
        var newest = about.GroupBy(s => s.Item.Authority).SelectMany(same =>
        {
            var last = same.Max(s => s.Statement.At);
            // Without a time it may be the newest.
            return same.Where(s => s.Statement.At is null || s.Statement.At == last);
        }).ToList();
        if (newest.Count == 0 || !newest.TrueForAll(s => s.Statement.Clears && !(s.Statement.At > now)))
        {
            return null;
        }

        used.UnionWith(newest.Select(s => s.Item));
        var (item, statement) = newest[0];
        return $"{(statement.Status == "fixed" ? "fixed" : statement.Justification!.Replace('_', ' '))}, says {item.Authority}";
    }

    // Of several products that are this one, it is enough that one means the whole or this package.
    private static bool IsAbout(VexStatement statement, Finding finding) => statement.Products.Count == 0
        || statement.Products.Any(p => p.Parts.Count == 0 || p.Parts.Any(part => part.Covers(finding.Package)));
}
