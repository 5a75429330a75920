using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Audit;

/// <summary>Text from outside made harmless: for one line of a commit message, and for Markdown. Nothing in it acts, links, calls or hides.</summary>
public static partial class Inert
{
    private const string Unseen = "&#8203;";

    /// <summary>One line without control, format and line-separating characters; each becomes <c>\uXXXX</c>, so that nothing is hidden or lost.</summary>
    public static string Plain(string text, int longest = 500)
    {
        var safe = new StringBuilder(Math.Min(text.Length, longest));
        for (var at = 0; at < text.Length;)
        {
            // By whole characters: half of one could not be written as UTF-8, and letters that hide beyond the first plane are pairs.
            var isWhole = Rune.TryGetRuneAt(text, at, out var rune);
            var length = isWhole ? rune.Utf16SequenceLength : 1;
            var shown = isWhole && IsSafe(rune) ? text.Substring(at, length) : Escape(isWhole ? rune.Value : text[at]);
            if (safe.Length + shown.Length > longest)
            {
                return safe.Append('…').ToString();
            }

            safe.Append(shown);
            at += length;
        }

        return safe.ToString();
    }

    /// <summary>One word: <see cref="Plain"/> without spaces.</summary>
    public static string Word(string text) => Plain(text, 200).Replace(' ', '_');

    /// <summary>
    /// Words within a commit message: <see cref="Plain"/>, with a blank that keeps a forge from seeing a mention, or an issue that the commit
    /// would close when it lands (<c>@ acme</c>, <c># 7</c>).
    /// </summary>
    public static string Prose(string text, int longest = 500) => Acting().Replace(Plain(text, longest), "$0 ");

    /// <summary>Text within Markdown: no markup, no HTML, no mention, no reference that closes an issue, no table cell's end.</summary>
    public static string Markdown(string text)
    {
        var plain = Plain(text, 2000);
        var safe = new StringBuilder(plain.Length);
        for (var i = 0; i < plain.Length; i++)
        {
            switch (plain[i])
            {
                case '<': safe.Append("&lt;"); break;
                case '>': safe.Append("&gt;"); break;
                case '&': safe.Append("&amp;"); break;
                // An invisible separator keeps a forge from seeing a mention, an issue or an address.
                case '@': safe.Append('@').Append(Unseen); break;
                case '#': safe.Append("&#35;").Append(Unseen); break;
                // Between two of them a forge sets mathematics, in any size and colour.
                case '$': safe.Append("&#36;").Append(Unseen); break;
                case ':': safe.Append(':').Append(Unseen); break;
                case '-' when EndsWith(plain, i, "gh"): safe.Append('-').Append(Unseen); break;
                case '.' when EndsWith(plain, i, "www"): safe.Append('.').Append(Unseen); break;
                case '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '(' or ')' or '!' or '|' or '~': safe.Append('\\').Append(plain[i]); break;
                default: safe.Append(plain[i]); break;
            }
        }

        return safe.ToString();
    }

    /// <summary>The text when it fits; otherwise as many whole characters of it as fit before a mark that it was cut.</summary>
    public static string Cut(string text, int longest, string mark = "…")
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var end = longest - mark.Length;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + mark;
    }

    private static bool IsSafe(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);

    private static string Escape(int character) => character > char.MaxValue
        ? "\\U" + character.ToString("x8", CultureInfo.InvariantCulture)
        : "\\u" + character.ToString("x4", CultureInfo.InvariantCulture);

    private static bool EndsWith(string text, int end, string word) =>
        end >= word.Length && string.Compare(text, end - word.Length, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0;

    // A digest's @ follows a name, and a tag may well end in gh-7: only what a forge would take for a person or an issue.
    [GeneratedRegex(@"(?<![A-Za-z0-9_])@(?=[A-Za-z0-9])|#(?=[0-9])|(?<![^\s(])gh-(?=[0-9])|/(?:issues|pull)/(?=[0-9])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Acting();
}
