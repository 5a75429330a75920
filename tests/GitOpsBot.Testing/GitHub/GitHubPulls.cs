using System.Text.Json.Nodes;
using LibGit2Sharp;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing.GitHub;

/// <summary>Pull requests and their reviews.</summary>
internal sealed class GitHubPulls(GitHubWorld world)
{
    public Reply List(IQueryCollection query)
    {
        var state = query.Parameter("state", "open", "closed", "all") ?? "open";
        var sort = query.Parameter("sort", "created", "updated", "popularity", "long-running") ?? "created";
        var isDescending = (query.Parameter("direction", "asc", "desc") ?? (sort == "created" ? "desc" : "asc")) == "desc";
        var head = query.Parameter("head");
        var found = world.Pulls.Where(p => (state == "all" || p.State == state) && (query.Parameter("base") is not { } b || p.Base == b)
            && (head is null || head == $"{(p.Fork ?? GitHubWorld.FullName).Split('/')[0]}:{p.Head}"));
        found = sort == "updated" ? found.OrderBy(p => p.UpdatedAt).ThenBy(p => p.Number) : found.OrderBy(p => p.Number);
        return (isDescending ? found.Reverse() : found).Page(query, Show);
    }

    public Reply Get(int number) => new(200, Whole(Find(number)));

    public Reply Create(JsonObject body, Caller caller)
    {
        body.Expect(["head", "base"], "title", "head_repo", "body", "maintainer_can_modify", "draft", "issue");
        var (head, into, title, text) = (body.Text("head")!, body.Text("base")!, body.Text("title"), body.Text("body") ?? "");
        if (string.IsNullOrWhiteSpace(title))
        {
            throw new RefusedException(Refusal.Failed("title is missing"));
        }

        if (text.Length > 65_536)
        {
            throw new RefusedException(Refusal.BodyTooLong);
        }

        using var repository = new Repository(world.Bare.Path);
        var (from, to) = (repository.Branches[head]?.Tip, repository.Branches[into]?.Tip);
        if (from is null || to is null)
        {
            throw new RefusedException(Refusal.HeadInvalid);
        }

        if (world.Pulls.Any(p => p.State == "open" && p.Head == head && p.Base == into && p.Fork is null))
        {
            throw new RefusedException(Refusal.PullRequestExists($"acme:{head}"));
        }

        if (repository.ObjectDatabase.FindMergeBase(from, to)?.Sha == from.Sha)
        {
            throw new RefusedException(Refusal.NoCommits(into, head));
        }

        return new Reply(201, Whole(world.Open(caller.Login, head, title, body: text)));
    }

    public Reply Change(int number, JsonObject body, Caller caller)
    {
        body.Expect([], "title", "body", "state", "base", "maintainer_can_modify");
        var pull = Find(number);
        if (body.Text("body") is { Length: > 65_536 })
        {
            throw new RefusedException(Refusal.BodyTooLong);
        }

        if (body.Text("state", "open", "closed") is { } state && state != pull.State)
        {
            if (state == "open")
            {
                throw new RefusedException(Refusal.ReopenInvalid);
            }

            world.Close(number, caller.Login);
        }

        (pull.Title, pull.Body, pull.UpdatedAt) = (body.Text("title") ?? pull.Title, body.Text("body") ?? pull.Body, world.Now);
        return new Reply(200, Whole(pull));
    }

    public Reply Request(int number, JsonObject body)
    {
        body.Expect([], "reviewers", "team_reviewers");
        var (pull, logins, teams) = (Find(number), Texts(body, "reviewers"), Texts(body, "team_reviewers"));
        if (logins.Contains(pull.Author))
        {
            throw new RefusedException(Refusal.ReviewByAuthor);
        }

        // For one name the whole request is refused.
        if (logins.Any(l => !world.Roles.ContainsKey(l)) || teams.Any(t => !world.Teams.ContainsKey($"acme/{t}")))
        {
            throw new RefusedException(Refusal.ReviewByStranger);
        }

        pull.Requested.AddRange(logins.Except(pull.Requested));
        pull.RequestedTeams.AddRange(teams.Except(pull.RequestedTeams));
        pull.UpdatedAt = world.Now;
        return new Reply(201, Whole(pull));

        static List<string> Texts(JsonObject body, string key) => body[key] is not { } node ? []
            : node is JsonArray { Count: > 0 } list ? [.. list.Select(i => (string)i!)] : throw new RefusedException(Refusal.Invalid($"{key} is not a list of texts."));
    }

    public Reply Reviews(int number, IQueryCollection query) => Find(number).Reviews.Page(query, r => new JsonObject
    {
        ["id"] = r.Id, ["user"] = Bodies.User(r.Login), ["state"] = r.State, ["commit_id"] = r.Sha, ["submitted_at"] = Bodies.Time(r.At), ["body"] = "",
    });

    public StandInPull Find(int number) => world.Pulls.FirstOrDefault(p => p.Number == number) ?? throw new RefusedException(Refusal.NotFound);

    private JsonObject Whole(StandInPull pull)
    {
        var shown = (JsonObject)Show(pull);
        shown["merged"] = pull.MergedAt is not null;
        shown["mergeable_state"] = pull.State == "open" ? new GitHubMerges(world).StateOf(pull) : "unknown";
        return shown;
    }

    private static JsonNode Show(StandInPull p) => new JsonObject
    {
        ["id"] = 5000 + p.Number, ["node_id"] = $"PR_{p.Number}", ["number"] = p.Number, ["state"] = p.State, ["title"] = p.Title, ["body"] = p.Body, ["draft"] = p.IsDraft,
        ["user"] = Bodies.User(p.Author),
        ["labels"] = new JsonArray([.. p.Labels.Select(l => (JsonNode)new JsonObject { ["name"] = l })]),
        ["requested_teams"] = new JsonArray([.. p.RequestedTeams.Select(t => (JsonNode)new JsonObject { ["slug"] = t, ["name"] = t })]),
        ["requested_reviewers"] = new JsonArray([.. p.Requested.Select(r => (JsonNode)Bodies.User(r))]),
        ["head"] = new JsonObject { ["ref"] = p.Head, ["sha"] = p.HeadSha, ["repo"] = new JsonObject { ["id"] = 1, ["full_name"] = p.Fork ?? GitHubWorld.FullName } },
        ["base"] = new JsonObject { ["ref"] = p.Base, ["sha"] = p.HeadSha, ["repo"] = new JsonObject { ["id"] = 1, ["full_name"] = GitHubWorld.FullName } },
        ["created_at"] = Bodies.Time(p.CreatedAt), ["updated_at"] = Bodies.Time(p.UpdatedAt),
        ["closed_at"] = p.ClosedAt is { } closed ? Bodies.Time(closed) : null, ["merged_at"] = p.MergedAt is { } merged ? Bodies.Time(merged) : null,
        ["merge_commit_sha"] = p.MergeSha,
    };
}
