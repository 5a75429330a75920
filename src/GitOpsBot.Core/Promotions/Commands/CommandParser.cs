using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Promotions.Commands;

/// <summary>Reads the slash commands of a comment. Written by anyone: bounded, and a comment with one wrong command is refused whole.</summary>
public static class CommandParser
{
    // GitHub's own limit for a comment; no person needs as many commands.
    private const int LongestComment = 65_536;
    private const int MostCommands = 20;
    private const int LongestReason = 500;

    /// <summary>Reads a comment.</summary>
    /// <param name="comment">Its text.</param>
    /// <param name="environments">Names of environments, to tell one from the first word of a reason.</param>
    /// <param name="botWord">The word after which every command is the bot's: <c>/bot retry</c>.</param>
    public static ParsedComment Parse(string comment, IReadOnlyCollection<string> environments, string botWord = "bot")
    {
        if (comment.Length > LongestComment)
        {
            return new ParsedComment.Commands([]);
        }

        var found = new List<SlashCommand>();
        foreach (var line in CommandLines.Of(comment))
        {
            var words = line[1..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var isOurs = words is [var first, ..] && !line[1..].StartsWith(' ') && first.Equals(botWord, StringComparison.OrdinalIgnoreCase);
            words = isOurs ? words[1..] : words;
            if (words.Length == 0 || (!isOurs && line.Length > 1 && char.IsWhiteSpace(line[1])))
            {
                if (isOurs)
                {
                    return new ParsedComment.Refused($"/{botWord} alone says nothing; /{botWord} help lists the commands.");
                }

                continue;
            }

            var word = words[0].ToLowerInvariant();
            if (!CommandTable.IsKnown(word))
            {
                if (isOurs)
                {
                    return new ParsedComment.Refused($"'{Shown(words[0])}' is not a command; /{botWord} help lists them.");
                }

                continue;
            }

            if (One(word, words[1..], environments) is not { } command)
            {
                return new ParsedComment.Refused($"/{word} was not understood; expected {CommandTable.UsageOf(word)}.");
            }

            found.Add(command);
            if (found.Count > MostCommands)
            {
                return new ParsedComment.Refused($"A comment may hold at most {MostCommands} commands.");
            }
        }

        // Whoever says both wants it to stop.
        return new ParsedComment.Commands(found.Exists(c => c is SlashCommand.Hold) ? [.. found.Where(c => c is not SlashCommand.Unhold)] : found);
    }

    private static SlashCommand? One(string word, string[] rest, IReadOnlyCollection<string> environments)
    {
        var reason = string.Join(' ', rest);
        if (reason.Length > LongestReason)
        {
            return null;
        }

        return (word, rest) switch
        {
            ("help", []) => new SlashCommand.Help(),
            ("status", []) => new SlashCommand.Status(),
            ("retry", []) => new SlashCommand.Retry(),
            ("hold", _) => new SlashCommand.Hold(rest.Length == 0 ? null : reason),
            ("unhold", []) => new SlashCommand.Unhold(),
            ("approve", []) => new SlashCommand.Approve(),
            ("promote", [var pipeline, var to, var environment]) when IsTo(to) => new SlashCommand.Promote(pipeline, null, environment),
            ("promote", [var pipeline, var what, var to, var environment]) when IsTo(to) && (ImageReference.IsTag(what) || Digest.TryParse(what, out _)) =>
                new SlashCommand.Promote(pipeline, what, environment),
            ("rollback", [var environment, _, ..]) when environments.Contains(environment) => new SlashCommand.Rollback(environment, string.Join(' ', rest[1..])),
            ("rollback", [_, ..]) => new SlashCommand.Rollback(null, reason),
            ("override" or "freeze" or "unfreeze", _) => new SlashCommand.NotBuilt(word),
            _ => null,
        };
    }

    private static bool IsTo(string word) => word.Equals("to", StringComparison.OrdinalIgnoreCase);

    private static string Shown(string word) => word.Length > 40 ? word[..40] + "…" : word;
}
