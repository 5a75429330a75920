using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions.Commands;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Answers slash commands. A comment is handled once: what it brings about and that it was handled are one commit of the bot's book, so that a
/// crash, a repeat or a second bot changes nothing; <see cref="AnswerBoard"/> shows the answers from the book afterwards. Permission is asked of
/// the forge at that moment, for that person.
/// </summary>
internal sealed class CommandDesk(RepositoryParts parts, Snapshot seen)
{
    // Who approves within this time of a change of the head may have looked at the old one (SPEC section 6 counts approvals by head).
    private static readonly TimeSpan TimeToLook = TimeSpan.FromMinutes(1);

    private readonly Requests requests = new(seen);
    private readonly OverrideRequests overrides = new(seen);

    /// <summary>Handles new comments; true when anything was asked for.</summary>
    public async Task<bool> AnswerAsync(CancellationToken cancellationToken)
    {
        var comments = await parts.Forge.ListCommentsAsync(parts.Comments.Since(seen.State.NewestHandled, seen.Now), cancellationToken);
        var any = false;
        foreach (var comment in comments)
        {
            if (comment.IsOwn)
            {
                await RemoveTwinAsync(comment, cancellationToken);
            }

            if (comment.IsByBot || comment.IsEdited || seen.State.Handled(comment.PullRequest, comment.Id) is not null)
            {
                continue;
            }

            var parsed = CommandParser.Parse(comment.Text, seen.Named);
            if (parsed is ParsedComment.Commands { All.Count: 0 })
            {
                continue;
            }

            parts.Steps.Reach("show that it is seen");
            await parts.Forge.ReactAsync(comment.PullRequest, comment.Id, Reaction.Seen, cancellationToken);
            var (outcome, approved) = parsed is ParsedComment.Commands understood
                ? await HandleAsync(comment, understood.All, cancellationToken)
                : (RequestOutcome.No(((ParsedComment.Refused)parsed).Reason), null);
            await RememberAsync(comment, outcome, approved, cancellationToken);
            any = true;
        }

        if (comments.Count > 0)
        {
            // Only now: what made this throw is read again.
            parts.Comments.Reach(comments.Max(c => c.At));
        }

        return any;
    }

    // Two bots may begin the one comment of a pull request in the same moment; that the later one is removed, a crash can prevent.
    private async Task RemoveTwinAsync(Comment own, CancellationToken cancellationToken)
    {
        if (own.Text.Contains(StatusComment.Marker, StringComparison.Ordinal) && seen.State.ShownIn(own.PullRequest)?.Comment is { } kept && kept != own.Id
            && await parts.Forge.FindCommentAsync(own.PullRequest, kept, cancellationToken) is not null)
        {
            await parts.Forge.RemoveCommentAsync(own.PullRequest, own.Id, cancellationToken);
        }
    }

    private Task RememberAsync(Comment comment, RequestOutcome outcome, string? approved, CancellationToken cancellationToken)
    {
        var handled = new HandledComment(outcome.Answer, outcome.Reaction, approved, comment.Login, comment.At);
        return parts.Book.ChangeAsync(
            $"Answer comment {comment.Id} of {Inert.Word(comment.Login)}", seen.Now,
            book => book.Handled(comment.PullRequest, comment.Id) is not null
                ? new Dictionary<string, ReadOnlyMemory<byte>?>()
                : new Dictionary<string, ReadOnlyMemory<byte>?>(outcome.Pages, StringComparer.Ordinal)
                {
                    [BotState.CommentPath(comment.PullRequest, comment.Id)] = StateBook.Page(handled, BotStateJson.Default.HandledComment),
                    [BotState.NewestPath] = StateBook.Page(new NewestComment(book.NewestHandled > comment.At ? book.NewestHandled.Value : comment.At), BotStateJson.Default.NewestComment),
                }, cancellationToken);
    }

    // All or nothing: the first command that may not or cannot be done refuses the whole comment.
    private async Task<(RequestOutcome Outcome, string? Approved)> HandleAsync(Comment comment, IReadOnlyList<SlashCommand> commands, CancellationToken cancellationToken)
    {
        var pullRequest = seen.PullRequests.FirstOrDefault(p => p.Number == comment.PullRequest) ?? await parts.Forge.FindAsync(comment.PullRequest, cancellationToken);
        var pages = new Dictionary<string, ReadOnlyMemory<byte>?>(StringComparer.Ordinal);
        var answers = new List<string>();
        string? approved = null;
        foreach (var command in commands)
        {
            var word = CommandTable.WordOf(command)[1..];
            var (target, why) = Target(command, pullRequest);
            var about = command switch
            {
                SlashCommand.Freeze freeze => freeze.Environment,
                SlashCommand.Unfreeze unfreeze => unfreeze.Environment,
                SlashCommand.Promote promote => promote.Environment,
                _ => target?.Environment.Name,
            };
            if (!await seen.Access.MayAsync(comment.Login, word, about, cancellationToken))
            {
                var where = about is null ? "" : $" in {about}";
                return (new RequestOutcome(
                    Reaction.Denied, $"{comment.Login} may not use /{word}{where}: {seen.Access.Says(word, about)} may.", new Dictionary<string, ReadOnlyMemory<byte>?>()), null);
            }

            var outcome = command switch
            {
                SlashCommand.Help => RequestOutcome.Done(await HelpAsync(comment.Login, pullRequest, cancellationToken)),
                SlashCommand.Status => RequestOutcome.Done("The status stands above."),
                SlashCommand.Retry => RequestOutcome.Done("Judged anew."),
                SlashCommand.Freeze freeze => FreezeRequests.Freeze(freeze.Environment, freeze.Until, freeze.Reason, comment.Login, comment.At),
                SlashCommand.Unfreeze unfreeze => FreezeRequests.Unfreeze(unfreeze.Environment, seen.State, seen.Documents.Freezes, comment.At),
                _ when target is null => RequestOutcome.No(why),
                SlashCommand.Approve or SlashCommand.Override when WhyNotLookedAt(comment, pullRequest!, word) is { } early => RequestOutcome.No(early),
                SlashCommand.Approve => Approve(comment, pullRequest!, ref approved),
                SlashCommand.Override named => await overrides.OverrideAsync(comment, pullRequest!, target.Value.Pipeline, target.Value.Environment, named.Gate, named.Reason, cancellationToken),
                _ => await OneAsync(comment, command, target.Value.Pipeline, target.Value.Environment, pullRequest, cancellationToken),
            };
            if (outcome.Reaction != Reaction.Done)
            {
                return (outcome, null);
            }

            answers.Add(outcome.Answer);
            foreach (var (path, page) in outcome.Pages)
            {
                pages[path] = page;
            }
        }

        return (new RequestOutcome(Reaction.Done, string.Join(' ', answers), pages), approved);
    }

    private async Task<RequestOutcome> OneAsync(
        Comment comment, SlashCommand command, Pipeline pipeline, PromotionEnvironment environment, PullRequest? pullRequest, CancellationToken cancellationToken) => command switch
    {
        SlashCommand.Promote promote => await requests.PromoteAsync(pipeline, environment, promote.What, comment.Login, comment.At, cancellationToken),
        SlashCommand.Rollback rollback => await requests.RollbackAsync(pipeline, environment, rollback.Reason, null, comment.Login, comment.At, cancellationToken),
        SlashCommand.Hold hold => Requests.Hold(pipeline, environment, hold.Reason, comment.Login, comment.At),
        SlashCommand.Unhold => await requests.UnholdAsync(
            pipeline, environment, pullRequest is { State: PullRequestState.Open } && BranchNames.Read(pullRequest.Head)?.IsRollback == true, comment.Login, comment.At, cancellationToken),
        _ => RequestOutcome.No($"{CommandTable.WordOf(command)} is not available yet."),
    };

    // What is about one very promotion is said by who has seen it.
    private string? WhyNotLookedAt(Comment comment, PullRequest pullRequest, string word)
    {
        var head = pullRequest.HeadSha;
        if (pullRequest.State != PullRequestState.Open || (comment.HeadSha is { } seenHead && seenHead != head))
        {
            return $"The pull request has another head since, or is not open any more: look again, and {word} again.";
        }

        return comment.HeadSha is null && (!parts.Git.HasCommit(head) || comment.At < parts.Git.ReadCommit(head).CommitterTime + TimeToLook)
            ? $"The head {head[..12]} had come less than a minute before: look at it, and comment /{word} again." : null;
    }

    private static RequestOutcome Approve(Comment comment, PullRequest pullRequest, ref string? approved)
    {
        approved = pullRequest.HeadSha;
        return RequestOutcome.Done($"{comment.Login} approves {approved[..12]}.");
    }

    private async Task<string> HelpAsync(string login, PullRequest? pullRequest, CancellationToken cancellationToken)
    {
        var environment = pullRequest is null ? null : BranchNames.Read(pullRequest.Head)?.Environment;
        var may = new List<string>();
        foreach (var help in CommandTable.All)
        {
            if (await seen.Access.MayAsync(login, help.Word, environment, cancellationToken))
            {
                may.Add($"{help.Usage}: {help.Meaning}");
            }
        }

        return $"{login} may use{(environment is null ? "" : $" in {environment}")} {string.Join("; ", may)}.";
    }

    // What a command is about: what it names, else what the pull request is about.
    private ((Pipeline Pipeline, PromotionEnvironment Environment)? Target, string Why) Target(SlashCommand command, PullRequest? pullRequest)
    {
        switch (command)
        {
            case SlashCommand.Promote promote:
                return Find(promote.Pipeline, promote.Environment);
            case SlashCommand.Rollback { Environment: { } named }:
                return RollbackTarget(named, pullRequest) is { } there
                    ? (there, "")
                    : (null, seen.Documents.Pipelines.SelectMany(p => p.Waves).FirstOrDefault(w => w.Key == named).Value is { } members
                        ? $"{named} is promoted in waves: name the member that is meant ({string.Join(", ", members)})."
                        : $"Several pipelines have an environment {named}: comment on a pull request of the one that is meant.");
            default:
                return pullRequest is not null && BranchNames.Read(pullRequest.Head) is { } branch && Find(branch.Pipeline, branch.Environment) is { Target: { } own }
                    ? (own, "")
                    : (null, "This pull request is not the bot's own: say which environment is meant.");
        }
    }

    private ((Pipeline Pipeline, PromotionEnvironment Environment)? Target, string Why) Find(string pipeline, string environment) =>
        seen.Documents.Pipelines.FirstOrDefault(p => p.Name == pipeline || p.Aliases.Contains(pipeline)) is not { } found
            ? (null, $"There is no pipeline {pipeline}.")
            : found.Environment(environment) is { } into ? ((found, into), "") : (null, $"The pipeline {pipeline} has no environment {environment}.");

    private (Pipeline Pipeline, PromotionEnvironment Environment)? RollbackTarget(string environment, PullRequest? pullRequest)
    {
        var having = seen.Documents.Pipelines.Where(p => p.Environment(environment) is not null).ToList();
        var pipeline = pullRequest is not null && BranchNames.Read(pullRequest.Head) is { } own && having.Find(p => p.Name == own.Pipeline) is { } same ? same : having is [var only] ? only : null;
        return pipeline is null ? null : (pipeline, pipeline.Environment(environment)!);
    }
}
