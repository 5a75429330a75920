using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing.GitHub;

/// <summary>Commits of source repositories.</summary>
internal sealed class GitHubSources(GitHubWorld world)
{
    public Reply Compare(string repository, string range, IQueryCollection query)
    {
        if (!world.Sources.TryGetValue(repository, out var commits) || range.Split("...") is not [var from, var to])
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
            ["commits"] = between.Page(query, c => new JsonObject
            {
                ["sha"] = c.Sha,
                ["commit"] = new JsonObject { ["message"] = c.Message, ["author"] = new JsonObject { ["name"] = c.Name, ["email"] = "a@b.example" } },
                ["author"] = c.Login is null ? null : Bodies.User(c.Login),
            }).Body,
        });
    }
}
