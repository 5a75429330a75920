using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>
/// Writes a pattern of RE2 (the syntax the specification names) as one of .NET that means the same. Where both read the same characters
/// differently, RE2's meaning counts: <c>$</c> is the very end, <c>\d \w \s</c> are ASCII, a character is a code point. What RE2 does not have is
/// refused. Word boundaries are those of .NET, which knows more letters.
/// </summary>
internal sealed partial class PatternTranslation
{
    private readonly string pattern;
    private readonly StringBuilder made = new();
    private readonly Stack<(bool IsMultiline, bool IsDotAll, int Repeated)> groups = new();
    private bool isMultiline;
    private bool isDotAll;
    private int at;

    // How often the last atom is repeated within itself, and the most of the group so far.
    private int atom = 1;
    private int most = 1;

    private PatternTranslation(string pattern) => this.pattern = pattern;

    /// <summary>The pattern for .NET; null with a phrase when it is refused.</summary>
    public static string? Of(string pattern, out string? error)
    {
        error = null;
        try
        {
            return new PatternTranslation(pattern).All();
        }
        catch (FormatException e)
        {
            error = e.Message;
            return null;
        }
    }

    private string All()
    {
        while (at < pattern.Length)
        {
            Next();
        }

        return groups.Count == 0 ? made.ToString() : throw new FormatException("the pattern has a '(' that is not closed");
    }

    private void Next()
    {
        switch (pattern[at])
        {
            case '\\':
                Escape();
                break;
            case '[':
                Atom(PatternClass.Read(pattern, ref at));
                break;
            case '(':
                Open();
                break;
            case ')':
                at++;
                Close();
                break;
            case '.':
                at++;
                Atom(isDotAll ? PatternClass.Any : PatternClass.AnyButNewline);
                break;
            case '^' or '$':
                made.Append(isMultiline ? $"(?m:{pattern[at]})" : pattern[at] == '^' ? @"\A" : @"\z");
                at++;
                break;
            case '{' or '*' or '+' or '?':
                Repeat();
                break;
            case '|':
                made.Append('|');
                at++;
                break;
            default:
                Atom(PatternClass.Literal(PatternClass.CodePoint(pattern, ref at)));
                break;
        }
    }

    private void Atom(string text)
    {
        made.Append(text);
        atom = 1;
    }

    private void Escape()
    {
        if (string.CompareOrdinal(pattern, at, @"\Q", 0, 2) == 0)
        {
            var end = pattern.IndexOf(@"\E", at, StringComparison.Ordinal) is >= 0 and var found ? found : pattern.Length;
            for (at += 2; at < end;)
            {
                Atom(PatternClass.Literal(PatternClass.CodePoint(pattern, ref at)));
            }

            at = Math.Min(pattern.Length, end + 2);
            return;
        }

        if (at + 1 < pattern.Length && pattern[at + 1] is 'A' or 'z' or 'b' or 'B')
        {
            made.Append(pattern, at, 2);
            at += 2;
            return;
        }

        Atom(PatternClass.ReadEscape(pattern, ref at));
    }

    private void Open()
    {
        groups.Push((isMultiline, isDotAll, most));
        most = 1;
        at++;
        if (at >= pattern.Length || pattern[at] != '?')
        {
            made.Append("(?:");
            return;
        }

        if (GroupName().Match(pattern, at) is { Success: true } name)
        {
            made.Append("(?:");
            at += name.Length;
            return;
        }

        Flags();
    }

    // (?i) changes the rest of the group around it, (?i: one of its own.
    private void Flags()
    {
        var isOn = true;
        var ignoresCase = (bool?)null;
        for (at++; at < pattern.Length && pattern[at] is not (':' or ')'); at++)
        {
            switch (pattern[at])
            {
                case '-': isOn = false; break;
                case 'i': ignoresCase = isOn; break;
                case 'm': isMultiline = isOn; break;
                case 's': isDotAll = isOn; break;
                // Which of several matches is found makes no difference to whether there is one.
                case 'U': break;
                default: throw new FormatException($"the pattern has a group {Shown.Quoted("(?" + pattern[at])}, which RE2 does not know");
            }
        }

        var flag = ignoresCase switch { true => "i", false => "-i", null => "" };
        if (at < pattern.Length && pattern[at++] == ')')
        {
            most = groups.Pop().Repeated;
            made.Append(flag.Length > 0 ? $"(?{flag})" : "");
            return;
        }

        made.Append($"(?{flag}:");
    }

    private void Close()
    {
        if (!groups.TryPop(out var around))
        {
            throw new FormatException("the pattern has a ')' that closes nothing");
        }

        made.Append(')');
        atom = most;
        (isMultiline, isDotAll) = (around.IsMultiline, around.IsDotAll);
        most = Math.Max(most, around.Repeated);
    }

    private void Repeat()
    {
        var end = pattern[at] == '{' ? pattern.IndexOf('}', at) : at;
        var times = pattern[at] == '{' && end > 0 ? Times(pattern[(at + 1)..end]) : 1;
        if (pattern[at] == '{' && times is null)
        {
            // Not a number of times: a brace like any other.
            at++;
            Atom(PatternClass.Literal('{'));
            return;
        }

        atom *= times!.Value;
        most = Math.Max(most, atom);
        if (most > ExpressionLimits.MostRepetitions)
        {
            throw new FormatException(FormattableString.Invariant($"the pattern repeats a part more than {ExpressionLimits.MostRepetitions} times"));
        }

        made.Append(pattern, at, end + 1 - at);
        at = end + 1;
        if (at < pattern.Length && pattern[at] == '?')
        {
            made.Append('?');
            at++;
        }
    }

    // Of n, n, or n,m: the largest, at least 1; null for other text.
    private static int? Times(string text)
    {
        var parts = text.Split(',');
        var largest = 1;
        for (var i = 0; i < parts.Length; i++)
        {
            if (i == 1 && parts[i].Length == 0)
            {
                continue;
            }

            if (i > 1 || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            largest = Math.Max(largest, Math.Min(number, ExpressionLimits.MostRepetitions + 1));
        }

        return largest;
    }

    // What a group matched is never asked for, so that its name is only left out.
    [GeneratedRegex(@"\G\?P?<[A-Za-z0-9_]+>")]
    private static partial Regex GroupName();
}
