using System.Text.Json.Nodes;

namespace GitOpsBot.Testing.GitHub;

/// <summary>The mutations that the stand-in has. A refusal comes with status 200, inside the answer.</summary>
internal sealed class GitHubGraph(GitHubWorld world)
{
    public Reply Answer(JsonObject body, Caller caller)
    {
        body.Expect(["query"], "variables", "operationName");
        var (query, variables) = (body.Text("query")!, body["variables"] as JsonObject ?? []);
        var (name, permission, act) =
            query.Contains("createCommitOnBranch(", StringComparison.Ordinal) ? ("createCommitOnBranch", "contents", (Func<JsonObject>)(() => new GitHubObjects(world).Append(variables, caller)))
            : query.Contains("enqueuePullRequest(", StringComparison.Ordinal) ? ("enqueuePullRequest", "pull_requests", () => new GitHubMerges(world).Enqueue(variables))
            : throw new RefusedException(Refusal.UnknownField(query.Split('(', '{')[0].Trim()));
        if (!world.Rights(caller, permission, "write"))
        {
            throw new RefusedException(Refusal.Forbidden(caller.Installation is null ? Refusal.NotForTokens : Refusal.NotForIntegrations));
        }

        return new Reply(200, new JsonObject { ["data"] = new JsonObject { [name] = act() } });
    }
}
