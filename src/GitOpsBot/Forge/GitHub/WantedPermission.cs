namespace GitOpsBot.Forge.GitHub;

/// <summary>A permission that the bot wants of GitHub (SPEC section 3).</summary>
/// <param name="Name">As GitHub's API calls it.</param>
/// <param name="Level"><c>read</c> or <c>write</c>.</param>
/// <param name="Without">What does not work without it, in the words of a sentence.</param>
internal sealed record WantedPermission(string Name, string Level, string Without)
{
    /// <summary>What the work itself needs.</summary>
    public static IReadOnlyList<WantedPermission> ForWork { get; } =
    [
        new("metadata", "read", "the repository cannot be seen at all"),
        new("contents", "write", "nothing is promoted: branches cannot be pushed and pull requests cannot be merged"),
        new("pull_requests", "write", "no pull request can be opened, changed or merged"),
        new("issues", "write", "comments, reactions and labels cannot be written, and slash commands get no answer"),
        new("checks", "write", "the check gitopsbot/promotion cannot be set, so nothing merges where it is required"),
        new("statuses", "write", "commit statuses cannot be read, so 'deployed' gates stay pending"),
        new("members", "read", "teams have no members, so whom a team lets in may neither approve nor command"),
    ];

    /// <summary>What <c>doctor</c> alone would like to have, to see the protection of branches.</summary>
    public static WantedPermission ForDoctor { get; } = new("administration", "read", "doctor cannot see who may get past the protection of branches");

    /// <summary>Those of <see cref="ForWork"/> that were not granted.</summary>
    /// <param name="granted">Levels by name, as GitHub lists them.</param>
    public static IReadOnlyList<WantedPermission> Missing(IReadOnlyDictionary<string, string> granted) => [.. ForWork.Where(p => !p.IsIn(granted))];

    /// <summary>Whether it, or more, was granted.</summary>
    public bool IsIn(IReadOnlyDictionary<string, string> granted) => (Level, granted.GetValueOrDefault(Name)) is ("read", "read") or (_, "write" or "admin");

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Level}";
}
