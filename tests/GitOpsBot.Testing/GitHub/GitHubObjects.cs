using System.Text.Json.Nodes;
using LibGit2Sharp;

namespace GitOpsBot.Testing.GitHub;

/// <summary>Commits, trees and refs that GitHub itself makes: its commits are by web-flow, and nobody can say before which id they will have.</summary>
internal sealed class GitHubObjects(GitHubWorld world)
{
    /// <summary>GraphQL's <c>createCommitOnBranch</c>.</summary>
    public JsonObject Append(JsonObject variables, Caller caller)
    {
        var input = Of(variables["input"], "", "branch", "message", "expectedHeadOid", "fileChanges?", "clientMutationId?");
        var branch = Of(input["branch"], "branch", "repositoryNameWithOwner", "branchName");
        var message = Of(input["message"], "message", "headline", "body?");
        var changes = Of(input["fileChanges"] ?? new JsonObject(), "fileChanges", "additions?", "deletions?");
        if (!GitHubWorld.FullName.Equals((string?)branch["repositoryNameWithOwner"], StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedException(Refusal.NoRepository((string)branch["repositoryNameWithOwner"]!));
        }

        if (world.IsArchived)
        {
            throw new RefusedException(Refusal.ArchivedInGraph);
        }

        using var repository = new Repository(world.Bare.Path);
        var (name, expected) = ((string)branch["branchName"]!, (string)input["expectedHeadOid"]!);
        var tip = repository.Branches[name]?.Tip ?? throw new RefusedException(Refusal.NoBranchInGraph);
        if (tip.Sha != expected)
        {
            throw new RefusedException(Refusal.StaleHead(expected));
        }

        if (name == "main" && world.Protection.RefusesPushes)
        {
            throw new RefusedException(Refusal.PullRequestRequired);
        }

        var tree = TreeDefinition.From(tip);
        foreach (var removed in List(changes["deletions"]).Select(d => (string)Of(d, "deletions", "path")["path"]!))
        {
            tree = tip[removed] is null ? throw new RefusedException(Refusal.NothingToDelete(tip.Sha)) : tree.Remove(removed);
        }

        foreach (var added in List(changes["additions"]).Select(a => Of(a, "additions", "path", "contents")))
        {
            Add(repository, tree, (string)added["path"]!, Bytes((string)added["contents"]!));
        }

        if (world.SlipsIn is { } slipped)
        {
            Add(repository, tree, slipped.Path, System.Text.Encoding.UTF8.GetBytes(slipped.Text));
        }

        var (headline, body) = ((string)message["headline"]!, (string?)message["body"]);
        var made = world.Sign(repository, caller.Login, body is null ? headline : $"{headline}\n\n{body}", repository.ObjectDatabase.CreateTree(tree), tip);
        repository.Refs.UpdateTarget(repository.Refs["refs/heads/" + name], made.Id);
        return new JsonObject { ["commit"] = new JsonObject { ["oid"] = made.Sha } };
    }

    public Reply MakeTree(JsonObject body)
    {
        body.Expect(["tree"], "base_tree");
        using var repository = new Repository(world.Bare.Path);
        var tree = new TreeDefinition();
        foreach (var entry in body["tree"] is JsonArray { Count: > 0 } entries ? entries : throw new RefusedException(Refusal.Invalid("tree is empty")))
        {
            var file = (JsonObject)entry!;
            file.Expect(["path", "mode", "type"], "content", "sha");
            Add(repository, tree, file.Text("path")!, System.Text.Encoding.UTF8.GetBytes(file.Text("content")!));
        }

        if (world.SlipsIn is { } slipped)
        {
            Add(repository, tree, slipped.Path, System.Text.Encoding.UTF8.GetBytes(slipped.Text));
        }

        return new Reply(201, new JsonObject { ["sha"] = repository.ObjectDatabase.CreateTree(tree).Sha });
    }

    public Reply MakeCommit(JsonObject body, Caller caller)
    {
        body.Expect(["message", "tree"], "parents", "author", "committer", "signature");
        using var repository = new Repository(world.Bare.Path);
        var tree = repository.Lookup<Tree>(body.Text("tree")!) ?? throw new RefusedException(Refusal.NoTree);
        var parents = List(body["parents"]).Select(p => repository.Lookup<Commit>((string)p!) ?? throw new RefusedException(Refusal.NoCommit((string)p!))).ToArray();
        var (message, who) = (body.Text("message")!, new Signature(caller.Login, $"{caller.Login}@users.noreply.github.com", world.Now));
        // GitHub signs here for Apps, and only what names nobody else.
        var made = caller.App is not null && body["author"] is null && body["committer"] is null
            ? world.Sign(repository, caller.Login, message, tree, parents)
            : repository.ObjectDatabase.CreateCommit(who, who, message, tree, parents, false);
        return new Reply(201, new JsonObject { ["sha"] = made.Sha });
    }

    public Reply MakeRef(JsonObject body)
    {
        body.Expect(["ref", "sha"]);
        var (name, sha) = (body.Text("ref")!, body.Text("sha")!);
        using var repository = new Repository(world.Bare.Path);
        if (repository.Lookup<Commit>(sha) is not { } commit)
        {
            throw new RefusedException(Refusal.NoObject);
        }

        if (repository.Refs[name] is not null)
        {
            throw new RefusedException(Refusal.RefExists);
        }

        if (name.StartsWith(world.Protection.Signed ?? "nowhere", StringComparison.Ordinal) && !world.IsVerified(sha))
        {
            throw new RefusedException(Refusal.RefRefused);
        }

        repository.Refs.Add(name, commit.Id);
        return new Reply(201, new JsonObject { ["ref"] = name, ["object"] = new JsonObject { ["sha"] = sha, ["type"] = "commit" } });
    }

    // Whatever stood there: these files are ordinary ones.
    private static void Add(Repository repository, TreeDefinition tree, string path, byte[] content)
    {
        if (path.Split('/').Any(part => part is "" or "." or ".." or ".git"))
        {
            throw new RefusedException(Refusal.PathInvalid(path));
        }

        using var stream = new MemoryStream(content);
        tree.Add(path, repository.ObjectDatabase.CreateBlob(stream), Mode.NonExecutableFile);
    }

    private static byte[] Bytes(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw new RefusedException(Refusal.InputInvalid("fileChanges.additions.0.contents", "Not base64"));
        }
    }

    private static IEnumerable<JsonNode?> List(JsonNode? node) => node as JsonArray ?? [];

    // An input object: nothing but these keys, and all that are not optional.
    private static JsonObject Of(JsonNode? node, string path, params string[] keys)
    {
        var value = node as JsonObject ?? throw new RefusedException(Refusal.InputInvalid(path, "Expected value to not be null"));
        foreach (var key in keys.Where(k => !k.EndsWith('?') && value[k] is null))
        {
            throw new RefusedException(Refusal.InputInvalid($"{path}.{key}".TrimStart('.'), "Expected value to not be null"));
        }

        foreach (var (key, _) in value.Where(p => !keys.Select(k => k.TrimEnd('?')).Contains(p.Key)))
        {
            throw new RefusedException(Refusal.InputInvalid($"{path}.{key}".TrimStart('.'), $"Field is not defined on {path}"));
        }

        return value;
    }
}
