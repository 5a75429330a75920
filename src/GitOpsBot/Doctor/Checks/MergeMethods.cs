using GitOpsBot.Core.Environments;
using GitOpsBot.Doctor.GitHub;

namespace GitOpsBot.Doctor.Checks;

/// <summary>What the bot merges by is allowed where it merges.</summary>
internal static class MergeMethods
{
    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("merge methods", setUp => setUp.OnGitHub.Select(g => new Look(g.Facts.Host, g.Repository.Settings.Name, async cancellationToken =>
    {
        var documents = (await g.Repository.Contents.GetAsync(cancellationToken)).Documents;
        var needed = documents.Pipelines.SelectMany(p => p.Environments.Where(e => e.Merge == MergeMode.Auto).Select(e => (e.MergeMethod, Where: $"{p.Name} in {e.Name}"))).ToList();
        return needed.Count == 0
            ? [new Finding.Ok(g.Repository.Settings.Name, "No environment says 'merge: auto', so the bot merges nothing by itself.")]
            : Find(g.Repository.Settings.Name, needed, (await g.Facts.Repository.GetAsync(cancellationToken)).OrNull, await g.Facts.Base.GetAsync(cancellationToken));
    }).WithContents()));

    private static IReadOnlyList<Finding> Find(string name, IReadOnlyList<(MergeMethod Method, string Where)> needed, JsonRepositoryDetails? repository, BranchGuard guard)
    {
        if (guard.HasQueue)
        {
            return [new Finding.Ok(name, $"The merge queue of {guard.Branch} merges, by its own method.")];
        }

        if (repository is not { AllowSquashMerge: { } squash, AllowMergeCommit: { } merge, AllowRebaseMerge: { } rebase })
        {
            return [new Finding.Unseen(name, "Which merge methods the repository allows cannot be seen.", "Grant 'contents: write': GitHub shows it to those who may write.")];
        }

        List<Finding> refused = [.. needed.GroupBy(n => n.Method).Select(g => (Word: g.Key.ToString().ToLowerInvariant(), Where: string.Join(", ", g.Select(n => n.Where)), Why: g.Key switch
        {
            MergeMethod.Squash when !squash => "the repository does not allow it",
            MergeMethod.Merge when !merge => "the repository does not allow it",
            MergeMethod.Rebase when !rebase => "the repository does not allow it",
            MergeMethod.Merge when guard.IsLinear => $"{guard.Branch} demands a linear history",
            var method when guard.Methods?.Contains(method.ToString().ToLowerInvariant()) == false => $"a ruleset of {guard.Branch} does not allow it",
            _ => null,
        })).Where(m => m.Why is not null).Select(m => new Finding.ToDo(name, $"The bot cannot merge by {m.Word} ({m.Where}): {m.Why}.", $"Allow it there, or choose another 'mergeMethod' for {m.Where}."))];
        return refused.Count > 0 ? refused : [new Finding.Ok(name, "The merge methods that the environments name are allowed.")];
    }
}
