using System.Text.Json.Nodes;
using LibGit2Sharp;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing.GitHub;

/// <summary>People, Apps, the repository itself.</summary>
internal sealed class GitHubAccounts(GitHubWorld world)
{
    public Reply User(Caller caller) =>
        caller.App is null ? new Reply(200, Bodies.User(caller.Login)) : throw new RefusedException(Refusal.NotForIntegrations);

    public Reply App(Caller caller) => caller is { App: { } id, Installation: null }
        ? new Reply(200, new JsonObject { ["id"] = id, ["slug"] = "gitopsbot", ["name"] = "GitOpsBot", ["events"] = new JsonArray([.. world.SetUp.Events.Select(e => (JsonNode)e)]) }) : throw new RefusedException(Refusal.BadToken("expected a JSON web token"));

    public Reply Installation(Caller caller, string repository) => caller is not { App: not null, Installation: null } ? throw new RefusedException(Refusal.BadToken("expected a JSON web token"))
        : world.InstallationOn(repository) is { } found
            ? new Reply(200, new JsonObject
            {
                ["id"] = found.Id, ["app_id"] = GitHubWorld.AppId, ["repository_selection"] = "selected", ["permissions"] = Permissions(found.Permissions),
                ["suspended_at"] = world.IsSuspended ? "2026-01-01T00:00:00Z" : null,
            })
            : throw new RefusedException(Refusal.NotFound);

    public Reply Token(Caller caller, long id, JsonObject body)
    {
        if (caller is not { App: not null, Installation: null })
        {
            throw new RefusedException(Refusal.BadToken("expected a JSON web token"));
        }

        body.Expect([], "repositories", "repository_ids", "permissions");
        if (world.Installations.Find(i => i.Id == id) is not { } installation || (id == GitHubWorld.InstallationId && !world.IsInstalled))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        if (world.IsSuspended)
        {
            throw new RefusedException(Refusal.Suspended);
        }

        var names = (body["repositories"] as JsonArray)?.Select(n => $"{installation.Owner}/{(string?)n}").ToList();
        if (names?.All(installation.Repositories.Contains) == false)
        {
            throw new RefusedException(Refusal.NotOfInstallation);
        }

        var cut = (body["permissions"] as JsonObject)?.ToDictionary(p => p.Key, p => (string)p.Value!, StringComparer.Ordinal);
        if (cut?.Any(p => !(installation.Permissions.GetValueOrDefault(p.Key) is { } granted && (p.Value == "read" || granted == p.Value))) == true)
        {
            throw new RefusedException(Refusal.NotGranted);
        }

        var (token, expires) = world.MakeToken(installation.Id, names, cut);
        return new Reply(201, new JsonObject { ["token"] = token, ["expires_at"] = Bodies.Time(expires), ["permissions"] = Permissions(cut ?? installation.Permissions) });
    }

    public Reply Repository(Caller caller) => new(200, new JsonObject(Allowed(caller))
    {
        ["id"] = 1, ["name"] = "shop", ["full_name"] = GitHubWorld.FullName, ["archived"] = world.IsArchived, ["default_branch"] = "main",
        ["permissions"] = new JsonObject { ["admin"] = false, ["push"] = world.Rights(caller, "contents", "write"), ["pull"] = true },
    });

    public Reply Permission(string login) => world.Roles.TryGetValue(login, out var role)
        ? new Reply(200, new JsonObject
        {
            ["permission"] = role switch { "maintain" => "write", "triage" => "read", _ => role }, ["role_name"] = role, ["user"] = Bodies.User(login),
        })
        // On a public repository everybody may read; who does not exist is not found.
        : login.StartsWith("nobody", StringComparison.Ordinal) ? throw new RefusedException(Refusal.NotFound)
        : new Reply(200, new JsonObject { ["permission"] = "read", ["role_name"] = "read", ["user"] = Bodies.User(login) });

    public Reply Members(string team, IQueryCollection query) =>
        world.Teams.TryGetValue(team, out var members) ? members.Page(query, m => Bodies.User(m)) : throw new RefusedException(Refusal.NotFound);

    public Reply Refs(string prefix)
    {
        using var repository = new Repository(world.Bare.Path);
        return new Reply(200, new JsonArray([.. repository.Refs.Where(r => r.CanonicalName.StartsWith("refs/" + prefix, StringComparison.Ordinal)).Select(r => (JsonNode)new JsonObject
        {
            ["ref"] = r.CanonicalName, ["object"] = new JsonObject { ["sha"] = r.TargetIdentifier, ["type"] = "commit" },
        })]));
    }

    // Shown to those who may write.
    private IEnumerable<KeyValuePair<string, JsonNode?>> Allowed(Caller caller) => world.Rights(caller, "contents", "write")
        ? new[] { ("squash_merge", "squash"), ("merge_commit", "merge"), ("rebase_merge", "rebase") }.Select(m => KeyValuePair.Create($"allow_{m.Item1}", (JsonNode?)world.Protection.Methods.Contains(m.Item2)))
        : [];

    private static JsonObject Permissions(IReadOnlyDictionary<string, string> granted) => new(granted.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));
}
