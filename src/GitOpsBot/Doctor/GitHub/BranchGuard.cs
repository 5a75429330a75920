using System.Globalization;

namespace GitOpsBot.Doctor.GitHub;

/// <summary>Who the bot is in lists of exceptions.</summary>
/// <param name="AppId">An App's id.</param>
/// <param name="Slug">An App's short name.</param>
/// <param name="Login">The login of a token's owner.</param>
internal sealed record BotAccount(long? AppId, string? Slug, string? Login)
{
    /// <summary>Whether a list names the bot.</summary>
    public bool IsIn(JsonActors? actors) =>
        (Slug is not null && actors?.Apps?.Any(a => a.Slug == Slug) == true) || (Login is not null && actors?.Users?.Any(u => u.Login.Equals(Login, StringComparison.OrdinalIgnoreCase)) == true);

    /// <summary>Everybody whom a list names but the bot.</summary>
    public IEnumerable<string> OthersIn(JsonActors? actors) =>
    [
        .. actors?.Users?.Select(u => u.Login).Where(l => !l.Equals(Login, StringComparison.OrdinalIgnoreCase)) ?? [],
        .. actors?.Teams?.Select(t => "the team " + t.Slug) ?? [],
        .. actors?.Apps?.Select(a => a.Slug).Where(s => s != Slug).Select(s => "the App " + s) ?? [],
    ];
}

/// <summary>
/// What guards a branch: its own protection and the rulesets that hold for it, as one. A thing that either forbids is forbidden; whoever gets past
/// either is named. What GitHub did not show is named too, and never counted as there.
/// </summary>
internal sealed record BranchGuard(string Branch)
{
    // Rules that refuse a commit which comes by a push and not by a pull request.
    private static readonly string[] AgainstPushes = ["pull_request", "update", "required_status_checks", "merge_queue", "required_deployments", "workflows", "code_scanning"];

    /// <summary>Required checks; null for one that counts from any source.</summary>
    public IReadOnlyList<(string Context, long? App)> Checks { get; private init; } = [];

    /// <summary>Whether history cannot be rewritten.</summary>
    public bool ForbidsForce { get; private init; }

    /// <summary>Whether the branch cannot be deleted.</summary>
    public bool ForbidsDeletion { get; private init; }

    /// <summary>Whether code owners have to approve.</summary>
    public bool NeedsOwners { get; private init; }

    /// <summary>Whether every commit has to bear a signature that GitHub believes.</summary>
    public bool NeedsSignatures { get; private init; }

    /// <summary>Whether there can be no merge commit.</summary>
    public bool IsLinear { get; private init; }

    /// <summary>Whether a merge queue merges, by its own method.</summary>
    public bool HasQueue { get; private init; }

    /// <summary>Merge methods that a rule allows; null for any.</summary>
    public IReadOnlySet<string>? Methods { get; private init; }

    /// <summary>Whether only those who are named may write to it.</summary>
    public bool IsForSomeOnly { get; private init; }

    /// <summary>Who gets past any of it, in words; the bot itself is not among them.</summary>
    public IReadOnlyList<string> Passers { get; private init; } = [];

    /// <summary>Why the bot may not push to it without a pull request, in words; empty when it may.</summary>
    public IReadOnlyList<string> AgainstBot { get; private init; } = [];

    /// <summary>Whether the branch's own protection could not be seen.</summary>
    public bool IsProtectionHidden { get; private init; }

    /// <summary>Rulesets of which GitHub does not show who may bypass them.</summary>
    public IReadOnlyList<string> HiddenSets { get; private init; } = [];

    /// <summary>Puts together what GitHub showed.</summary>
    /// <param name="branch">The branch.</param>
    /// <param name="shown">The branch itself; null when it is not there or not shown.</param>
    /// <param name="classic">Its protection; null when it has none.</param>
    /// <param name="rules">The rules that hold for it.</param>
    /// <param name="sets">The rulesets they come from.</param>
    /// <param name="bot">Who the bot is.</param>
    public static BranchGuard Of(
        string branch, JsonBranch? shown, GitHubAnswer<JsonProtection>? classic, GitHubAnswer<List<JsonRule>> rules, IReadOnlyList<JsonRuleset> sets, BotAccount bot)
    {
        var protection = classic?.OrNull;
        IReadOnlyList<JsonRule> active = rules.OrNull ?? [];
        var checks = (protection ?? shown?.Protection)?.RequiredStatusChecks;
        bool Has(string type) => active.Any(r => r.Type == type);
        return new BranchGuard(branch)
        {
            Checks =
            [
                .. checks?.Checks?.Select(c => (c.Context, c.AppId is > 0 ? c.AppId : null)) ?? checks?.Contexts?.Select(c => (c, (long?)null)) ?? [],
                .. active.SelectMany(r => r.Parameters?.RequiredStatusChecks ?? []).Select(c => (c.Context, c.IntegrationId)),
            ],
            ForbidsForce = protection?.AllowForcePushes is { Enabled: false } || Has("non_fast_forward"),
            ForbidsDeletion = protection?.AllowDeletions is { Enabled: false } || Has("deletion"),
            NeedsOwners = protection?.RequiredPullRequestReviews?.RequireCodeOwnerReviews == true || active.Any(r => r.Parameters?.RequireCodeOwnerReview == true),
            NeedsSignatures = protection?.RequiredSignatures?.Enabled == true || Has("required_signatures"),
            IsLinear = protection?.RequiredLinearHistory?.Enabled == true || Has("required_linear_history"),
            HasQueue = Has("merge_queue"),
            Methods = active.Select(r => r.Parameters?.AllowedMergeMethods).OfType<IReadOnlyList<string>>().Aggregate(
                (HashSet<string>?)null, (all, some) => all is null ? [.. some.Select(m => m.ToLowerInvariant())] : [.. all.Intersect(some.Select(m => m.ToLowerInvariant()))]),
            IsForSomeOnly = protection?.Restrictions is not null || Has("update"),
            Passers = [.. Passing(protection, bot).Concat(sets.SelectMany(s => Passing(s, bot))).Distinct()],
            AgainstBot = [.. Against(protection ?? shown?.Protection, bot).Concat(Against(active, sets)).Distinct()],
            // Not protected in that way, GitHub says with a 404 of its own words.
            IsProtectionHidden = classic is GitHubAnswer<JsonProtection>.Refused { Status: not 404 } or GitHubAnswer<JsonProtection>.Refused { Status: 404, Said: not ("Branch not protected" or "Branch not found") },
            HiddenSets = [.. sets.Where(s => s.BypassActors is null).Select(s => s.Name)],
        };
    }

    private static IEnumerable<string> Passing(JsonProtection? protection, BotAccount bot) => protection is null ? [] :
    [
        .. protection.EnforceAdmins is { Enabled: false } ? ["administrators of the repository"] : Array.Empty<string>(),
        .. bot.OthersIn(protection.RequiredPullRequestReviews?.BypassPullRequestAllowances),
    ];

    private static IEnumerable<string> Passing(JsonRuleset set, BotAccount bot) => set.BypassActors?.Where(a => !(a.ActorType == "Integration" && a.ActorId == bot.AppId))
        .Select(a => $"{Named(a)}{(a.BypassMode == "pull_request" ? " by pull request" : "")} (ruleset {Core.Documents.Shown.Quoted(set.Name)})") ?? [];

    // GitHub's own roles have fixed numbers; others are shown by theirs.
    private static string Named(JsonBypass actor) => (actor.ActorType, actor.ActorId) switch
    {
        ("OrganizationAdmin", _) => "owners of the organization",
        ("RepositoryRole", 5) => "administrators of the repository",
        ("RepositoryRole", 4) => "everyone who may write",
        ("RepositoryRole", 2) => "maintainers",
        ("DeployKey", _) => "deploy keys",
        ("Integration", { } id) => string.Create(CultureInfo.InvariantCulture, $"the App {id}"),
        var (type, id) => string.Create(CultureInfo.InvariantCulture, $"{Core.Documents.Shown.Plain(type)} {id}"),
    };

    private static IEnumerable<string> Against(JsonProtection? protection, BotAccount bot)
    {
        if (protection?.RequiredPullRequestReviews is { } reviews && !bot.IsIn(reviews.BypassPullRequestAllowances))
        {
            yield return "it demands a pull request";
        }

        if (protection?.Restrictions is { } some && !bot.IsIn(some))
        {
            yield return "only others may push to it";
        }

        if (protection?.RequiredStatusChecks is { } checks && (checks.Checks?.Count > 0 || checks.Contexts?.Count > 0))
        {
            yield return "it demands checks, which a pushed commit does not have";
        }

        if (protection?.LockBranch?.Enabled == true)
        {
            yield return "it is locked";
        }
    }

    private static IEnumerable<string> Against(IReadOnlyList<JsonRule> rules, IReadOnlyList<JsonRuleset> sets) => rules
        .Where(r => AgainstPushes.Contains(r.Type) && sets.FirstOrDefault(s => s.Id == r.RulesetId)?.CurrentUserCanBypass is not ("always" or "exempt"))
        .Select(r => $"a rule {Core.Documents.Shown.Quoted(r.Type)}{(sets.FirstOrDefault(s => s.Id == r.RulesetId) is { } set ? $" of the ruleset {Core.Documents.Shown.Quoted(set.Name)}" : "")} holds for the bot");
}
