using System.Globalization;

namespace GitOpsBot.Core.Documents;

/// <summary>How text of unknown origin is shown in a sentence: in one line, without what a terminal or a log would obey, and not endless.</summary>
public static class Shown
{
    private const int Longest = 80;

    /// <summary>In quotes, cut after 80 characters.</summary>
    public static string Quoted(string text) => $"'{Plain(text.Length > Longest ? text[..Longest] + "…" : text)}'";

    /// <summary>Control and format characters and line ends replaced by U+FFFD; otherwise as it is.</summary>
    public static string Plain(string text) => text.Any(IsObeyed) ? string.Concat(text.Select(c => IsObeyed(c) ? '\uFFFD' : c)) : text;

    private static bool IsObeyed(char c) => char.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
