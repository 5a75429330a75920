using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using GitOpsBot.Core.Documents;
using GitOpsBot.Forge;
using GitOpsBot.Git;
using GitOpsBot.Registry;
using Serilog.Events;

namespace GitOpsBot.Commands;

/// <summary>
/// The program's commands (SPEC section 4). Exit status: 0 done, 1 the answer is no or something failed, 2 wrong use or wrong configuration.
/// Whatever happens, people get a sentence and no stack trace; details go to the log at debug.
/// </summary>
internal static partial class CommandLine
{
    /// <summary>Runs one command line.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, BotActions actions, CancellationToken cancellationToken)
    {
        var root = Root(terminal, actions);
        // Files that hold more arguments ("@file") would let a value such as a login be read from anywhere.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not (Help or HelpAction))
        {
            var words = parsed.CommandResult.Command == root ? "" : Path(parsed) + " ";
            return Session.Refuse(terminal, WantsJson(arguments), 2, [new Problem("", 0, 0, $"{WhatIsWrong(parsed, root)} See 'gitopsbot {words}--help'.")]);
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
    }

    /// <summary>Lets a command run in a session, and turns what escapes it into a sentence.</summary>
    internal static void Does(this Command command, Terminal terminal, BotActions actions, Func<Session, ParseResult, CancellationToken, Task<int>> act, LogEventLevel level = LogEventLevel.Warning) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = new Session(parsed, terminal, actions, level);
            try
            {
                return await act(session, parsed, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return session.Refuse(1, "Stopped.");
            }
            catch (Exception e) when (e is RegistryException or GitException or ForgeException or IOException or UnauthorizedAccessException)
            {
                Log.Failed(session.Logs.CreateLogger("GitOpsBot"), command.Name, e);
                return session.Refuse(1, e.Message);
            }
            catch (Exception e)
            {
                Log.Failed(session.Logs.CreateLogger("GitOpsBot"), command.Name, e);
                return session.Refuse(1, $"Something unexpected went wrong ({e.GetType().Name}); '--log-level debug' shows the details.");
            }
        });

    private static RootCommand Root(Terminal terminal, BotActions actions)
    {
        var root = new RootCommand("GitOpsBot promotes container images from environment to environment by digest, when the policy is met, by pull request.");
        root.Add(GlobalOptions.Config);
        root.Add(GlobalOptions.Output);
        root.Add(GlobalOptions.LogFormat);
        root.Add(GlobalOptions.LogLevel);
        Command[] commands =
        [
            .. WorkCommands.All(terminal, actions), .. JudgementCommands.All(terminal, actions), .. ConfigurationCommands.All(terminal, actions),
            .. AskCommands.All(terminal, actions), .. FreezeCommands.All(terminal, actions), PullRequestCommands.Group(terminal, actions), PolicyCommands.Group(terminal, actions), DoctorCommand.Of(terminal, actions),
        ];
        foreach (var command in commands)
        {
            root.Add(command);
        }

        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction inner })
            {
                option.Action = new Help(inner);
            }
        }

        return root;
    }

    // The library says of a mistyped command only that one is missing.
    private static string WhatIsWrong(ParseResult parsed, RootCommand root)
    {
        var command = parsed.CommandResult.Command;
        return parsed.UnmatchedTokens.FirstOrDefault() switch
        {
            ['-', ..] and var option => $"There is no option {Shown.Quoted(option)}.{Meant(option, command.Options.Concat(root.Options).Select(o => o.Name))}",
            { } word when command.Subcommands.Count > 0 => $"There is no command {Shown.Quoted(word)}.{Meant(word, command.Subcommands.Select(c => c.Name))}",
            _ => string.Join(' ', parsed.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.') + ".",
        };
    }

    // All of them are what --help is for.
    private static string Meant(string word, IEnumerable<string> known) => NearestName.Of(word, known) is { } near ? $" Did you mean '{near}'?" : "";

    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (System.CommandLine.Parsing.SymbolResult? at = parsed.CommandResult; at is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } c; at = at.Parent)
        {
            names.Insert(0, c.Command.Name);
        }

        return string.Join(' ', names);
    }

    private static bool WantsJson(IReadOnlyList<string> arguments) => arguments.Index().Any(a =>
        a.Item is "--output=json" or "--output:json" || (a.Item == "--output" && arguments.ElementAtOrDefault(a.Index + 1) == "json"));

    /// <summary>The usual help, and examples below it.</summary>
    private sealed class Help(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            inner.Invoke(parseResult);
            var examples = Examples.Of(Path(parseResult));
            if (examples.Count > 0)
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var example in examples)
                {
                    output.WriteLine("  " + example);
                }

                output.WriteLine();
            }

            return 0;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Command} failed.")]
        public static partial void Failed(ILogger logger, string command, Exception e);
    }
}
