using System.CommandLine;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Commands;

/// <summary><c>promote</c>, <c>rollback</c>, <c>hold</c>, <c>unhold</c>: what the slash commands do, for the terminal.</summary>
internal static class AskCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(Terminal terminal, BotActions actions)
    {
        var pipeline = new Argument<string>("PIPELINE") { Description = "The pipeline." };
        var environment = new Argument<string>("ENVIRONMENT") { Description = "The environment." };
        var what = new Argument<string>("VERSION|DIGEST") { Description = "What to promote: its version, or sha256:…" };
        var to = new Argument<string>("to") { Description = "The word 'to'." };
        to.AcceptOnlyFromAmong("to");
        var promote = new Command("promote", "Promotes a version or digest by name; gates still count.") { pipeline, what, to, environment };
        Asks(promote, terminal, actions, parsed => Wrong(parsed.GetValue(what)!) is { } sentence
            ? new Answer<Ask>.Wrong(sentence)
            : new Answer<Ask>.Done(new Ask.Promote(parsed.GetValue(pipeline)!, parsed.GetValue(what)!, parsed.GetValue(environment)!)));

        var reason = new Argument<string[]>("REASON") { Description = "Why, for those who read it later.", Arity = ArgumentArity.OneOrMore };
        var ofPipeline = new Option<string?>("--pipeline") { Description = "The pipeline, when several have the environment.", HelpName = "NAME" };
        var target = new Option<string?>("--to") { Description = "The digest to go back to; without it, what stood there before.", HelpName = "DIGEST" };
        var rollback = new Command("rollback", "Puts back what stood in an environment before.") { environment, reason, ofPipeline, target };
        Asks(rollback, terminal, actions, parsed =>
        {
            Digest? digest = null;
            return parsed.GetValue(target) is { } text && !Digest.TryParse(text, out digest)
                ? new Answer<Ask>.Wrong($"{Shown.Quoted(text)} is not a digest: expected sha256: and 64 lower-case hexadecimal digits.")
                : new Answer<Ask>.Done(new Ask.Rollback(parsed.GetValue(environment)!, Joined(parsed.GetValue(reason))!, parsed.GetValue(ofPipeline), digest));
        });

        var maybe = new Argument<string[]>("REASON") { Description = "Why.", Arity = ArgumentArity.ZeroOrMore };
        var hold = new Command("hold", "Stops promotions of a pipeline into an environment.") { pipeline, environment, maybe };
        Asks(hold, terminal, actions, parsed => new Answer<Ask>.Done(new Ask.Hold(parsed.GetValue(pipeline)!, parsed.GetValue(environment)!, Joined(parsed.GetValue(maybe)))));
        var unhold = new Command("unhold", "Lifts a hold, or what followed a rollback.") { pipeline, environment, maybe };
        Asks(unhold, terminal, actions, parsed => new Answer<Ask>.Done(new Ask.Unhold(parsed.GetValue(pipeline)!, parsed.GetValue(environment)!, Joined(parsed.GetValue(maybe)))));
        return [promote, rollback, hold, unhold];
    }

    /// <summary>Lets a command ask for what it reads from its arguments.</summary>
    internal static void Asks(Command command, Terminal terminal, BotActions actions, Func<ParseResult, Answer<Ask>> read)
    {
        var repository = GlobalOptions.Repository();
        var login = Login.Option();
        command.Add(repository);
        command.Add(login);
        command.Does(terminal, actions, (session, parsed, token) => session.WithSettingsAsync(true, async settings =>
        {
            if (read(parsed) is not Answer<Ask>.Done { Report: var ask })
            {
                return session.Refuse(2, ((Answer<Ask>.Wrong)read(parsed)).Problems);
            }

            if (Session.Choose(settings, parsed.GetValue(repository), out var sentence) is not { } chosen)
            {
                return session.Refuse(2, sentence);
            }

            return session.Actions.Ask is { } action
                ? session.Say(await action(new AskRequest(settings, chosen, parsed.GetValue(login)!, ask, session.Logs), token))
                : session.NotAvailable(command.Name);
        }));
    }

    // What begins like a digest and is none is a slip of the hand, not a version.
    private static string? Wrong(string what) => what.StartsWith("sha256:", StringComparison.Ordinal) && !Digest.TryParse(what, out _)
        ? $"{Shown.Quoted(what)} is not a digest: expected sha256: and 64 lower-case hexadecimal digits." : null;

    private static string? Joined(string[]? words) => words is { Length: > 0 } ? string.Join(' ', words) : null;
}
