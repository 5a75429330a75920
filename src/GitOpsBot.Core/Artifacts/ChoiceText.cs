namespace GitOpsBot.Core.Artifacts;

/// <summary>Says why a tag was chosen and what it beat, in one line for people.</summary>
public static class ChoiceText
{
    // More would be a list and no reason.
    private const int MostBeaten = 3;

    /// <summary>The line: <c>1.4.2 is the highest of 4 versions within '^1.0', before 1.4.1 and 1.3.0</c>.</summary>
    /// <param name="first">What the first of them is: <c>highest</c>, <c>newest</c>, <c>last</c>.</param>
    /// <param name="among">What they are: <c>versions within '^1.0'</c>.</param>
    /// <param name="tags">All candidates, first ones first.</param>
    /// <param name="at">The place of the one that is told about.</param>
    public static string Of(string first, string among, IReadOnlyList<string> tags, int at)
    {
        if (at > 0)
        {
            return $"{tags[at]} is number {at + 1} of {tags.Count} {among}, after {tags[0]}";
        }

        var beaten = tags.Skip(1).Take(MostBeaten).ToList();
        if (beaten.Count == 0)
        {
            return $"{tags[at]} is the only one of the {among}";
        }

        // What is left over stands for itself at the end of the list.
        beaten = beaten.Count < tags.Count - 1 ? [.. beaten, "others"] : beaten;
        return $"{tags[at]} is the {first} of {tags.Count} {among}, before {string.Join(" and ", new[] { string.Join(", ", beaten.SkipLast(1)), beaten[^1] }.Where(part => part.Length > 0))}";
    }
}
