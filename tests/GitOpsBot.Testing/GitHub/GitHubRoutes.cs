using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing.GitHub;

/// <summary>The operations that the stand-in has, who may use them, and what bodies they take; any other is not found.</summary>
public sealed class GitHubRoutes(GitHubWorld world)
{
    private sealed record Route(string Method, string Pattern, string? Permission, Func<GitHubRoutes, Dictionary<string, string>, IQueryCollection, JsonObject, Caller, Reply> Handle)
    {
        public Regex Path { get; } = new("\\A" + Regex.Replace(Pattern, @"\{(\w+)\}", m => $"(?<{m.Groups[1].Value}>{m.Groups[1].Value switch { "rest" => ".+", "number" or "id" => "[0-9]+", _ => "[^/]+" }})") + "\\z");
    }

    private static readonly Route[] All =
    [
        new("GET", "user", null, (r, p, q, b, c) => r.accounts.User(c)),
        new("GET", "app", null, (r, p, q, b, c) => r.accounts.App(c)),
        new("GET", "repos/{account}/{source}/installation", null, (r, p, q, b, c) => r.accounts.Installation(c, $"{p["account"]}/{p["source"]}")),
        new("POST", "app/installations/{id}/access_tokens", null, (r, p, q, b, c) => r.accounts.Token(c, Id(p), b)),
        new("GET", "app/hook/config", null, (r, p, q, b, c) => r.pages.Hook(c)),
        new("GET", "app/hook/deliveries", null, (r, p, q, b, c) => r.pages.Deliveries(c, q)),
        new("GET", "repos/{owner}/{repo}/branches/{rest}/protection", "metadata:read", (r, p, q, b, c) => r.pages.Protection(p["rest"], c)),
        new("GET", "repos/{owner}/{repo}/branches/{rest}", "contents:read", (r, p, q, b, c) => r.pages.Branch(p["rest"])),
        new("GET", "repos/{owner}/{repo}/rules/branches/{rest}", "metadata:read", (r, p, q, b, c) => r.pages.Rules(p["rest"], q)),
        new("GET", "repos/{owner}/{repo}/rulesets/{id}", "metadata:read", (r, p, q, b, c) => r.pages.Ruleset(Id(p), c)),
        new("GET", "repos/{owner}/{repo}/codeowners/errors", "contents:read", (r, p, q, b, c) => r.pages.OwnersErrors()),
        new("GET", "users/{login}/ssh_signing_keys", null, (r, p, q, b, c) => r.pages.SigningKeys(p["login"], q)),
        new("GET", "repos/{owner}/{repo}", "metadata:read", (r, p, q, b, c) => r.accounts.Repository(c)),
        new("GET", "repos/{owner}/{repo}/collaborators/{login}/permission", "metadata:read", (r, p, q, b, c) => r.accounts.Permission(p["login"])),
        new("GET", "orgs/{org}/teams/{team}/members", "members:read", (r, p, q, b, c) => r.accounts.Members($"{p["org"]}/{p["team"]}", q)),
        new("GET", "repos/{owner}/{repo}/git/matching-refs/{rest}", "contents:read", (r, p, q, b, c) => r.accounts.Refs(p["rest"])),
        new("GET", "repos/{owner}/{repo}/pulls", "pull_requests:read", (r, p, q, b, c) => r.pulls.List(q)),
        new("POST", "repos/{owner}/{repo}/pulls", "pull_requests:write", (r, p, q, b, c) => r.pulls.Create(b, c)),
        new("GET", "repos/{owner}/{repo}/pulls/{number}", "pull_requests:read", (r, p, q, b, c) => r.pulls.Get(Number(p))),
        new("PATCH", "repos/{owner}/{repo}/pulls/{number}", "pull_requests:write", (r, p, q, b, c) => r.pulls.Change(Number(p), b, c)),
        new("GET", "repos/{owner}/{repo}/pulls/{number}/reviews", "pull_requests:read", (r, p, q, b, c) => r.pulls.Reviews(Number(p), q)),
        new("POST", "repos/{owner}/{repo}/pulls/{number}/requested_reviewers", "pull_requests:write", (r, p, q, b, c) => r.pulls.Request(Number(p), b)),
        new("GET", "repos/{account}/{source}/compare/{basehead}", null, (r, p, q, b, c) => r.sources.Compare($"{p["account"]}/{p["source"]}", p["basehead"], q, c)),
        new("GET", "repos/{account}/{source}/commits/{sha}", null, (r, p, q, b, c) => r.sources.Get($"{p["account"]}/{p["source"]}", p["sha"], c)),
        new("PUT", "repos/{owner}/{repo}/pulls/{number}/merge", "contents:write", (r, p, q, b, c) => r.merges.Merge(Number(p), b, c)),
        new("GET", "repos/{owner}/{repo}/issues/{number}", "issues:read", (r, p, q, b, c) => r.conversation.Issue(Number(p))),
        new("PUT", "repos/{owner}/{repo}/issues/{number}/labels", "issues:write", (r, p, q, b, c) => r.conversation.Labels(Number(p), b)),
        new("GET", "repos/{owner}/{repo}/issues/comments", "issues:read", (r, p, q, b, c) => r.conversation.Comments(null, q)),
        new("GET", "repos/{owner}/{repo}/issues/{number}/comments", "issues:read", (r, p, q, b, c) => r.conversation.Comments(Number(p), q)),
        new("POST", "repos/{owner}/{repo}/issues/{number}/comments", "issues:write", (r, p, q, b, c) => r.conversation.Comment(Number(p), b, c)),
        new("GET", "repos/{owner}/{repo}/issues/comments/{id}", "issues:read", (r, p, q, b, c) => r.conversation.Get(Id(p))),
        new("PATCH", "repos/{owner}/{repo}/issues/comments/{id}", "issues:write", (r, p, q, b, c) => r.conversation.Edit(Id(p), b, c)),
        new("DELETE", "repos/{owner}/{repo}/issues/comments/{id}", "issues:write", (r, p, q, b, c) => r.conversation.Remove(Id(p), c)),
        new("POST", "repos/{owner}/{repo}/issues/comments/{id}/reactions", "issues:write", (r, p, q, b, c) => r.conversation.React(Id(p), b, c)),
        new("GET", "repos/{owner}/{repo}/commits/{sha}/status", "statuses:read", (r, p, q, b, c) => r.checks.Status(p["sha"])),
        new("POST", "repos/{owner}/{repo}/statuses/{sha}", "statuses:write", (r, p, q, b, c) => r.checks.SetStatus(p["sha"], b, c)),
        new("GET", "repos/{owner}/{repo}/commits/{sha}/check-runs", "checks:read", (r, p, q, b, c) => r.checks.Runs(p["sha"], q)),
        new("POST", "repos/{owner}/{repo}/check-runs", "checks:write", (r, p, q, b, c) => r.checks.CreateRun(b, c)),
        new("PATCH", "repos/{owner}/{repo}/check-runs/{id}", "checks:write", (r, p, q, b, c) => r.checks.UpdateRun(Id(p), b, c)),
        new("GET", "repos/{account}/{source}/attestations/{digest}", null, (r, p, q, b, c) => r.attestations.List($"{p["account"]}/{p["source"]}", p["digest"], q, c)),
        new("POST", "repos/{owner}/{repo}/git/trees", "contents:write", (r, p, q, b, c) => r.objects.MakeTree(b)),
        new("POST", "repos/{owner}/{repo}/git/commits", "contents:write", (r, p, q, b, c) => r.objects.MakeCommit(b, c)),
        new("POST", "repos/{owner}/{repo}/git/refs", "contents:write", (r, p, q, b, c) => r.objects.MakeRef(b)),
        new("POST", "graphql", null, (r, p, q, b, c) => r.graph.Answer(b, c)),
    ];

    private readonly GitHubAccounts accounts = new(world);
    private readonly GitHubSettingsPages pages = new(world);
    private readonly GitHubPulls pulls = new(world);
    private readonly GitHubMerges merges = new(world);
    private readonly GitHubObjects objects = new(world);
    private readonly GitHubGraph graph = new(world);
    private readonly GitHubConversation conversation = new(world);
    private readonly GitHubChecks checks = new(world);
    private readonly GitHubSources sources = new(world);
    private readonly GitHubAttestations attestations = new(world);

    /// <summary>Answers one request.</summary>
    public Reply Answer(string method, string path, IQueryCollection query, JsonObject body, Caller caller)
    {
        foreach (var route in All.Where(r => r.Method == method))
        {
            if (route.Path.Match(path) is not { Success: true } match)
            {
                continue;
            }

            var parts = match.Groups.Values.Skip(1).ToDictionary(g => g.Name, g => Uri.UnescapeDataString(g.Value), StringComparer.Ordinal);
            if (parts.TryGetValue("owner", out var owner) && (!$"{owner}/{parts["repo"]}".Equals(GitHubWorld.FullName, StringComparison.OrdinalIgnoreCase) || world.IsGone || !world.Sees(caller, GitHubWorld.FullName)))
            {
                throw new RefusedException(Refusal.NotFound);
            }

            if (route.Permission?.Split(':') is [var permission, var level])
            {
                if (caller.App is not null && (caller.Installation is null || world.IsSuspended))
                {
                    throw new RefusedException(world.IsSuspended ? Refusal.Suspended : Refusal.NotForIntegrations);
                }

                // Comments and labels of pull requests are open to either permission.
                if (!world.Rights(caller, permission, level) && !(permission == "issues" && world.Rights(caller, "pull_requests", level)))
                {
                    throw new RefusedException(caller.Installation is null ? Refusal.NotForTokens : Refusal.NotForIntegrations);
                }

                if (method != "GET" && world.IsArchived)
                {
                    throw new RefusedException(Refusal.Archived);
                }
            }

            return route.Handle(this, parts, query, body, caller);
        }

        throw new RefusedException(Refusal.NotFound);
    }

    private static int Number(Dictionary<string, string> parts) =>
        int.TryParse(parts["number"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new RefusedException(Refusal.NotFound);

    private static long Id(Dictionary<string, string> parts) =>
        long.TryParse(parts["id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw new RefusedException(Refusal.NotFound);
}
