namespace GitOpsBot.Core.Promotions.Commands;

/// <summary>One command as people read it.</summary>
/// <param name="Word">The word after the slash.</param>
/// <param name="Usage">How it is written.</param>
/// <param name="Meaning">One line.</param>
/// <param name="NeedsWrite">Whether it is for those who may write to the repository, rather than for everyone who may read.</param>
public sealed record CommandHelp(string Word, string Usage, string Meaning, bool NeedsWrite);

/// <summary>The list that <c>/help</c> prints, and that permissions are checked by.</summary>
public static class CommandTable
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<CommandHelp> All { get; } =
    [
        new("help", "/help", "this list", false),
        new("status", "/status", "why not yet", false),
        new("retry", "/retry", "judge it anew, now", true),
        new("hold", "/hold [REASON]", "nothing moves here until /unhold", true),
        new("unhold", "/unhold", "lift a hold, or the pause after a rollback", true),
        new("approve", "/approve", "approve this very promotion", true),
        new("promote", "/promote PIPELINE [VERSION|DIGEST] to ENVIRONMENT", "ask for it by name; its gates are judged as always", true),
        new("rollback", "/rollback [ENVIRONMENT] REASON", "put back what stood there before", true),
        new("override", "/override GATE REASON", "in an emergency, let this promotion pass a gate that says overridable; who may and how many must agree, the documents say", true),
        new("freeze", "/freeze ENVIRONMENT|all [until TIME] REASON", "nothing is promoted there, by any pipeline; rollbacks go on", true),
        new("unfreeze", "/unfreeze ENVIRONMENT|all", "lift a freeze", true),
    ];

    /// <summary>All words of the format.</summary>
    public static IReadOnlyList<string> Words => [.. All.Select(c => c.Word)];

    /// <summary>The whole list as one text.</summary>
    public static string Help { get; } = string.Join("; ", All.Select(c => $"{c.Usage}: {c.Meaning}")) + ".";

    /// <summary>Whether a word belongs to the format.</summary>
    public static bool IsKnown(string word) => All.Any(c => c.Word == word);

    /// <summary>Whether a command is for those who may write to the repository.</summary>
    /// <returns>True for what is not in the list: nothing is open to everyone by omission.</returns>
    public static bool NeedsWrite(SlashCommand command) => All.FirstOrDefault(c => "/" + c.Word == WordOf(command))?.NeedsWrite ?? true;

    /// <summary>A command's word with its slash.</summary>
    public static string WordOf(SlashCommand command) => "/" + command.GetType().Name.ToLowerInvariant();

    /// <summary>How a word is used; null when it is not in the list.</summary>
    public static string? UsageOf(string word) => All.FirstOrDefault(c => c.Word == word)?.Usage;
}
