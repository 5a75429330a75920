using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions.Commands;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Answers slash commands. A comment is handled once: what it brings about and that it was handled are one commit of the bot's book, so that a
/// crash or a second bot changes nothing; reaction and answer are shown from the book afterwards, and shown again when they are missing.
/// Permission is asked of the forge at that moment, for that person.
/// </summary>
internal sealed class CommandDesk(RepositoryParts parts, Snapshot seen)
{
    private readonly Requests requests = new(seen);

    /// <summary>Handles new comments; true when anything was asked for.</summary>
    public async Task<bool> AnswerAsync(CancellationToken cancellationToken)
    {
        var environments = seen.Documents.Pipelines.SelectMany(p => p.Environments).Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        var any = false;
        foreach (var pullRequest in seen.PullRequests)
        {
            foreach (var comment in await parts.Forge.ListCommentsAsync(pullRequest.Number, cancellationToken))
            {
                if (comment.IsByBot || comment.IsEdited || seen.State.Handled(comment.Id) is not null)
                {
                    continue;
                }

                var parsed = CommandParser.Parse(comment.Text, environments);
                if (parsed is ParsedComment.Commands { All.Count: 0 })
                {
                    continue;
                }

                var outcome = parsed is ParsedComment.Commands understood
                    ? await HandleAsync(pullRequest, comment, understood.All, cancellationToken)
                    : RequestOutcome.No(((ParsedComment.Refused)parsed).Reason);
                Remember(comment, outcome, parsed);
                any = true;
            }
        }

        return any;
    }

    /// <summary>Shows reactions and the bot's one comment of every pull request in which something was asked.</summary>
    public async Task ShowAnswersAsync(CancellationToken cancellationToken)
    {
        foreach (var pullRequest in seen.PullRequests)
        {
            var comments = await parts.Forge.ListCommentsAsync(pullRequest.Number, cancellationToken);
            var answered = comments.Select(c => (Comment: c, Answer: seen.State.Handled(c.Id))).Where(c => c.Answer is not null).ToList();
            if (answered.Count == 0)
            {
                continue;
            }

            foreach (var (comment, answer) in answered.Where(a => !a.Comment.Reactions.Contains(a.Answer!.Reaction)))
            {
                parts.Steps.Reach("react");
                await parts.Forge.ReactAsync(pullRequest.Number, comment.Id, answer!.Reaction, cancellationToken);
                parts.Steps.Reach("reacted");
            }

            var status = pullRequest.State == PullRequestState.Open ? (await parts.Forge.GetStatusAsync(pullRequest.HeadSha, cancellationToken))?.Description : null;
            var text = StatusComment.Write(status, [.. answered.Select(a => new AnsweredCommand(a.Comment.Id, a.Comment.Login, a.Answer!.Answer))]);
            var own = comments.FirstOrDefault(c => c.IsByBot);
            if (own is not null && own.Text == text)
            {
                continue;
            }

            parts.Steps.Reach("write comment");
            if (own is null)
            {
                await parts.Forge.CommentAsync(pullRequest.Number, text, cancellationToken);
            }
            else
            {
                await parts.Forge.EditCommentAsync(pullRequest.Number, own.Id, text, cancellationToken);
            }

            parts.Steps.Reach("comment written");
        }
    }

    private void Remember(Comment comment, RequestOutcome outcome, ParsedComment parsed)
    {
        var isApproval = outcome.Reaction == Reaction.Done && parsed is ParsedComment.Commands { All: var all } && all.Any(c => c is SlashCommand.Approve);
        var handled = new HandledComment(outcome.Answer, outcome.Reaction, isApproval ? comment.HeadSha : null, comment.Login, comment.At);
        new StateBook(parts.Git, parts.Bot, parts.Steps).Change(
            $"Answer comment {comment.Id} of {Inert.Word(comment.Login)}", seen.Now,
            book => book.Handled(comment.Id) is not null
                ? new Dictionary<string, ReadOnlyMemory<byte>?>()
                : new Dictionary<string, ReadOnlyMemory<byte>?>(outcome.Pages, StringComparer.Ordinal)
                {
                    [BotState.CommentPath(comment.Id)] = StateBook.Page(handled, BotStateJson.Default.HandledComment),
                });
    }

    private async Task<RequestOutcome> HandleAsync(PullRequest pullRequest, Comment comment, IReadOnlyList<SlashCommand> commands, CancellationToken cancellationToken)
    {
        Permission? permission = null;
        var pages = new Dictionary<string, ReadOnlyMemory<byte>?>(StringComparer.Ordinal);
        var answers = new List<string>();
        foreach (var command in commands)
        {
            if (CommandTable.NeedsWrite(command))
            {
                permission ??= await parts.Forge.GetPermissionAsync(comment.Login, cancellationToken);
                if (permission < Permission.Write)
                {
                    return new RequestOutcome(Reaction.Denied, $"{CommandTable.WordOf(command)} is for who may write to the repository.", new Dictionary<string, ReadOnlyMemory<byte>?>());
                }
            }

            var outcome = await OneAsync(pullRequest, comment, command, cancellationToken);
            if (outcome.Reaction != Reaction.Done)
            {
                // One bad line beside a good one: the comment is refused whole.
                return outcome;
            }

            answers.Add(outcome.Answer);
            foreach (var (path, page) in outcome.Pages)
            {
                pages[path] = page;
            }
        }

        return new RequestOutcome(Reaction.Done, string.Join(' ', answers), pages);
    }

    private async Task<RequestOutcome> OneAsync(PullRequest pullRequest, Comment comment, SlashCommand command, CancellationToken cancellationToken)
    {
        switch (command)
        {
            case SlashCommand.Help:
                return RequestOutcome.Done(CommandTable.Help);
            case SlashCommand.Status:
                return RequestOutcome.Done("The status stands above.");
            case SlashCommand.Retry:
                return RequestOutcome.Done("Judged anew.");
            case SlashCommand.Promote promote:
                return Find(promote.Pipeline, promote.Environment) is var (target, why) && target is { } into
                    ? await requests.PromoteAsync(into.Pipeline, into.Environment, promote.What, comment.Login, comment.At, cancellationToken)
                    : RequestOutcome.No(why);
            case SlashCommand.Rollback { Environment: { } named } rollback:
                return RollbackTarget(named, pullRequest) is { } there
                    ? await requests.RollbackAsync(there.Pipeline, there.Environment, rollback.Reason, null, comment.Login, comment.At, cancellationToken)
                    : RequestOutcome.No($"Several pipelines have an environment {named}: comment on a pull request of the one that is meant.");
        }

        // Without a target they work on the bot's own pull requests only.
        if (BranchNames.Read(pullRequest.Head) is not { } branch || Find(branch.Pipeline, branch.Environment) is not ({ } own, _))
        {
            return RequestOutcome.No("This pull request is not the bot's own: say which environment is meant.");
        }

        switch (command)
        {
            case SlashCommand.Hold hold:
                return Requests.Hold(own.Pipeline, own.Environment, hold.Reason, comment.Login, comment.At);
            case SlashCommand.Unhold:
                return await requests.UnholdAsync(
                    own.Pipeline, own.Environment, branch.IsRollback && pullRequest.State == PullRequestState.Open, comment.Login, comment.At, cancellationToken);
            case SlashCommand.Approve:
                return pullRequest.State == PullRequestState.Open && comment.HeadSha == pullRequest.HeadSha
                    ? RequestOutcome.Done($"{comment.Login} approves {comment.HeadSha[..12]}.")
                    : RequestOutcome.No("The pull request has another head since, or is not open any more: look again, and approve again.");
            case SlashCommand.Rollback rollback:
                return await requests.RollbackAsync(own.Pipeline, own.Environment, rollback.Reason, null, comment.Login, comment.At, cancellationToken);
            default:
                return RequestOutcome.No($"{CommandTable.WordOf(command)} is not available yet.");
        }
    }

    private ((Pipeline Pipeline, PromotionEnvironment Environment)? Target, string Why) Find(string pipeline, string environment) =>
        seen.Documents.Pipelines.FirstOrDefault(p => p.Name == pipeline || p.Aliases.Contains(pipeline)) is not { } found
            ? (null, $"There is no pipeline {pipeline}.")
            : found.Environment(environment) is { } into ? ((found, into), "") : (null, $"The pipeline {pipeline} has no environment {environment}.");

    private (Pipeline Pipeline, PromotionEnvironment Environment)? RollbackTarget(string environment, PullRequest pullRequest)
    {
        var having = seen.Documents.Pipelines.Where(p => p.Environment(environment) is not null).ToList();
        var pipeline = BranchNames.Read(pullRequest.Head) is { } own && having.Find(p => p.Name == own.Pipeline) is { } same ? same : having is [var only] ? only : null;
        return pipeline is null ? null : (pipeline, pipeline.Environment(environment)!);
    }
}
