using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Evidence;

/// <summary>Patterns for identities (SPEC section 3): always anchored at both ends, and linear in time whatever the pattern and the text.</summary>
public static class IdentityPattern
{
    /// <summary>Characters of a pattern or identity: addresses are a tenth of it.</summary>
    public const int Longest = 1000;

    /// <summary>The anchored expression; null when the text is not one, or is one that the empty identity matches.</summary>
    public static Regex? TryCompile(string pattern)
    {
        if (pattern.Length is 0 or > Longest)
        {
            return null;
        }

        try
        {
            // Alone first: "a)|(b" is only whole inside somebody else's brackets, and would undo the anchors.
            _ = new Regex(pattern, Options);
            // \z and not $, which lets a line end pass.
            var anchored = new Regex($@"\A(?:{pattern})\z", Options);
            return anchored.IsMatch("") ? null : anchored;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
}
