using System.Globalization;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Promotions.Commands;

/// <summary>
/// Reads the slash commands of a comment (SPEC section 6). Written by anyone: bounded, and a comment with one wrong command is refused whole,
/// because half of what somebody meant may be the opposite of it. Who may command is asked elsewhere.
/// </summary>
public static class CommandParser
{
    /// <summary>UTF-16 characters of a comment: what GitHub takes.</summary>
    public const int LongestComment = 65_536;

    /// <summary>Commands of a comment; no person needs as many.</summary>
    public const int MostCommands = 20;

    /// <summary>Characters of a reason: it stands on one line of a commit message.</summary>
    public const int LongestReason = 500;

    /// <summary>Reads a comment.</summary>
    /// <param name="comment">Its text.</param>
    /// <param name="environments">Names of environments, to tell one from the first word of a reason.</param>
    /// <param name="botWord">The word after which every command is the bot's: <c>/bot retry</c>.</param>
    public static ParsedComment Parse(string comment, IReadOnlyCollection<string> environments, string botWord = "bot")
    {
        if (comment.Length > LongestComment)
        {
            return new ParsedComment.Refused(string.Create(
                CultureInfo.InvariantCulture, $"The comment has {comment.Length} characters; at most {LongestComment} are read."));
        }

        var found = new List<WrittenCommand>();
        foreach (var (number, line) in CommandLines.Of(comment))
        {
            var words = line[1..].Split([' ', '\t']);
            var isOurs = words[0].Equals(botWord, StringComparison.OrdinalIgnoreCase);
            words = [.. words[..1], .. words[1..].Where(w => w.Length > 0)];
            words = isOurs ? words[1..] : words;
            if (words.Length == 0)
            {
                return Refuse(number, $"'/{botWord}' alone asks for nothing; /{botWord} help lists the commands");
            }

            var word = words[0].ToLowerInvariant();
            if (!CommandTable.IsKnown(word))
            {
                if (isOurs)
                {
                    return Refuse(number, $"'{Shown(words[0])}' is not a command; /{botWord} help lists them");
                }

                continue;
            }

            if (found.Count == MostCommands)
            {
                return Refuse(number, string.Create(CultureInfo.InvariantCulture, $"a comment may hold at most {MostCommands} commands"));
            }

            var (command, problem) = One(word, words[1..], environments);
            if (command is null)
            {
                return Refuse(number, problem ?? $"/{word} was not understood; expected {CommandTable.UsageOf(word)}");
            }

            found.Add(new WrittenCommand(number, command));
        }

        // Whoever says both wants it to stop.
        return new ParsedComment.Commands(found.Exists(w => w.Command is SlashCommand.Hold) ? [.. found.Where(w => w.Command is not SlashCommand.Unhold)] : found);
    }

    private static (SlashCommand? Command, string? Problem) One(string word, string[] rest, IReadOnlyCollection<string> environments)
    {
        switch (word, rest)
        {
            case ("help", []):
                return (new SlashCommand.Help(), null);
            case ("status", []):
                return (new SlashCommand.Status(), null);
            case ("retry", []):
                return (new SlashCommand.Retry(), null);
            case ("unhold", []):
                return (new SlashCommand.Unhold(), null);
            case ("approve", []):
                return (new SlashCommand.Approve(), null);
            case ("hold", []):
                return (new SlashCommand.Hold(null), null);
            case ("hold", _):
                return Reason(rest) is { } held ? (new SlashCommand.Hold(held), null) : (null, ReasonProblem(word));
            case ("promote", [var pipeline, var to, var into]) when IsTo(to) && IsName(pipeline) && IsName(into):
                return (new SlashCommand.Promote(pipeline, null, into), null);
            case ("promote", [var pipeline, var what, var to, var into])
                when IsTo(to) && IsName(pipeline) && IsName(into) && (ImageReference.IsTag(what) || Digest.TryParse(what, out _)):
                return (new SlashCommand.Promote(pipeline, what, into), null);
            case ("rollback", [var first]) when Named(first, environments) is { } alone:
                // "/rollback prod" below a promotion to staging must not roll back staging for the reason "prod".
                return (null, $"/rollback {alone} lacks a reason; expected {CommandTable.UsageOf(word)}");
            case ("rollback", [var first, _, ..]) when Named(first, environments) is { } environment:
                return Reason(rest[1..]) is { } why ? (new SlashCommand.Rollback(environment, why), null) : (null, ReasonProblem(word));
            case ("rollback", [_, ..]):
                return Reason(rest) is { } said ? (new SlashCommand.Rollback(null, said), null) : (null, ReasonProblem(word));
            case ("freeze", [var frozen, ..]):
                return Freeze(frozen, rest[1..], environments);
            case ("unfreeze", [var frozen]):
                return Frozen(frozen, environments) is { } lifted ? (new SlashCommand.Unfreeze(lifted), null) : (null, $"there is no environment '{Shown(frozen)}' to unfreeze");
            case ("override", [var alone]) when IsGate(alone):
                return (null, $"/override {Shown(alone)} lacks a reason; expected {CommandTable.UsageOf(word)}");
            case ("override", [var gate, _, ..]) when IsGate(gate):
                return Reason(rest[1..]) is { } because ? (new SlashCommand.Override(gate.ToLowerInvariant(), because), null) : (null, ReasonProblem(word));
            default:
                return (null, null);
        }
    }

    private static (SlashCommand? Command, string? Problem) Freeze(string written, string[] rest, IReadOnlyCollection<string> environments)
    {
        if (Frozen(written, environments) is not { } environment)
        {
            return (null, $"there is no environment '{Shown(written)}' to freeze");
        }

        DateTimeOffset? until = null;
        if (rest is [var word, ..] && word.Equals("until", StringComparison.OrdinalIgnoreCase))
        {
            until = rest.Length > 1 ? Documents.Shapes.ParseInstant(rest[1]) : null;
            if (until is null)
            {
                return (null, "after 'until' a time was expected, such as 2026-12-31T00:00:00Z, or a date");
            }

            rest = rest[2..];
        }

        return Reason(rest) is { } reason ? (new SlashCommand.Freeze(environment, until, reason), null) : (null, ReasonProblem("freeze"));
    }

    private static string? Frozen(string word, IReadOnlyCollection<string> environments) =>
        word.Equals(Environments.Freeze.Everything, StringComparison.OrdinalIgnoreCase) ? Environments.Freeze.Everything : Named(word, environments);

    // One line for terminals and commits: control characters, line separators and the controls of direction are no part of a reason.
    private static string? Reason(string[] words)
    {
        var line = string.Concat(string.Join(' ', words).Select(c => IsUnseen(c) ? ' ' : c));
        line = string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return line.Length is > 0 and <= LongestReason ? line : null;
    }

    private static bool IsUnseen(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u061c' or '\u200e' or '\u200f'
        or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200b' or '\ufeff';

    private static string ReasonProblem(string word) =>
        string.Create(CultureInfo.InvariantCulture, $"the reason of /{word} must have 1 to {LongestReason} characters that can be seen");

    private static string? Named(string word, IReadOnlyCollection<string> environments) =>
        environments.FirstOrDefault(e => e.Equals(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsTo(string word) => word.Equals("to", StringComparison.OrdinalIgnoreCase);

    // As documents name things; anything else names nothing that exists.
    private static bool IsName(string word) => word.Length is > 0 and <= 63 && word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    // A required gate whose name is taken is called POLICY/GATE.
    private static bool IsGate(string word) => word.Split('/') is { Length: 1 or 2 } parts && parts.All(p => IsName(p.ToLowerInvariant()));

    private static ParsedComment.Refused Refuse(int line, string sentence) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Line {line}: {sentence}."));

    private static string Shown(string word) => word.Length > 40 ? word[..40] + "…" : word;
}
