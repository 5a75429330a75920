using System.Text.Json;
using GitOpsBot.Forge.GitHub;

namespace GitOpsBot.Doctor.GitHub;

/// <summary>Something that is on or off.</summary>
internal sealed record JsonSwitch(bool Enabled);

/// <summary>A team or an App.</summary>
internal sealed record JsonSlug(string Slug);

/// <summary>Who is excepted from something.</summary>
internal sealed record JsonActors(IReadOnlyList<JsonUser>? Users, IReadOnlyList<JsonSlug>? Teams, IReadOnlyList<JsonSlug>? Apps);

/// <summary>A required check of a protected branch; an App's id of -1 is any source.</summary>
internal sealed record JsonRequiredCheck(string Context, long? AppId);

/// <summary>The required checks of a protected branch.</summary>
internal sealed record JsonRequiredChecks(IReadOnlyList<string>? Contexts, IReadOnlyList<JsonRequiredCheck>? Checks);

/// <summary>The reviews that a protected branch demands.</summary>
internal sealed record JsonReviews(bool? RequireCodeOwnerReviews, JsonActors? BypassPullRequestAllowances);

/// <summary>The protection of a branch (GitHub, "Get branch protection").</summary>
internal sealed record JsonProtection(
    bool? Enabled, JsonRequiredChecks? RequiredStatusChecks, JsonSwitch? EnforceAdmins, JsonReviews? RequiredPullRequestReviews, JsonActors? Restrictions,
    JsonSwitch? RequiredLinearHistory, JsonSwitch? AllowForcePushes, JsonSwitch? AllowDeletions, JsonSwitch? RequiredSignatures, JsonSwitch? LockBranch);

/// <summary>A branch (GitHub, "Get a branch"): whoever may read it sees its required checks, and not who gets past them.</summary>
internal sealed record JsonBranch(bool Protected, JsonProtection? Protection);

/// <summary>A rule that holds for a branch (GitHub, "Get rules for a branch").</summary>
internal sealed record JsonRule(string Type, long? RulesetId, JsonRuleParameters? Parameters);

/// <summary>What some kinds of rules say.</summary>
internal sealed record JsonRuleParameters(IReadOnlyList<JsonRuleCheck>? RequiredStatusChecks, bool? RequireCodeOwnerReview, IReadOnlyList<string>? AllowedMergeMethods);

/// <summary>A required check of a rule.</summary>
internal sealed record JsonRuleCheck(string Context, long? IntegrationId);

/// <summary>A ruleset; who may bypass it is shown to those who may change it, and whether the asker may, to everyone.</summary>
internal sealed record JsonRuleset(long Id, string Name, IReadOnlyList<JsonBypass>? BypassActors, string? CurrentUserCanBypass);

/// <summary>Who may bypass a ruleset.</summary>
internal sealed record JsonBypass(long? ActorId, string ActorType, string? BypassMode);

/// <summary>An App with what it hears of.</summary>
internal sealed record JsonAppDetails(long Id, string? Slug, string Name, IReadOnlyList<string>? Events);

/// <summary>Where an App is installed, in detail.</summary>
internal sealed record JsonInstallationDetails(
    long Id, IReadOnlyDictionary<string, string>? Permissions, DateTimeOffset? SuspendedAt, string? RepositorySelection);

/// <summary>An App's webhook.</summary>
internal sealed record JsonHook(string? Url, string? Secret, JsonElement? InsecureSsl);

/// <summary>One delivery of an App's webhook.</summary>
internal sealed record JsonDelivery(DateTimeOffset DeliveredAt, string? Status, int? StatusCode, string? Event);

/// <summary>A repository with what its settings allow.</summary>
internal sealed record JsonRepositoryDetails(
    string FullName, bool? Archived, JsonRights? Permissions, bool? AllowSquashMerge, bool? AllowMergeCommit, bool? AllowRebaseMerge);

/// <summary>What is wrong in a file of code owners.</summary>
internal sealed record JsonOwnersErrors(IReadOnlyList<JsonOwnersError> Errors);

/// <summary>One line that is wrong.</summary>
internal sealed record JsonOwnersError(int Line, int Column, string Kind);

/// <summary>A public key that a person's commits are signed with.</summary>
internal sealed record JsonSigningKey(string Key);
