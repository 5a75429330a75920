using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing.GitHub;

/// <summary>Commits of source repositories. A private one is not there for who may not see it.</summary>
internal sealed class GitHubSources(GitHubWorld world)
{
    public Reply Get(string repository, string sha, Caller caller) =>
        new(200, Show(Commits(repository, caller).Find(c => c.Sha == sha) ?? throw new RefusedException(Refusal.NoCommit(sha))));

    public Reply Compare(string repository, string range, IQueryCollection query, Caller caller)
    {
        var commits = Commits(repository, caller);
        if (range.Split("...") is not [var from, var to])
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var (first, last) = (commits.FindIndex(c => c.Sha == from), commits.FindIndex(c => c.Sha == to));
        if (first < 0 || last < 0)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var between = commits.Skip(first + 1).Take(Math.Max(0, last - first)).ToList();
        return new Reply(200, new JsonObject
        {
            ["status"] = last > first ? "ahead" : last < first ? "behind" : "identical", ["ahead_by"] = between.Count, ["behind_by"] = Math.Max(0, first - last), ["total_commits"] = between.Count,
            ["commits"] = between.Page(query, Show).Body,
        });
    }

    /// <summary>Refuses as GitHub does: what may not be seen is not there; what may be seen, but not for this, is forbidden.</summary>
    public static void Admit(GitHubWorld world, string repository, string permission, Caller caller)
    {
        if (!world.Sees(caller, repository))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        if (world.PrivateSources.ContainsKey(repository) && caller.Installation is not null && !world.Rights(caller, permission, "read"))
        {
            throw new RefusedException(Refusal.NotForIntegrations);
        }
    }

    private List<StandInCommit> Commits(string repository, Caller caller)
    {
        if (!world.Sources.TryGetValue(repository, out var commits))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        Admit(world, repository, "contents", caller);
        return commits;
    }

    private static JsonNode Show(StandInCommit c) => new JsonObject
    {
        ["sha"] = c.Sha,
        ["commit"] = new JsonObject { ["message"] = c.Message, ["author"] = new JsonObject { ["name"] = c.Name, ["email"] = "a@b.example" } },
        ["author"] = c.Login is null ? null : Bodies.User(c.Login),
    };
}
