using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Artifacts;

/// <summary>
/// A pattern of tags: <c>*</c> stands for any characters, everything else for itself, and the whole tag must match. Regular expressions are not
/// offered: prefixes and suffixes are what tags are chosen by, and a pattern that everybody reads the same is worth more than one that says more.
/// Matching takes at most the product of both lengths, whatever the pattern, and nothing is compiled for it: gates ask it of every candidate.
/// </summary>
public sealed partial class TagPattern
{
    // What stands between the stars.
    private readonly string[] parts;

    private TagPattern(string text) => (Text, parts) = (text, text.Split('*'));

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>The pattern of a selection, which some tag can match; null for a text that none can, or that is longer than a tag.</summary>
    public static TagPattern? TryParse(string text) => Grammar().IsMatch(text) ? new TagPattern(text) : null;

    /// <summary>A pattern of tags to ignore: any text, also one that no tag can match.</summary>
    public static TagPattern Ignoring(string text) => new(text);

    /// <summary>Whether the whole tag matches.</summary>
    public bool Matches(string tag)
    {
        var (first, last) = (parts[0], parts[^1]);
        if (parts.Length == 1)
        {
            return tag == first;
        }

        if (tag.Length < first.Length + last.Length || !tag.StartsWith(first, StringComparison.Ordinal) || !tag.EndsWith(last, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = tag.AsSpan(first.Length, tag.Length - first.Length - last.Length);
        foreach (var part in parts.AsSpan(1, parts.Length - 2))
        {
            // The first place it stands at leaves the most for those behind it.
            if (rest.IndexOf(part) is not (>= 0 and var at))
            {
                return false;
            }

            rest = rest[(at + part.Length)..];
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"\A[A-Za-z0-9_*][A-Za-z0-9._*-]{0,127}\z")]
    private static partial Regex Grammar();
}
