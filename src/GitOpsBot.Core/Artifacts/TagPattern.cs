using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Artifacts;

/// <summary>
/// A pattern of tags: <c>*</c> stands for any characters, everything else for itself, and the whole tag must match. Regular expressions are not
/// offered: prefixes and suffixes are what tags are chosen by, and a pattern that everybody reads the same is worth more than one that says more.
/// Matching takes time in proportion to the tag, whatever the pattern.
/// </summary>
public sealed partial class TagPattern
{
    private readonly Regex regex;

    private TagPattern(string text)
    {
        Text = text;
        regex = new Regex($@"\A{string.Join(".*", text.Split('*').Select(Regex.Escape))}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>The pattern of a selection, which some tag can match; null for a text that none can, or that is longer than a tag.</summary>
    public static TagPattern? TryParse(string text) => Grammar().IsMatch(text) ? new TagPattern(text) : null;

    /// <summary>A pattern of tags to ignore: any text, also one that no tag can match.</summary>
    public static TagPattern Ignoring(string text) => new(text);

    /// <summary>Whether the whole tag matches.</summary>
    public bool Matches(string tag) => regex.IsMatch(tag);

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"\A[A-Za-z0-9_*][A-Za-z0-9._*-]{0,127}\z")]
    private static partial Regex Grammar();
}
