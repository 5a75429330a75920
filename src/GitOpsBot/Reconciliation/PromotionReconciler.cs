using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Git;
using GitOpsBot.Registry;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// One pass over one repository: answers what people asked for, then sees, judges, plans and acts, environment by environment, all on one
/// commit of the base branch. Everything it needs to go on after a crash is in Git, on the forge and in the registry; a second pass over an
/// unchanged world does nothing. What goes wrong in one pipeline stays in that pipeline.
/// </summary>
internal sealed class PromotionReconciler(RepositoryParts parts)
{
    /// <summary>One pass; with <paramref name="acts"/> false nothing is written anywhere.</summary>
    public async Task<RepositoryReport> PassAsync(bool acts, CancellationToken cancellationToken)
    {
        var report = new List<PlannedPromotion>();
        var problems = new List<Problem>();
        Snapshot seen;
        try
        {
            seen = await Snapshot.TakeAsync(parts, cancellationToken);
            if (acts && await new CommandDesk(parts, seen).AnswerAsync(cancellationToken))
            {
                // What people asked for is judged in this very pass.
                seen = await Snapshot.TakeAsync(parts, cancellationToken);
            }
        }
        catch (Exception e) when (IsOfTheOutside(e))
        {
            return new RepositoryReport(parts.Name, null, [], []) { Failures = [new Problem("", 0, 0, e.Message)] };
        }

        if (!seen.Documents.HasFiles && seen.Documents.Problems.Count == 0)
        {
            problems.Add(new Problem("", 0, 0, $"The branch {parts.Branch} of {parts.Name} holds no documents: expected *.yaml in the folder {parts.Documents}."));
        }

        var failures = new List<Problem>();
        foreach (var pipeline in seen.Documents.Pipelines)
        {
            if (pipeline.Artifacts.FirstOrDefault(a => !parts.MayPromote(a.Repository)) is { } stranger)
            {
                problems.Add(pipeline.Place.Says($"The repository {parts.Name} may not promote {stranger.Repository}: its prefix is not among `artifacts` in the bot's settings."));
                continue;
            }

            foreach (var environment in pipeline.Environments)
            {
                try
                {
                    var folder = seen.Folder(pipeline, environment);
                    failures.AddRange(folder.Problems);
                    report.AddRange(await WorkAsync(seen, pipeline, environment, acts, failures, cancellationToken));
                }
                catch (Exception e) when (IsOfTheOutside(e))
                {
                    failures.Add(new Problem("", 0, 0, $"{pipeline.Name} in {environment.Name}: {e.Message}"));
                }
            }
        }

        if (acts)
        {
            try
            {
                await new RemovedPipelines(parts, seen).CloseAsync(cancellationToken);
                await new CommandDesk(parts, seen).ShowAnswersAsync(cancellationToken);
            }
            catch (Exception e) when (IsOfTheOutside(e))
            {
                failures.Add(new Problem("", 0, 0, e.Message));
            }
        }

        failures.AddRange(seen.Unreachable.Order(StringComparer.Ordinal).Select(reason => new Problem("", 0, 0, reason)));
        return new RepositoryReport(parts.Name, seen.Revision, report, [.. seen.Documents.Problems, .. problems]) { Failures = [.. failures.Distinct()] };
    }

    private static async Task<IReadOnlyList<PlannedPromotion>> WorkAsync(
        Snapshot seen, Pipeline pipeline, PromotionEnvironment environment, bool acts, List<Problem> failures, CancellationToken cancellationToken)
    {
        var observed = await seen.ObserveAsync(pipeline, environment, cancellationToken);
        var plan = new PromotionPlanner(c => Faces.Show(c, environment), r => Faces.Show(r, environment)).Plan(observed);
        if (!acts)
        {
            return plan.Promotions;
        }

        var executor = seen.Executor(pipeline, environment);
        foreach (var step in plan.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (await executor.DoAsync(step, cancellationToken))
            {
                case StepResult.Lost:
                    return [.. plan.Promotions.Select(p => p with { Action = PlanAction.None })];
                case StepResult.Refused refused:
                    failures.Add(new Problem("", 0, 0, $"{pipeline.Name} in {environment.Name}: {refused.Reason}"));
                    return [.. plan.Promotions.Select(p => p with { Action = PlanAction.None })];
            }
        }

        return plan.Promotions;
    }

    private static bool IsOfTheOutside(Exception e) => e is RegistryException or GitException or ForgeException;
}
