using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>What pull requests show, the same for planning and for acting.</summary>
internal static class Faces
{
    // GitHub's own limit for the description of a commit status.
    private const int LongestDescription = 140;

    /// <summary>What a promotion's pull request shows.</summary>
    public static PullRequestFace Show(JudgedCandidate what, PromotionEnvironment environment) => PullRequestText.Show(what, environment);

    /// <summary>What a rollback's pull request shows.</summary>
    public static PullRequestFace Show(JudgedRollback what, PromotionEnvironment environment) => PullRequestText.ShowRollback(what, environment);

    /// <summary>A sentence cut to what a status holds.</summary>
    public static string Fit(string sentence) => sentence.Length <= LongestDescription ? sentence : sentence[..(LongestDescription - 1)] + "…";
}
