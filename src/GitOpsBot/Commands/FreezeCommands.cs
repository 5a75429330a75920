using System.CommandLine;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Commands;

/// <summary><c>freeze ENVIRONMENT|all [until TIME] REASON</c> and <c>unfreeze ENVIRONMENT|all</c>.</summary>
internal static class FreezeCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(Terminal terminal, BotActions actions)
    {
        var environment = new Argument<string>("ENVIRONMENT|all") { Description = "The environment of every pipeline, or all." };
        var words = new Argument<string[]>("[until TIME] REASON") { Description = "Until when, as 2026-12-31T00:00:00Z or a date, and why.", Arity = ArgumentArity.OneOrMore };
        var freeze = new Command("freeze", "Stops every promotion into an environment, or into all; rollbacks go on.") { environment, words };
        AskCommands.Asks(freeze, terminal, actions, parsed =>
        {
            var said = parsed.GetValue(words)!;
            DateTimeOffset? until = null;
            if (said is ["until", var time, ..])
            {
                until = Shapes.ParseInstant(time);
                if (until is null)
                {
                    return new Answer<Ask>.Wrong($"{Shown.Quoted(time)} is not a time: expected one such as 2026-12-31T00:00:00Z, or a date.");
                }

                said = said[2..];
            }

            return said.Length == 0
                ? new Answer<Ask>.Wrong("A freeze needs a reason, for those who wait.")
                : new Answer<Ask>.Done(new Ask.Freeze(parsed.GetValue(environment)!, until, string.Join(' ', said)));
        });

        var unfreeze = new Command("unfreeze", "Lifts a freeze.") { environment };
        AskCommands.Asks(unfreeze, terminal, actions, parsed => new Answer<Ask>.Done(new Ask.Unfreeze(parsed.GetValue(environment)!)));
        return [freeze, unfreeze];
    }
}
