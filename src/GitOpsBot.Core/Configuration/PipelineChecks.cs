using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration;

/// <summary>What must hold between a pipeline and everything it names.</summary>
internal sealed class PipelineChecks(
    DocumentIndex index, PolicyJoin join, IReadOnlyDictionary<string, Policy> policies, IReadOnlyList<Policy> required, ConfigurationSources sources)
{
    // Nobody reads more, and a hostile document could order millions.
    private const int MostOfOnePipeline = 100;
    private const int MostOfAll = 1000;

    private readonly List<Problem> problems = [];

    /// <summary>Whether a pipeline is whole; what is wrong is added to <paramref name="all"/>.</summary>
    public bool IsWhole(Pipeline pipeline, DocumentOrigin origin, List<Problem> all)
    {
        problems.Clear();
        Check(pipeline, origin);
        if (all.Count < MostOfAll)
        {
            all.AddRange(problems);
        }

        return problems.Count == 0;
    }

    private void Check(Pipeline pipeline, DocumentOrigin origin)
    {
        foreach (var twice in pipeline.Artifacts.GroupBy(a => a.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            problems.Add(pipeline.Place.Says($"The artifact '{twice.Key}' stands twice in the pipeline '{pipeline.Name}'."));
        }

        foreach (var twice in pipeline.Artifacts.GroupBy(a => a.Repository).Where(g => g.Count() > 1))
        {
            problems.Add(pipeline.Place.Says($"Two artifacts of the pipeline '{pipeline.Name}' are published at {twice.Key}."));
        }

        foreach (var twice in pipeline.Environments.GroupBy(e => e.Name, StringComparer.Ordinal).SelectMany(g => g.Skip(1)))
        {
            problems.Add(twice.Place.Says($"The environment '{twice.Name}' stands twice in the pipeline '{pipeline.Name}'."));
        }

        foreach (var hidden in pipeline.Environments.Where(e => pipeline.Waves.ContainsKey(e.Name)))
        {
            problems.Add(hidden.Place.Says($"The environment '{hidden.Name}' is called like one that is promoted in waves."));
        }

        foreach (var environment in pipeline.Environments.TakeWhile(_ => problems.Count < MostOfOnePipeline))
        {
            CheckOrder(pipeline, environment);
            CheckFolder(pipeline, environment);
            CheckPolicy(pipeline, environment, environment.Policy.Name, environment.Policy.Place, origin);
            CheckEmergency(pipeline, environment, origin);
            foreach (var policy in required.Where(r => !ReferenceEquals(r, policies.GetValueOrDefault(environment.Policy.Name))))
            {
                CheckGates(pipeline, environment, policy, environment.Place);
            }
        }
    }

    private void CheckOrder(Pipeline pipeline, PromotionEnvironment environment)
    {
        foreach (var after in environment.After)
        {
            if (pipeline.Environment(after.Name) is not { } before)
            {
                problems.Add(after.Place.Says($"There is no environment '{after.Name}' in the pipeline '{pipeline.Name}'.{Hint(after.Name, pipeline)}"));
            }
            else if (after.Name == environment.Name)
            {
                problems.Add(after.Place.Says($"The environment '{environment.Name}' comes after itself."));
            }
            else if (pipeline.Before(before).Contains(environment.Name))
            {
                problems.Add(after.Place.Says($"The environment '{environment.Name}' comes after itself through '{after.Name}'."));
            }
        }
    }

    private void CheckFolder(Pipeline pipeline, PromotionEnvironment environment)
    {
        if (RelativePath.Overlap(environment.Path, sources.Directory))
        {
            problems.Add(environment.Place.Says($"The path '{environment.Path}' of the environment '{environment.Name}' and the folder of the documents, {sources.Directory}, must not lie in each other."));
        }

        foreach (var unknown in environment.Repositories.Keys.Where(name => !pipeline.Artifacts.Any(a => a.Name == name)))
        {
            problems.Add(environment.Place.Says(
                $"The environment '{environment.Name}' names a repository for {Shown.Quoted(unknown)}, which is no artifact of the pipeline '{pipeline.Name}'.{NearestName.Hint(unknown, pipeline.Artifacts.Select(a => a.Name))}"));
        }

        foreach (var twice in pipeline.Artifacts.GroupBy(environment.PullsFrom).Where(g => g.Count() > 1 && g.Any(a => environment.Repositories.ContainsKey(a.Name))))
        {
            problems.Add(environment.Place.Says($"In the environment '{environment.Name}' two artifacts are pulled from {twice.Key}."));
        }
    }

    private void CheckPolicy(Pipeline pipeline, PromotionEnvironment environment, string name, Place place, DocumentOrigin origin)
    {
        if (index.Find("Policy", name, origin) is null)
        {
            problems.Add(place.Says(index.NotFound("Policy", name, origin)));
            return;
        }

        if (!policies.TryGetValue(name, out var policy))
        {
            problems.Add(place.Says($"The policy '{name}' has problems of its own."));
            return;
        }

        problems.AddRange(join.Unfilled(policy, origin).Select(place.Says));
        CheckGates(pipeline, environment, policy, place);
    }

    private void CheckEmergency(Pipeline pipeline, PromotionEnvironment environment, DocumentOrigin origin)
    {
        if (environment.Emergency is not { } emergency)
        {
            return;
        }

        CheckPolicy(pipeline, environment, emergency.Name, emergency.Place, origin);
        if (policies.TryGetValue(emergency.Name, out var policy) && policy.Terms is null)
        {
            problems.Add(emergency.Place.Says($"The policy '{emergency.Name}' does not say 'emergency', so nobody knows what it costs to override a gate."));
        }

        if (environment.Merge == MergeMode.Push)
        {
            problems.Add(emergency.Place.Says($"A gate is overridden by a comment on a pull request, and the environment '{environment.Name}' says 'merge: push'."));
        }
    }

    private void CheckGates(Pipeline pipeline, PromotionEnvironment environment, Policy policy, Place place)
    {
        foreach (var gate in policy.Gates)
        {
            foreach (var named in gate.Environments.Where(e => pipeline.Environment(e.Name) is null && !pipeline.Waves.ContainsKey(e.Name)))
            {
                problems.Add(place.Says(
                    $"The gate '{gate.Name}' of the policy '{policy.Name}' names the environment '{named.Name}', which the pipeline '{pipeline.Name}' does not have.{Hint(named.Name, pipeline)}"));
            }

            if (environment.Merge == MergeMode.Push && gate.NeedsPullRequest)
            {
                problems.Add(place.Says(
                    $"The gate '{gate.Name}' of the policy '{policy.Name}' needs a pull request, and the environment '{environment.Name}' says 'merge: push'."));
            }
        }
    }

    private static string Hint(string name, Pipeline pipeline) => NearestName.Hint(name, pipeline.Environments.Select(e => e.Name));
}
