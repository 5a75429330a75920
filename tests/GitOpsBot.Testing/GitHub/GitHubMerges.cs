using System.Text.Json.Nodes;
using LibGit2Sharp;

namespace GitOpsBot.Testing.GitHub;

/// <summary>Merging with everything that protection demands; really merges, in the repository.</summary>
internal sealed class GitHubMerges(GitHubWorld world)
{
    public Reply Merge(int number, JsonObject body, Caller caller)
    {
        body.Expect([], "commit_title", "commit_message", "sha", "merge_method");
        var method = body.Text("merge_method", "merge", "squash", "rebase") ?? "merge";
        var pull = world.Pulls.FirstOrDefault(p => p.Number == number) ?? throw new RefusedException(Refusal.NotFound);
        if (body.Text("sha") is { } sha && sha != pull.HeadSha)
        {
            throw new RefusedException(Refusal.HeadModified);
        }

        if (!world.Protection.Methods.Contains(method))
        {
            throw new RefusedException(Refusal.MethodNotAllowed(char.ToUpperInvariant(method[0]) + method[1..]));
        }

        if (WhyNot(pull) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        var merged = Do(pull, method, body.Text("commit_title"), body.Text("commit_message"), caller.Login);
        return new Reply(200, new JsonObject { ["sha"] = merged, ["merged"] = true, ["message"] = "Pull Request successfully merged" });
    }

    /// <summary>GraphQL's <c>enqueuePullRequest</c>.</summary>
    public JsonObject Enqueue(JsonObject variables)
    {
        var pull = world.Pulls.FirstOrDefault(p => $"PR_{p.Number}" == (string?)variables["id"]);
        var refusal = pull is null || !world.Protection.HasMergeQueue ? Refusal.NoNode
            : (string?)variables["head"] != pull.HeadSha ? Refusal.OtherHead
            : pull.IsQueued ? Refusal.AlreadyQueued
            : Unmet(pull) is { } unmet ? Refusal.Unprocessable(unmet) : null;
        if (refusal is not null)
        {
            throw new RefusedException(refusal);
        }

        pull!.IsQueued = true;
        return new JsonObject { ["mergeQueueEntry"] = new JsonObject { ["position"] = 1 } };
    }

    public string StateOf(StandInPull pull) => WhyNot(pull) switch
    {
        null => "clean",
        { } r when r == Refusal.Behind => "behind",
        { } r when r == Refusal.NotMergeable => "dirty",
        { } r when r == Refusal.Draft => "draft",
        _ => "blocked",
    };

    /// <summary>As a person who presses the button, or as the queue; protection is not asked.</summary>
    public string Do(StandInPull pull, string method, string? title, string? message, string login)
    {
        using var repository = new Repository(world.Bare.Path);
        var (tip, head) = (repository.Branches[pull.Base].Tip, repository.Lookup<Commit>(pull.HeadSha));
        var result = repository.ObjectDatabase.MergeCommits(tip, head, new MergeTreeOptions { FailOnConflict = true });
        if (result.Status != MergeTreeStatus.Succeeded)
        {
            throw new RefusedException(Refusal.NotMergeable);
        }

        var text = $"{title ?? $"{pull.Title} (#{pull.Number})"}\n\n{message ?? pull.Title}";
        var commit = method switch
        {
            "squash" => world.Sign(repository, login, text, result.Tree, tip),
            "merge" => world.Sign(repository, login, text, result.Tree, tip, head),
            _ => Rebase(repository, tip, head, new Signature("GitHub", "noreply@github.com", world.Now)),
        };
        repository.Refs.UpdateTarget(repository.Refs["refs/heads/" + pull.Base], commit.Id);
        (pull.State, pull.MergedAt, pull.ClosedAt, pull.MergeSha, pull.UpdatedAt, pull.ClosedBy) = ("closed", world.Now, world.Now, commit.Sha, world.Now, login);
        return commit.Sha;
    }

    private static Commit Rebase(Repository repository, Commit tip, Commit head, Signature committer)
    {
        var onto = tip;
        foreach (var commit in repository.Commits.QueryBy(new CommitFilter { IncludeReachableFrom = head, ExcludeReachableFrom = tip, SortBy = CommitSortStrategies.Reverse | CommitSortStrategies.Topological }))
        {
            var picked = repository.ObjectDatabase.CherryPickCommit(commit, onto, 0, new MergeTreeOptions());
            onto = repository.ObjectDatabase.CreateCommit(commit.Author, committer, commit.Message, picked.Tree, [onto], false);
        }

        return onto;
    }

    private Refusal? WhyNot(StandInPull pull)
    {
        if (pull.State != "open" || !IsClean(pull))
        {
            return Refusal.NotMergeable;
        }

        return pull.IsDraft ? Refusal.Draft : Unmet(pull) ?? (world.Protection.HasMergeQueue ? Refusal.QueueRequired : null);
    }

    private Refusal? Unmet(StandInPull pull)
    {
        var protection = world.Protection;
        var last = pull.Reviews.Where(r => r.State is "APPROVED" or "CHANGES_REQUESTED" or "DISMISSED").GroupBy(r => r.Login).Select(g => g.OrderBy(r => r.Id).Last()).ToList();
        if (last.Any(r => r.State == "CHANGES_REQUESTED"))
        {
            return Refusal.ChangesRequested;
        }

        if (last.Count(r => r.State == "APPROVED" && world.Roles.GetValueOrDefault(r.Login) is "write" or "maintain" or "admin") < protection.Approvals)
        {
            return Refusal.ReviewsRequired(protection.Approvals);
        }

        foreach (var (context, app) in protection.Checks)
        {
            var run = world.CheckRuns.LastOrDefault(c => c.Name == context && c.Sha == pull.HeadSha && (app is null || c.App == app));
            var status = app is null ? world.Statuses.LastOrDefault(s => s.Context == context && s.Sha == pull.HeadSha)?.State : null;
            var state = run is null ? status : run.Status != "completed" ? "pending" : run.Conclusion is "success" or "neutral" or "skipped" ? "success" : "failure";
            if (state != "success")
            {
                return state switch { null => Refusal.CheckExpected(context), "pending" => Refusal.CheckPending(context), _ => Refusal.CheckFailing(context) };
            }
        }

        using var repository = new Repository(world.Bare.Path);
        var (tip, head) = (repository.Branches[pull.Base].Tip, repository.Lookup<Commit>(pull.HeadSha));
        return protection.MustBeUpToDate && repository.ObjectDatabase.FindMergeBase(tip, head)?.Sha != tip.Sha ? Refusal.Behind
            : protection.Signed is not null && !repository.Commits.QueryBy(new CommitFilter { IncludeReachableFrom = head, ExcludeReachableFrom = tip }).All(c => world.IsVerified(c.Sha)) ? Refusal.SignaturesRequired
            : null;
    }

    private bool IsClean(StandInPull pull)
    {
        using var repository = new Repository(world.Bare.Path);
        return repository.ObjectDatabase.MergeCommits(repository.Branches[pull.Base].Tip, repository.Lookup<Commit>(pull.HeadSha), new MergeTreeOptions { FailOnConflict = true }).Status == MergeTreeStatus.Succeeded;
    }
}
