using System.CommandLine;

namespace GitOpsBot.Commands;

/// <summary><c>policy</c>: what helps to write policies. A further command is one line in <see cref="Group"/>.</summary>
internal static class PolicyCommands
{
    /// <summary>The group.</summary>
    public static Command Group(Terminal terminal, BotActions actions) => new("policy", "Helps to write policies.")
    {
        PolicyTestCommand.Test(terminal, actions),
    };
}
