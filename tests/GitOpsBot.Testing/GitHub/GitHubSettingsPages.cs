using System.Text.Json.Nodes;
using LibGit2Sharp;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing.GitHub;

/// <summary>
/// What GitHub shows of its settings pages: the App's webhook to the App itself, the protection of branches to administrators, rulesets to everyone but
/// who may bypass them only to those who may change them.
/// </summary>
internal sealed class GitHubSettingsPages(GitHubWorld world)
{
    private StandInSetUp SetUp => world.SetUp;

    public Reply Hook(Caller caller)
    {
        Itself(caller);
        return new Reply(200, SetUp.HookUrl is null ? [] : new JsonObject
        {
            ["content_type"] = "json", ["insecure_ssl"] = SetUp.HookSkipsCertificates ? "1" : "0", ["url"] = SetUp.HookUrl, ["secret"] = SetUp.HookSecret is null ? null : "********",
        });
    }

    public Reply Deliveries(Caller caller, IQueryCollection query)
    {
        Itself(caller);
        return SetUp.Deliveries.OrderByDescending(d => d.At).Select((d, i) => (d, i)).Page(query, x => new JsonObject
        {
            ["id"] = 1000 - x.i, ["guid"] = $"guid-{x.i}", ["delivered_at"] = Bodies.Time(x.d.At), ["redelivery"] = false, ["duration"] = 0.1, ["status"] = x.d.Status,
            ["status_code"] = x.d.StatusCode, ["event"] = x.d.Event, ["action"] = null, ["installation_id"] = GitHubWorld.InstallationId, ["repository_id"] = 1,
        });
    }

    public Reply Branch(string name)
    {
        using var repository = new Repository(world.Bare.Path);
        var tip = repository.Branches[name]?.Tip?.Sha ?? throw new RefusedException(Refusal.NoBranch);
        var protection = SetUp.Protections.GetValueOrDefault(name);
        return new Reply(200, new JsonObject
        {
            ["name"] = name, ["commit"] = new JsonObject { ["sha"] = tip }, ["protected"] = protection is not null || SetUp.Rulesets.Any(r => r.Branch == name),
            ["protection"] = new JsonObject { ["enabled"] = protection is not null, ["required_status_checks"] = Checks(protection?.Checks ?? [], "everyone") },
        });
    }

    public Reply Protection(string name, Caller caller)
    {
        Administers(caller, "read");
        if (SetUp.Protections.GetValueOrDefault(name) is not { } protection)
        {
            throw new RefusedException(Refusal.NotProtected);
        }

        var shown = new JsonObject
        {
            ["enforce_admins"] = Switch(protection.HoldsForAdmins), ["required_linear_history"] = Switch(protection.IsLinear), ["allow_force_pushes"] = Switch(protection.AllowsForcePushes),
            ["allow_deletions"] = Switch(protection.AllowsDeletions), ["required_signatures"] = Switch(protection.NeedsSignatures), ["lock_branch"] = Switch(false),
        };
        if (protection.Checks.Count > 0)
        {
            shown["required_status_checks"] = Checks(protection.Checks, "non_admins");
        }

        if (protection.NeedsPullRequest)
        {
            shown["required_pull_request_reviews"] = new JsonObject
            {
                ["dismiss_stale_reviews"] = true, ["require_code_owner_reviews"] = protection.NeedsOwners, ["required_approving_review_count"] = 1, ["bypass_pull_request_allowances"] = Actors(protection.Bypass),
            };
        }

        if (protection.Restrictions is { } some)
        {
            shown["restrictions"] = Actors(some);
        }

        return new Reply(200, shown);
    }

    public Reply Rules(string name, IQueryCollection query) => SetUp.Rulesets.Where(r => r.Branch == name).SelectMany(r => r.Rules.Select(rule => (r.Id, rule))).Page(query, x =>
    {
        var shown = (JsonObject)x.rule.DeepClone();
        (shown["ruleset_source_type"], shown["ruleset_source"], shown["ruleset_id"]) = ("Repository", GitHubWorld.FullName, x.Id);
        return shown;
    });

    public Reply Ruleset(long id, Caller caller)
    {
        var set = SetUp.Rulesets.FirstOrDefault(r => r.Id == id) ?? throw new RefusedException(Refusal.NotFound);
        var isBypassed = set.Bypass.FirstOrDefault(b => b.Type == "Integration" && b.Id == caller.App);
        var shown = new JsonObject
        {
            ["id"] = set.Id, ["name"] = set.Name, ["target"] = "branch", ["source_type"] = "Repository", ["source"] = GitHubWorld.FullName, ["enforcement"] = "active",
            ["current_user_can_bypass"] = isBypassed.Mode switch { null => "never", "pull_request" => "pull_requests_only", var mode => mode },
        };
        if (MayAdminister(caller, "write"))
        {
            shown["bypass_actors"] = new JsonArray([.. set.Bypass.Select(b => (JsonNode)new JsonObject { ["actor_type"] = b.Type, ["actor_id"] = b.Id, ["bypass_mode"] = b.Mode })]);
        }

        return new Reply(200, shown);
    }

    public Reply OwnersErrors()
    {
        if (world.Bare.Read(".github/CODEOWNERS") is null)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        return new Reply(200, new JsonObject
        {
            ["errors"] = new JsonArray([.. SetUp.OwnersErrors.Select(e => (JsonNode)new JsonObject
            {
                ["line"] = e.Line, ["column"] = e.Column, ["kind"] = e.Kind, ["source"] = "", ["suggestion"] = null, ["message"] = $"{e.Kind} on line {e.Line}", ["path"] = ".github/CODEOWNERS",
            })]),
        });
    }

    public Reply SigningKeys(string login, IQueryCollection query) =>
        (SetUp.SigningKeys.GetValueOrDefault(login) ?? []).Select((k, i) => (k, i)).Page(query, x => new JsonObject { ["id"] = x.i, ["key"] = x.k, ["title"] = "bot", ["created_at"] = "2026-01-01T00:00:00Z" });

    private static void Itself(Caller caller)
    {
        if (caller is not { App: not null, Installation: null })
        {
            throw new RefusedException(Refusal.BadToken("expected a JSON web token"));
        }
    }

    private void Administers(Caller caller, string level)
    {
        if (!MayAdminister(caller, level))
        {
            // People who may not see the settings are told that there are none.
            throw new RefusedException(caller.Installation is null ? Refusal.NotFound : Refusal.NotForIntegrations);
        }
    }

    private bool MayAdminister(Caller caller, string level) => caller.Installation is null
        ? world.Roles.GetValueOrDefault(caller.Login) == "admin"
        : world.AppPermissions.GetValueOrDefault("administration") is { } has && (has == "write" || level == "read");

    private static JsonObject Switch(bool isOn) => new() { ["url"] = "https://example.com/", ["enabled"] = isOn };

    private static JsonObject Checks(IReadOnlyList<(string Context, long? App)> checks, string level) => new()
    {
        ["enforcement_level"] = checks.Count == 0 ? "off" : level, ["strict"] = false, ["contexts"] = new JsonArray([.. checks.Select(c => (JsonNode)c.Context)]),
        ["checks"] = new JsonArray([.. checks.Select(c => (JsonNode)new JsonObject { ["context"] = c.Context, ["app_id"] = c.App })]),
    };

    private static JsonObject Actors(StandInActors actors) => new()
    {
        ["users"] = new JsonArray([.. actors.Users.Select(u => (JsonNode)Bodies.User(u))]), ["teams"] = new JsonArray([.. actors.Teams.Select(t => (JsonNode)new JsonObject { ["slug"] = t })]),
        ["apps"] = new JsonArray([.. actors.Apps.Select(a => (JsonNode)new JsonObject { ["slug"] = a })]),
    };
}
