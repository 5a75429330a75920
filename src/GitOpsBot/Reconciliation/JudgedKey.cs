using GitOpsBot.Core.Environments;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// What of the base branch a judgement read: the documents, this folder, the predecessors' folders. While a newer tip has the same, the
/// judgement holds there too (SPEC section 3, "A judgement is keyed by what it read").
/// </summary>
internal sealed class JudgedKey(
    ManifestRepository git, BranchHistory history, string baseBranch, string documents, string revision, string? book, Pipeline pipeline, PromotionEnvironment environment)
{
    /// <summary>The tip to build on, which has what was judged; or why there is none.</summary>
    public StepResult.Lost? Tip(out string tip)
    {
        tip = git.Tip(baseBranch) ?? "";
        if (tip.Length == 0)
        {
            return new StepResult.Lost($"The branch {baseBranch} is gone.");
        }

        // Whoever froze or held something meanwhile means this step too.
        if (git.Tip(BotState.Branch) is var now && now != book && Stops(now) != Stops(book))
        {
            return new StepResult.Lost("Something was frozen or held, or is no more, since this was judged.");
        }

        if (tip == revision)
        {
            return null;
        }

        // What the commits between put into the folders and took out again is history that was not judged either.
        history.Follow(git, tip, Folders());
        return history.IsUnchanged(Folders(), revision) ? null : new StepResult.Lost($"{environment.Name} or what it is judged by changed on {baseBranch} meanwhile.");
    }

    /// <summary>Whether it reads anything of these folders.</summary>
    public bool ReadsAny(IReadOnlyCollection<string> changed) =>
        changed.Count > 0 && Folders().Any(read => changed.Any(path => path == read || IsBelow(path, read) || IsBelow(read, path)));

    private static bool IsBelow(string path, string folder) => path.StartsWith(folder, StringComparison.Ordinal) && path.Length > folder.Length && path[folder.Length] == '/';

    private (string?, string?) Stops(string? commit) => commit is null ? default : (git.TreeId(commit, "freezes"), git.TreeId(commit, "holds"));

    private IEnumerable<string> Folders() =>
        [documents, .. pipeline.RefusingFor(environment).Select(name => pipeline.Environment(name)?.Path).OfType<string>()];
}
