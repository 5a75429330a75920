using System.Text.Json.Nodes;

namespace GitOpsBot.Testing.GitHub;

/// <summary>How people set the stand-in up around the repository: the App's webhook, the protection of branches as its settings show it, keys of accounts.</summary>
public sealed class StandInSetUp
{
    /// <summary>Where the App's webhook goes; null when it has none.</summary>
    public string? HookUrl { get; set; }

    /// <summary>Its secret; never shown.</summary>
    public string? HookSecret { get; set; }

    public bool HookSkipsCertificates { get; set; }

    /// <summary>What the App subscribes to.</summary>
    public List<string> Events { get; } = ["push", "pull_request", "pull_request_review", "issue_comment", "check_run", "check_suite", "status", "merge_group"];

    /// <summary>What was delivered, in any order.</summary>
    public List<StandInDelivery> Deliveries { get; } = [];

    /// <summary>Branches that are protected in the older way.</summary>
    public Dictionary<string, BranchProtection> Protections { get; } = new(StringComparer.Ordinal);

    public List<StandInRuleset> Rulesets { get; } = [];

    /// <summary>Public keys of accounts, by login.</summary>
    public Dictionary<string, List<string>> SigningKeys { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lines of CODEOWNERS that GitHub does not understand.</summary>
    public List<(int Line, int Column, string Kind)> OwnersErrors { get; } = [];

    /// <summary>How far GitHub's clock is from that of the test.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>Scopes of classic tokens, as the header shows them; null for tokens of another kind.</summary>
    public string? TokenScopes { get; set; }

    /// <summary>When tokens of people end, as the header shows it; null for never.</summary>
    public string? TokenEnds { get; set; }
}

/// <summary>The protection of one branch, as its settings page has it.</summary>
public sealed record BranchProtection
{
    public IReadOnlyList<(string Context, long? App)> Checks { get; init; } = [];
    public bool HoldsForAdmins { get; init; } = true;
    public bool AllowsForcePushes { get; init; }
    public bool AllowsDeletions { get; init; }
    public bool NeedsPullRequest { get; init; } = true;
    public bool NeedsOwners { get; init; } = true;
    public bool NeedsSignatures { get; init; }
    public bool IsLinear { get; init; }

    /// <summary>Who may push without a pull request.</summary>
    public StandInActors Bypass { get; init; } = new();

    /// <summary>Who alone may push; null for everyone who may write.</summary>
    public StandInActors? Restrictions { get; init; }
}

/// <summary>Accounts, teams and Apps.</summary>
public sealed record StandInActors
{
    public IReadOnlyList<string> Users { get; init; } = [];
    public IReadOnlyList<string> Teams { get; init; } = [];
    public IReadOnlyList<string> Apps { get; init; } = [];
}

/// <summary>A ruleset.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Branch">The branch it holds for.</param>
/// <param name="Rules">Its rules, each with its type and parameters.</param>
public sealed record StandInRuleset(long Id, string Name, string Branch, params JsonObject[] Rules)
{
    /// <summary>Who may bypass it: type, number, <c>always</c> or <c>pull_request</c>.</summary>
    public IReadOnlyList<(string Type, long Id, string Mode)> Bypass { get; init; } = [];
}

/// <summary>One delivery of the App's webhook.</summary>
public sealed record StandInDelivery(DateTimeOffset At, int StatusCode, string Status, string Event = "push");
