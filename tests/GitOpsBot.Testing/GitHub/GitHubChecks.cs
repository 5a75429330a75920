using System.Text.Json.Nodes;
using LibGit2Sharp;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing.GitHub;

/// <summary>Commit statuses and check runs.</summary>
internal sealed class GitHubChecks(GitHubWorld world)
{
    private const int MostStatuses = 1000;

    public Reply Status(string sha)
    {
        Commit(sha);
        var newest = world.Statuses.Where(s => s.Sha == sha).GroupBy(s => s.Context).Select(g => g.Last()).ToList();
        return new Reply(200, new JsonObject
        {
            ["sha"] = sha, ["total_count"] = newest.Count, ["state"] = newest.All(s => s.State == "success") ? "success" : "pending",
            ["statuses"] = new JsonArray([.. newest.Select(s => (JsonNode)Show(s))]),
        });
    }

    public Reply SetStatus(string sha, JsonObject body, Caller caller)
    {
        body.Expect(["state"], "target_url", "description", "context");
        Commit(sha);
        var (state, context, description) = (body.Text("state", "error", "failure", "pending", "success")!, body.Text("context") ?? "default", body.Text("description"));
        if (description?.Length > 140)
        {
            throw new RefusedException(Refusal.DescriptionTooLong);
        }

        if (world.Statuses.Count(s => s.Sha == sha && s.Context == context) >= MostStatuses)
        {
            throw new RefusedException(Refusal.TooManyStatuses);
        }

        var status = new StandInStatus(world.NextId(), sha, state, context, description, caller.Login);
        world.Statuses.Add(status);
        return new Reply(201, Show(status));
    }

    public Reply Runs(string sha, IQueryCollection query)
    {
        Commit(sha);
        query.Parameter("filter", "latest", "all");
        var found = world.CheckRuns.Where(r => r.Sha == sha && (query.Parameter("check_name") is not { } name || r.Name == name)
            && (query.Parameter("app_id") is not { } app || r.App.ToString(System.Globalization.CultureInfo.InvariantCulture) == app)).ToList();
        return new Reply(200, new JsonObject { ["total_count"] = found.Count, ["check_runs"] = new JsonArray([.. found.GroupBy(r => r.Name).Select(g => (JsonNode)Show(g.Last()))]) });
    }

    public Reply CreateRun(JsonObject body, Caller caller)
    {
        body.Expect(["name", "head_sha"], "details_url", "external_id", "status", "started_at", "conclusion", "completed_at", "output", "actions");
        if (caller.Installation is null)
        {
            throw new RefusedException(Refusal.NotForTokens);
        }

        Commit(body.Text("head_sha")!);
        var run = new StandInCheckRun { Id = world.NextId(), Name = body.Text("name")!, Sha = body.Text("head_sha")!, App = caller.App!.Value, Status = "queued" };
        Fill(run, body);
        world.CheckRuns.Add(run);
        return new Reply(201, Show(run));
    }

    public Reply UpdateRun(long id, JsonObject body, Caller caller)
    {
        body.Expect([], "name", "details_url", "external_id", "status", "started_at", "conclusion", "completed_at", "output", "actions");
        var run = world.CheckRuns.FirstOrDefault(r => r.Id == id) ?? throw new RefusedException(Refusal.NotFound);
        if (caller.App != run.App)
        {
            throw new RefusedException(Refusal.NotForIntegrations);
        }

        Fill(run, body);
        return new Reply(200, Show(run));
    }

    private static void Fill(StandInCheckRun run, JsonObject body)
    {
        var conclusion = body.Text("conclusion", "action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out");
        var status = body.Text("status", "queued", "in_progress", "completed") ?? (conclusion is null ? run.Status : "completed");
        if (status == "completed" && conclusion is null)
        {
            throw new RefusedException(Refusal.ConclusionMissing);
        }

        (run.Status, run.Conclusion) = (status, conclusion);
        if (body["output"] is JsonObject output)
        {
            output.Expect(["title", "summary"], "text", "annotations", "images");
            if (output.Text("summary")!.Length > 65_535)
            {
                throw new RefusedException(Refusal.BodyTooLong);
            }

            (run.Title, run.Summary) = (output.Text("title"), output.Text("summary"));
        }
    }

    private void Commit(string sha)
    {
        using var repository = new Repository(world.Bare.Path);
        if (sha.Length != 40 || repository.Lookup<Commit>(sha) is null)
        {
            throw new RefusedException(Refusal.NoCommit(sha));
        }
    }

    private static JsonObject Show(StandInStatus s) => new() { ["id"] = s.Id, ["state"] = s.State, ["description"] = s.Description, ["context"] = s.Context, ["creator"] = Bodies.User(s.Login) };

    private static JsonObject Show(StandInCheckRun r) => new()
    {
        ["id"] = r.Id, ["name"] = r.Name, ["head_sha"] = r.Sha, ["status"] = r.Status, ["conclusion"] = r.Conclusion,
        ["output"] = new JsonObject { ["title"] = r.Title, ["summary"] = r.Summary }, ["app"] = new JsonObject { ["id"] = r.App, ["slug"] = "gitopsbot" },
    };
}
