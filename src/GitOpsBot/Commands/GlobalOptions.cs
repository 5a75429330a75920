using System.CommandLine;
using Serilog.Events;

namespace GitOpsBot.Commands;

/// <summary>Options that every command has.</summary>
internal static class GlobalOptions
{
    /// <summary>The settings file.</summary>
    public static Option<string> Config { get; } = new("--config") { Description = "The bot's settings file.", DefaultValueFactory = _ => "gitopsbot.yaml", HelpName = "FILE", Recursive = true };

    /// <summary>Text for people or one JSON document.</summary>
    public static Option<string> Output { get; } = OneOf("--output", "Text for people, or one JSON document on standard output.", "text", "text", "json");

    /// <summary>How the log looks.</summary>
    public static Option<string> LogFormat { get; } = OneOf("--log-format", "The log on standard error, for people or one JSON object a line.", "text", "text", "json");

    /// <summary>How much is logged.</summary>
    public static Option<string> LogLevel { get; } = OneOf("--log-level", "What is logged [default: information for run, else warning].", null, "debug", "information", "warning", "error");

    /// <summary>Chooses among several repositories.</summary>
    public static Option<string?> Repository() => new("--repository") { Description = "The repository, by its name in the settings.", HelpName = "NAME" };

    /// <summary>The level asked for, or the command's own.</summary>
    public static LogEventLevel Level(ParseResult parsed, LogEventLevel otherwise) => parsed.GetValue(LogLevel) is { } word ? Enum.Parse<LogEventLevel>(word, ignoreCase: true) : otherwise;

    /// <summary>Whether nobody said how much is logged.</summary>
    public static bool IsLevelOurs(ParseResult parsed) => parsed.GetValue(LogLevel) is null;

    private static Option<string> OneOf(string name, string description, string? standard, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, Recursive = true };
        if (standard is not null)
        {
            option.DefaultValueFactory = _ => standard;
        }

        option.AcceptOnlyFromAmong(words);
        return option;
    }
}
