using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;

namespace GitOpsBot.Core.Configuration;

/// <summary>Every reference in every folder has one owner. Linear in the number of environments.</summary>
internal static class OwnedReferences
{
    /// <summary>Reports what two environments claim and answers with the pipelines of both: which of them is meant, nobody can say.</summary>
    public static IReadOnlySet<string> Contested(IEnumerable<Pipeline> pipelines, ICollection<Problem> problems)
    {
        var claims = pipelines
            .SelectMany(p => p.Environments.SelectMany(e => p.Artifacts.Select(a => new Claim(p, e, e.PullsFrom(a)))))
            // Outer folders first, so that only the folders around each one need to be asked.
            .OrderBy(c => c.Environment.Path.Length);
        var owned = new Dictionary<(ImageName, string), Claim>();
        var contested = new HashSet<string>(StringComparer.Ordinal);
        foreach (var claim in claims)
        {
            var first = AndAround(claim.Environment.Path)
                .Select(path => owned.GetValueOrDefault((claim.Image, path)))
                .FirstOrDefault(c => c is not null && !ReferenceEquals(c.Environment, claim.Environment));
            if (first is not null)
            {
                problems.Add(claim.Environment.Place.Says(
                    $"{claim.Image} in {claim.Environment.Path} belongs already to the environment '{first.Environment.Name}' of the pipeline '{first.Pipeline.Name}'."));
                contested.Add(claim.Pipeline.Name);
                contested.Add(first.Pipeline.Name);
            }

            owned.TryAdd((claim.Image, claim.Environment.Path), claim);
        }

        return contested;
    }

    private static IEnumerable<string> AndAround(string path)
    {
        yield return path;
        for (var cut = path.LastIndexOf('/'); cut > 0; cut = path.LastIndexOf('/', cut - 1))
        {
            yield return path[..cut];
        }
    }

    private sealed record Claim(Pipeline Pipeline, PromotionEnvironment Environment, ImageName Image);
}
