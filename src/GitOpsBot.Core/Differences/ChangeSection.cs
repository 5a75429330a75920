namespace GitOpsBot.Core.Differences;

/// <summary>What a part of the changes is about; in the order in which lines are kept when not all fit: what reviewers can least do without first.</summary>
public enum ChangeKind
{
    /// <summary>What has to be pulled.</summary>
    Size,
    /// <summary>What scans found.</summary>
    Vulnerabilities,
    /// <summary>Source revisions and commits.</summary>
    Source,
    /// <summary>What it is made of.</summary>
    Packages,
}

/// <summary>One part of what changes for a reviewer, in Markdown in which nothing from outside acts.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Head">The sum of it in one line, without a line end.</param>
/// <param name="Lines">The first of what there is to list, a line each, without bullet and line end.</param>
/// <param name="More">How many there are beside those lines.</param>
public sealed record ChangeSection(ChangeKind Kind, string Head, IReadOnlyList<string> Lines, int More);
