using System.CommandLine;

namespace GitOpsBot.Commands;

/// <summary><c>pr</c>: reviewing on the local forge.</summary>
internal static class PullRequestCommands
{
    /// <summary>The group.</summary>
    public static Command Group(Terminal terminal, BotActions actions)
    {
        var number = new Argument<int>("NUMBER") { Description = "The pull request's number." };
        number.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (!int.TryParse(text, out var n) || n < 1))
            {
                result.AddError("NUMBER is not the number of a pull request: expected a whole number from 1");
            }
        });
        var text = new Argument<string>("TEXT") { Description = "The comment; slash commands count." };

        var list = new Command("list", "Lists the pull requests.");
        Does(list, terminal, actions, async (session, _, request, token) => session.Actions.ListPullRequests is { } act
            ? session.Say(await act(request, token), ReportJson.Of, new ReportText(session.Terminal).Print, _ => 0)
            : session.NotAvailable("pr list"));
        var show = new Command("show", "Shows one pull request with its conversation.") { number };
        Does(show, terminal, actions, async (session, parsed, request, token) => session.Actions.ShowPullRequest is { } act
            ? session.Say(await act(request, parsed.GetValue(number), token), ReportJson.Of, new ReportText(session.Terminal).Print, _ => 0)
            : session.NotAvailable("pr show"));
        var comment = new Command("comment", "Writes a comment.") { number, text };
        Does(comment, terminal, actions, async (session, parsed, request, token) => session.Actions.CommentPullRequest is { } act
            ? session.Say(await act(request, parsed.GetValue(number), parsed.GetValue(text)!, token))
            : session.NotAvailable("pr comment"));
        var approve = new Command("approve", "Approves the pull request as it is now.") { number };
        Does(approve, terminal, actions, async (session, parsed, request, token) => session.Actions.ApprovePullRequest is { } act
            ? session.Say(await act(request, parsed.GetValue(number), token))
            : session.NotAvailable("pr approve"));
        var merge = new Command("merge", "Judges again and merges when every gate has passed.") { number };
        Does(merge, terminal, actions, async (session, parsed, request, token) => session.Actions.MergePullRequest is { } act
            ? session.Say(await act(request, parsed.GetValue(number), token))
            : session.NotAvailable("pr merge"));
        return new Command("pr", "Reviews pull requests on the local forge.") { list, show, comment, approve, merge };
    }

    private static void Does(Command command, Terminal terminal, BotActions actions, Func<Session, ParseResult, PullRequestRequest, CancellationToken, Task<int>> act)
    {
        var repository = GlobalOptions.Repository();
        var login = Login.Option();
        command.Add(repository);
        command.Add(login);
        command.Does(terminal, actions, (session, parsed, token) => session.WithSettingsAsync(true, async settings =>
            Session.Choose(settings, parsed.GetValue(repository), out var sentence) is { } chosen
                ? await act(session, parsed, new PullRequestRequest(settings, chosen, parsed.GetValue(login)!, session.Logs), token)
                : session.Refuse(2, sentence)));
    }
}
