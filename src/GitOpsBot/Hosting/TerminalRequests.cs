using GitOpsBot.Commands;
using GitOpsBot.Core.Documents;
using GitOpsBot.Forge;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Hosting;

/// <summary><c>promote</c>, <c>rollback</c>, <c>hold</c>, <c>unhold</c>, <c>freeze</c> and <c>unfreeze</c> at the terminal: what the slash commands do, by the same rules.</summary>
internal sealed class TerminalRequests(OpenRepository open, TimeProvider clock)
{
    /// <summary>Does what is asked, when the person may; a promotion or rollback by name is followed by a pass.</summary>
    public async Task<Answer<string>> DoAsync(AskRequest request, CancellationToken cancellationToken)
    {
        if (request.Ask is Ask.Freeze or Ask.Unfreeze)
        {
            return await FreezeAsk.DoAsync(request, open, clock.GetUtcNow(), cancellationToken);
        }

        var seen = await Snapshot.TakeAsync(open.Parts, cancellationToken);
        var (name, environmentName) = request.Ask switch
        {
            Ask.Promote ask => (ask.Pipeline, ask.Environment),
            Ask.Rollback ask => (ask.Pipeline, ask.Environment),
            Ask.Hold ask => (ask.Pipeline, ask.Environment),
            Ask.Unhold ask => (ask.Pipeline, ask.Environment),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var having = seen.Documents.Pipelines.Where(p => (name is null || p.Name == name || p.Aliases.Contains(name)) && p.Environment(environmentName) is not null).ToList();
        if (having is not [var pipeline])
        {
            return new Answer<string>.Wrong(having.Count > 1
                ? $"Several pipelines have an environment {environmentName}: choose one with --pipeline ({string.Join(", ", having.Select(p => p.Name))})."
                : $"There is no pipeline {name ?? "(any)"} with an environment {environmentName}.{NearestName.Hint(name ?? environmentName, name is null ? seen.Documents.Pipelines.SelectMany(p => p.Environments).Select(e => e.Name).Distinct() : seen.Documents.Pipelines.Select(p => p.Name))}");
        }

        var environment = pipeline.Environment(environmentName)!;
        var requests = new Requests(seen);
        var (login, at) = (request.Login, clock.GetUtcNow());
        var word = request.Ask.GetType().Name.ToLowerInvariant();
        if (!await seen.Access.MayAsync(login, word, environment.Name, cancellationToken))
        {
            return new Answer<string>.No($"{login} may not {word} in {environment.Name}: {seen.Access.Says(word, environment.Name)} may.");
        }

        var isRollbackOpen = seen.PullRequests.Any(p => p.State == PullRequestState.Open && p.Head == BranchNames.Rollback(environment.Name, pipeline.Name));
        var outcome = request.Ask switch
        {
            Ask.Promote ask => await requests.PromoteAsync(pipeline, environment, ask.What, login, at, cancellationToken),
            Ask.Rollback ask => await requests.RollbackAsync(pipeline, environment, ask.Reason, ask.To, login, at, cancellationToken),
            Ask.Hold ask => Requests.Hold(pipeline, environment, ask.Reason, login, at),
            _ => await requests.UnholdAsync(pipeline, environment, isRollbackOpen, login, at, cancellationToken),
        };
        if (outcome.Reaction != Reaction.Done)
        {
            return new Answer<string>.No(outcome.Answer);
        }

        await open.Parts.Book.ChangeAsync($"{request.Ask.GetType().Name} {pipeline.Name} {environment.Name} as {login}", at, _ => outcome.Pages, cancellationToken);
        if (request.Ask is not (Ask.Promote or Ask.Rollback))
        {
            return new Answer<string>.Done(outcome.Answer);
        }

        var report = await new PromotionReconciler(open.Parts).PassAsync(acts: true, cancellationToken);
        var line = report.Promotions.FirstOrDefault(p => p.Promotion.Pipeline == pipeline.Name && p.Promotion.Environment == environment.Name);
        return new Answer<string>.Done($"{outcome.Answer} {(line is null ? "Nothing is to do." : $"Verdict {line.Verdict}, action {line.Action.ToString().ToLowerInvariant()}.")}");
    }
}
