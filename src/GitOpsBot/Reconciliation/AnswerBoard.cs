using System.Globalization;
using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Shows what became of commands: a reaction to each comment, and the bot's one comment in the pull request, with the status and a line for every
/// answer. What was shown is in the book, so that a pass without news asks the forge for nothing; after a crash it is shown again, which changes
/// nothing that is there already.
/// </summary>
internal sealed class AnswerBoard(RepositoryParts parts, Snapshot seen)
{
    /// <summary>Shows what is new.</summary>
    /// <param name="rows">What the gates of an open pull request answered in this pass, by its number.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ShowAsync(IReadOnlyDictionary<int, IReadOnlyList<GateResult>> rows, CancellationToken cancellationToken)
    {
        // Read anew: this pass has answered, too.
        var book = parts.Book;
        var state = book.Read();
        foreach (var (number, count) in state.AnswerCounts)
        {
            var pull = seen.PullRequests.FirstOrDefault(p => p.Number == number);
            var shown = state.ShownIn(number);
            if (shown?.Count == count && pull is not { State: PullRequestState.Open } && shown.IsOver && shown.FollowUp == state.FollowUpOf(number)?.Sentence)
            {
                continue;
            }

            await ShowAsync(book, state, number, pull, shown, rows.GetValueOrDefault(number), cancellationToken);
        }
    }

    private async Task ShowAsync(
        StateBook book, BotState state, int number, PullRequest? pull, ShownAnswers? shown, IReadOnlyList<GateResult>? rows, CancellationToken cancellationToken)
    {
        var answers = state.AnswersIn(number);
        var isOpen = pull is { State: PullRequestState.Open };
        var status = isOpen ? (await parts.Forge.GetStatusAsync(pull!.HeadSha, cancellationToken))?.Description : null;
        if (isOpen && BranchNames.Read(pull!.Head) is { } of && state.UnmetIn(of.Pipeline, of.Environment) is { } unmet)
        {
            status = $"{status}{(status is null ? "" : " ")}{unmet.Sentence}";
        }

        // What is owed is said where it was overridden, also when that is merged, and where the next promotion waits.
        var owed = isOpen && BranchNames.Read(pull!.Head) is { } place ? state.FollowUpIn(place.Pipeline, place.Environment)?.Sentence : state.FollowUpOf(number)?.Sentence;
        var text = StatusComment.Write(isOpen, status, rows ?? [], [.. answers.Select(a => new AnsweredCommand(a.Comment, a.Answer.By, a.Answer.Answer))], owed);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
        if (shown?.Text == hash && shown.Count == answers.Count)
        {
            return;
        }

        foreach (var (comment, answer) in answers.Skip(shown?.Count ?? 0))
        {
            parts.Steps.Reach("react");
            await parts.Forge.ReactAsync(number, comment, answer.Reaction, cancellationToken);
            parts.Steps.Reach("reacted");
        }

        var own = await WriteAsync(number, shown?.Comment, text, cancellationToken);
        var isTwin = false;
        await book.ChangeAsync(
            string.Create(CultureInfo.InvariantCulture, $"Show the answers in pull request {number}"), seen.Now,
            current =>
            {
                var there = current.ShownIn(number);
                isTwin = there is not null && there != shown && there.Comment != own;
                // When another bot wrote meanwhile, which of the two texts stands there nobody knows: it is written once more.
                var isKnown = there == shown || there?.Text == hash;
                return isTwin ? new Dictionary<string, ReadOnlyMemory<byte>?>() : new Dictionary<string, ReadOnlyMemory<byte>?>
                {
                    [BotState.ShownPath(number)] = StateBook.Page(
                        new ShownAnswers(own, answers.Count, isKnown ? hash : "", !isOpen && isKnown, owed), BotStateJson.Default.ShownAnswers),
                };
            }, cancellationToken);
        if (isTwin)
        {
            // Another bot made the comment in the same moment, and the book names that one. The next pass says there what is said here.
            await parts.Forge.RemoveCommentAsync(number, own, cancellationToken);
        }
    }

    // The comment that says it now: the one that is known, unless a person removed it, else one that a crash left unknown, else a new one.
    private async Task<long> WriteAsync(int number, long? known, string text, CancellationToken cancellationToken)
    {
        parts.Steps.Reach("write comment");
        if (known is not { } own || !await parts.Forge.EditCommentAsync(number, own, text, cancellationToken))
        {
            var found = await parts.Forge.FindOwnCommentAsync(number, StatusComment.Marker, cancellationToken);
            own = found is not null && await parts.Forge.EditCommentAsync(number, found.Id, text, cancellationToken)
                ? found.Id : (await parts.Forge.CommentAsync(number, text, cancellationToken)).Id;
        }

        parts.Steps.Reach("comment written");
        return own;
    }
}
