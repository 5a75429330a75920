using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration;

/// <summary>What must hold between a pipeline and everything it names, and between pipelines.</summary>
internal sealed class PipelineChecks(IReadOnlyDictionary<string, Policy> policies, IReadOnlySet<string> knownPolicies, IReadOnlyList<string> required, List<Problem> problems)
{
    /// <summary>Whether a pipeline is whole; everything that is wrong is added.</summary>
    public bool IsWhole(Pipeline pipeline)
    {
        var before = problems.Count;
        foreach (var twice in pipeline.Artifacts.GroupBy(a => a.Name).Where(g => g.Count() > 1))
        {
            problems.Add(pipeline.Place.Says($"The artifact '{twice.Key}' stands twice in the pipeline '{pipeline.Name}'."));
        }

        foreach (var twice in pipeline.Artifacts.GroupBy(a => a.Repository).Where(g => g.Count() > 1))
        {
            problems.Add(pipeline.Place.Says($"Two artifacts of the pipeline '{pipeline.Name}' are published at {twice.Key}."));
        }

        foreach (var twice in pipeline.Environments.GroupBy(e => e.Name).SelectMany(g => g.Skip(1)))
        {
            problems.Add(twice.Place.Says($"The environment '{twice.Name}' stands twice in the pipeline '{pipeline.Name}'."));
        }

        foreach (var environment in pipeline.Environments)
        {
            Check(pipeline, environment);
        }

        return problems.Count == before;
    }

    /// <summary>Reports environments that own the same reference in the same folder; the later ones are returned as not whole.</summary>
    public IReadOnlySet<string> Contested(IReadOnlyList<Pipeline> pipelines)
    {
        var owned = new List<(string Path, Artifacts.ImageName Repository, Pipeline Pipeline, PromotionEnvironment Environment)>();
        var contested = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pipeline in pipelines)
        {
            foreach (var environment in pipeline.Environments)
            {
                foreach (var repository in pipeline.Artifacts.Select(environment.PullsFrom))
                {
                    if (owned.Find(o => o.Repository.Equals(repository) && IsInside(o.Path, environment.Path)) is { Pipeline: not null } first)
                    {
                        problems.Add(environment.Place.Says(
                            $"{repository} in {environment.Path} belongs to the environment '{first.Environment.Name}' of the pipeline '{first.Pipeline.Name}' already."));
                        contested.Add(pipeline.Name);
                        // Which of the two is meant, nobody can say: neither is worked.
                        contested.Add(first.Pipeline.Name);
                    }

                    owned.Add((environment.Path, repository, pipeline, environment));
                }
            }
        }

        return contested;
    }

    private void Check(Pipeline pipeline, PromotionEnvironment environment)
    {
        foreach (var after in environment.After.Where(a => pipeline.Environment(a.Name) is null))
        {
            problems.Add(after.Place.Says($"There is no environment '{after.Name}' in the pipeline '{pipeline.Name}'.{NearestName.Hint(after.Name, pipeline.Environments.Select(e => e.Name))}"));
        }

        if (pipeline.Before(environment).Contains(environment.Name))
        {
            problems.Add(environment.Place.Says($"The environment '{environment.Name}' comes after itself."));
        }

        foreach (var unknown in environment.Repositories.Keys.Where(name => !pipeline.Artifacts.Any(a => a.Name == name)))
        {
            problems.Add(environment.Place.Says($"There is no artifact '{unknown}' in the pipeline '{pipeline.Name}'.{NearestName.Hint(unknown, pipeline.Artifacts.Select(a => a.Name))}"));
        }

        foreach (var (name, place) in required.Select(name => (name, environment.Place)).Prepend((environment.Policy.Name, environment.Policy.Place)))
        {
            if (!policies.TryGetValue(name, out var policy))
            {
                problems.Add(place.Says(knownPolicies.Contains(name)
                    ? $"The policy '{name}' has problems of its own."
                    : $"There is no policy '{name}'.{NearestName.Hint(name, knownPolicies)}"));
                continue;
            }

            foreach (var named in policy.Gates.SelectMany(g => g.Environments).Where(e => pipeline.Environment(e.Name) is null))
            {
                problems.Add(place.Says($"The policy '{name}' names the environment '{named.Name}', which the pipeline '{pipeline.Name}' does not have.{NearestName.Hint(named.Name, pipeline.Environments.Select(e => e.Name))}"));
            }

            if (environment.Merge == MergeMode.Push && policy.Gates.FirstOrDefault(g => g.NeedsPullRequest) is { } gate)
            {
                problems.Add(place.Says($"The gate '{gate.Name}' of the policy '{name}' needs a pull request, and the environment '{environment.Name}' pushes straight to the branch."));
            }
        }
    }

    private static bool IsInside(string one, string other) =>
        one == other || one.StartsWith(other + "/", StringComparison.Ordinal) || other.StartsWith(one + "/", StringComparison.Ordinal);
}
