using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing.GitHub;

/// <summary>Comments, reactions, labels.</summary>
internal sealed class GitHubConversation(GitHubWorld world)
{
    public Reply Issue(int number)
    {
        var pull = Pull(number);
        return new Reply(200, new JsonObject { ["number"] = number, ["state"] = pull.State, ["closed_by"] = pull.ClosedBy is { } by ? Bodies.User(by) : null });
    }

    public Reply Labels(int number, JsonObject body)
    {
        body.Expect([], "labels");
        var pull = Pull(number);
        var labels = (body["labels"] as JsonArray ?? throw new RefusedException(Refusal.Invalid("labels is not a list.")))
            .Select(l => l?.GetValueKind() == JsonValueKind.String && (string)l! is { Length: > 0 and <= 50 } text ? text : throw new RefusedException(Refusal.Failed("name is too long (maximum is 50 characters)"))).ToList();
        if (labels.Count == 0)
        {
            throw new RefusedException(Refusal.Invalid("labels: expected at least 1 item."));
        }

        pull.Labels.Clear();
        pull.Labels.AddRange(labels.Distinct());
        pull.UpdatedAt = world.Now;
        return new Reply(200, new JsonArray([.. pull.Labels.Select(l => (JsonNode)new JsonObject { ["name"] = l })]));
    }

    public Reply Comments(int? number, IQueryCollection query)
    {
        query.Parameter("sort", "created", "updated");
        query.Parameter("direction", "asc", "desc");
        DateTimeOffset? since = query.Parameter("since") is { } text
            ? DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw new RefusedException(Refusal.Invalid("since is not a time."))
            : null;
        return world.Comments.Where(c => (number is null || c.Number == number) && (since is null || c.UpdatedAt >= since)).OrderBy(c => c.Id).Page(query, Show);
    }

    public Reply Get(long id) => new(200, Show(Find(id)));

    public Reply Comment(int number, JsonObject body, Caller caller)
    {
        Pull(number);
        return new Reply(201, Show(world.Say(number, caller.Login, Text(body))));
    }

    public Reply Remove(long id, Caller caller)
    {
        world.Comments.Remove(Own(id, caller));
        return new Reply(204, null);
    }

    public Reply Edit(long id, JsonObject body, Caller caller)
    {
        var comment = Own(id, caller);
        (comment.Body, comment.UpdatedAt) = (Text(body), world.Now);
        return new Reply(200, Show(comment));
    }

    public Reply React(long id, JsonObject body, Caller caller)
    {
        body.Expect(["content"]);
        var content = body.Text("content", "+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")!;
        var comment = Find(id);
        var isThere = comment.Reactions.Contains((caller.Login, content));
        if (!isThere)
        {
            comment.Reactions.Add((caller.Login, content));
        }

        return new Reply(isThere ? 200 : 201, new JsonObject { ["id"] = 1, ["content"] = content, ["user"] = Bodies.User(caller.Login) });
    }

    // Stricter than GitHub, where who may write may change and remove everybody's: the bot touches its own only.
    private StandInComment Own(long id, Caller caller) => Find(id) is var comment && comment.Login == caller.Login ? comment : throw new RefusedException(Refusal.NotForIntegrations);

    private static string Text(JsonObject body)
    {
        body.Expect(["body"]);
        var text = body.Text("body")!;
        return text.Length > 65_536 ? throw new RefusedException(Refusal.BodyTooLong) : string.IsNullOrWhiteSpace(text) ? throw new RefusedException(Refusal.Failed("body can't be blank")) : text;
    }

    private StandInPull Pull(int number) => world.Pulls.FirstOrDefault(p => p.Number == number) ?? throw new RefusedException(Refusal.NotFound);

    private StandInComment Find(long id) => world.Comments.FirstOrDefault(c => c.Id == id) ?? throw new RefusedException(Refusal.NotFound);

    private JsonNode Show(StandInComment c) => new JsonObject
    {
        ["id"] = c.Id, ["body"] = c.Body, ["user"] = Bodies.User(c.Login), ["html_url"] = $"{world.Url}{GitHubWorld.FullName}/pull/{c.Number}#issuecomment-{c.Id}",
        ["issue_url"] = $"{world.Url}repos/{GitHubWorld.FullName}/issues/{c.Number}", ["created_at"] = Bodies.Time(c.CreatedAt), ["updated_at"] = Bodies.Time(c.UpdatedAt),
        ["reactions"] = new JsonObject { ["total_count"] = c.Reactions.Count },
    };
}
