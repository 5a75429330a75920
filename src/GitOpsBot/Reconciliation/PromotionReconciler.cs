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
        parts.Memory.Turn();
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
        var plans = new List<(Pipeline Pipeline, PromotionEnvironment Environment, EnvironmentPlan Plan)>();
        var standing = new List<StandingJudgement>();
        var failed = new List<LandingFailure>();
        var landings = new List<JudgedLandings>();
        await using var ahead = seen.Ahead(cancellationToken);
        foreach (var pipeline in seen.Documents.Pipelines.Where(p => seen.Stranger(p) is null))
        {
            ahead.Ask(pipeline, seen.Entrances(pipeline));
        }

        foreach (var (number, pipeline) in seen.Documents.Pipelines.Index())
        {
            parts.Progress?.Tell("pipelines judged", number, seen.Documents.Pipelines.Count);
            if (seen.Stranger(pipeline) is { } stranger)
            {
                problems.Add(pipeline.Place.Says(seen.SaysOf(stranger)));
                continue;
            }

            await ahead.AnswersAsync(pipeline);
            foreach (var environment in pipeline.Environments)
            {
                await TryAsync(failures, $"{pipeline.Name} in {environment.Name}: ", async () =>
                {
                    failures.AddRange(seen.Folder(pipeline, environment).Problems);
                    var observed = await seen.ObserveAsync(pipeline, environment, cancellationToken);
                    var plan = new PromotionPlanner(c => Faces.Show(c, environment), r => Faces.Show(r, environment)).Plan(observed);
                    plans.Add((pipeline, environment, plan));
                    if (plan.Steps.Any(s => s is PlanStep.Push or PlanStep.Merge))
                    {
                        // A cap counts what this pass is about to do; what then loses its race only leaves room unused.
                        seen.Land(pipeline, environment);
                    }

                    if (await seen.StandingAsync(pipeline, environment, cancellationToken) is { } judged)
                    {
                        standing.Add(judged);
                    }

                    var landed = await seen.LandingsAsync(pipeline, environment, cancellationToken);
                    landings.AddRange(landed is null ? [] : [landed]);
                    if (await seen.FailureAsync(pipeline, environment, landed?.Unproven, cancellationToken) is { } failure)
                    {
                        failed.Add(failure);
                        if (acts)
                        {
                            await LandingWatch.ActAsync(
                                parts.Book, failure, (await seen.HistoriesAsync(pipeline, cancellationToken))[environment.Name],
                                seen.PullRequests.Select(p => p.Number).DefaultIfEmpty(0).Max(), parts.Bot.Name, seen.Now, cancellationToken);
                        }
                    }
                });
            }
        }

        IReadOnlyList<StandingJudgement> newly = [];
        IReadOnlyList<LandingJudgement> found = [];
        if (!acts)
        {
            report.AddRange(plans.SelectMany(p => p.Plan.Promotions));
        }
        else
        {
            // Where a forge lets only so much be done in a minute, what is urgent goes first; within the same urgency the documents' order.
            var done = new IReadOnlyList<PlannedPromotion>[plans.Count];
            var own = new List<(string Pipeline, string Environment, string Commit)>();
            var pushed = new Dictionary<int, StepResult>();
            foreach (var (number, (index, (pipeline, environment, plan))) in plans.Index().OrderBy(p => Urgency(p.Item.Plan)).Index())
            {
                parts.Progress?.Tell("environments acted on", number, plans.Count);
                await TryAsync(failures, $"{pipeline.Name} in {environment.Name}: ", async () =>
                {
                    if (plan.Steps is [PlanStep.Push] && pushed.Count == 0)
                    {
                        pushed = await PushAsync(seen, plans, cancellationToken);
                    }

                    done[index] = await ActAsync(
                        seen, pipeline, environment, plan, pushed.GetValueOrDefault(index), failures, commit => own.Add((pipeline.Name, environment.Name, commit)), cancellationToken);
                });
            }

            report.AddRange(done.SelectMany(d => d ?? []));

            await TryAsync(failures, "", async () => found = await LandingPages.WriteAsync(parts.Book, landings, own, seen.Now, cancellationToken));
            var rows = plans.SelectMany(p => p.Plan.Promotions).Where(p => p.PullRequest is not null).DistinctBy(p => p.PullRequest).ToDictionary(p => p.PullRequest!.Value, p => p.Rows);
            await TryAsync(failures, "", async () => newly = await StandingMarks.WriteAsync(parts.Book, seen.State, standing, seen.Now, cancellationToken));
            await TryAsync(failures, "", () => new RemovedPipelines(parts, seen).CloseAsync(cancellationToken));
            await new ProposalChecks(parts, seen).CheckAsync(
                plans.SelectMany(p => new[] { BranchNames.Promote(p.Environment.Name, p.Pipeline.Name), BranchNames.Rollback(p.Environment.Name, p.Pipeline.Name) }).ToHashSet(StringComparer.Ordinal),
                (what, check) => TryAsync(failures, what, check), cancellationToken);
            await TryAsync(failures, "", () => new AnswerBoard(parts, seen).ShowAsync(rows, cancellationToken));
            await TryAsync(failures, "", () =>
            {
                DraftBranches.Sweep(parts.Git, seen.Drafts, parts.Pusher.Drafts);
                return Task.CompletedTask;
            });
        }

        failures.AddRange(seen.Unreachable.Order(StringComparer.Ordinal).Select(reason => new Problem("", 0, 0, reason)));
        return new RepositoryReport(parts.Name, seen.Revision, report, [.. seen.Documents.Problems, .. problems])
        {
            Failures = [.. failures.Distinct()],
            Pace = acts ? null : parts.Forge.Pace?.Says([.. plans.SelectMany(p => p.Plan.Steps)]),
            LookAgain = plans.Min(p => p.Plan.LookAgain),
            Unmet = [.. standing.Where(s => s.Unmet.Count > 0)],
            Owing = [.. standing.Where(s => s.Owed is not null)],
            NewlyUnmet = newly,
            FailedLandings = failed,
            Unproven = [.. landings.SelectMany(l => l.Judged.Where(j => !j.IsProven).Concat(l.Unproven is { } stands ? [stands] : [])).DistinctBy(j => (j.Pipeline, j.Environment, j.Commit))],
            NewlyUnproven = found,
        };
    }

    // Merges, rollbacks and what is closed, then what goes straight to the branch, then new pull requests, then what is only shown anew.
    private static int Urgency(EnvironmentPlan plan) => plan.Steps.Select(s => s switch
    {
        PlanStep.Merge or PlanStep.MergeRollback or PlanStep.PushRollback or PlanStep.OpenRollback or PlanStep.Close or PlanStep.Stop => 0,
        PlanStep.Push => 1,
        PlanStep.Open or PlanStep.Supersede => 2,
        _ => 3,
    }).DefaultIfEmpty(3).Min();

    // What goes straight to the base branch goes there together; the results by the place of each plan.
    private static async Task<Dictionary<int, StepResult>> PushAsync(
        Snapshot seen, IReadOnlyList<(Pipeline Pipeline, PromotionEnvironment Environment, EnvironmentPlan Plan)> plans, CancellationToken cancellationToken)
    {
        var all = plans.Index().Where(p => p.Item.Plan.Steps is [PlanStep.Push]).ToList();
        var results = await StepExecutor.PushTogetherAsync(
            seen.Trunk, [.. all.Select(p => (seen.Executor(p.Item.Pipeline, p.Item.Environment), (PlanStep.Push)p.Item.Plan.Steps[0]))], cancellationToken);
        return all.Zip(results).ToDictionary(p => p.First.Index, p => p.Second);
    }

    private static async Task<IReadOnlyList<PlannedPromotion>> ActAsync(
        Snapshot seen, Pipeline pipeline, PromotionEnvironment environment, EnvironmentPlan plan, StepResult? pushed, List<Problem> failures, Action<string> lands,
        CancellationToken cancellationToken)
    {
        var executor = seen.Executor(pipeline, environment);
        foreach (var step in plan.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (pushed ?? await executor.DoAsync(await seen.WithChangesAsync(pipeline, environment, step, cancellationToken), cancellationToken))
            {
                case StepResult.Done { Commit: { } commit } when step is PlanStep.Push or PlanStep.Merge or PlanStep.PushRollback or PlanStep.MergeRollback:
                    lands(commit);
                    break;
                case StepResult.Lost or StepResult.Waiting:
                    return Undone(plan);
                case StepResult.Refused refused:
                    failures.Add(new Problem("", 0, 0, $"{pipeline.Name} in {environment.Name}: {refused.Reason}"));
                    return Undone(plan);
            }
        }

        return plan.Promotions;
    }

    private static IReadOnlyList<PlannedPromotion> Undone(EnvironmentPlan plan) => [.. plan.Promotions.Select(p => p with { Action = PlanAction.None })];

    // What goes wrong in one part stays in that part.
    private static async Task TryAsync(List<Problem> failures, string where, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (IsOfTheOutside(e))
        {
            failures.Add(new Problem("", 0, 0, where + e.Message));
        }
    }

    private static bool IsOfTheOutside(Exception e) => e is RegistryException or GitException or ForgeException;
}
