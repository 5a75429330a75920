using System.Globalization;
using System.Text;

namespace GitOpsBot.Core.Audit;

/// <summary>Text from outside made harmless: for one line of a commit message, and for Markdown. Nothing in it acts, links, calls or hides.</summary>
public static class Inert
{
    /// <summary>One line without control, format and line-separating characters; each becomes <c>\uXXXX</c>, so that nothing is hidden or lost.</summary>
    public static string Plain(string text, int longest = 500)
    {
        var safe = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var c in text)
        {
            if (safe.Length >= longest)
            {
                return safe.Append('…').ToString();
            }

            var isSafe = c == ' ' || CharUnicodeInfo.GetUnicodeCategory(c) is not (
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
            if (isSafe)
            {
                safe.Append(c);
            }
            else
            {
                safe.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
        }

        return safe.ToString();
    }

    /// <summary>One word: <see cref="Plain"/> without spaces.</summary>
    public static string Word(string text) => Plain(text, 200).Replace(' ', '_');

    /// <summary>Text within Markdown: no markup, no HTML, no mention, no reference that closes an issue, no table cell's end.</summary>
    public static string Markdown(string text)
    {
        var safe = new StringBuilder();
        foreach (var c in Plain(text, 2000))
        {
            switch (c)
            {
                case '<': safe.Append("&lt;"); break;
                case '>': safe.Append("&gt;"); break;
                case '&': safe.Append("&amp;"); break;
                // An invisible separator keeps a forge from seeing a mention, an issue or an address.
                case '@': safe.Append("@&#8203;"); break;
                case '#': safe.Append("&#35;"); break;
                case ':': safe.Append(":&#8203;"); break;
                case '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '(' or ')' or '!' or '|' or '~': safe.Append('\\').Append(c); break;
                default: safe.Append(c); break;
            }
        }

        return safe.ToString();
    }
}
