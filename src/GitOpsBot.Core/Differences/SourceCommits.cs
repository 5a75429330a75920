namespace GitOpsBot.Core.Differences;

/// <summary>One commit of a source repository; all of its text is a stranger's.</summary>
/// <param name="Sha">The commit.</param>
/// <param name="Subject">The first line of its message.</param>
/// <param name="Author">Login of its author, else the name that Git knows.</param>
public sealed record SourceCommit(string Sha, string Subject, string Author);

/// <summary>The commits that a promotion brings, as the forge compares two source revisions.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="LeftOut">Commits of what runs now that the new revision does not contain: history was rewritten, or it comes from another branch.</param>
/// <param name="First">The first of them, oldest first; a forge hands out no more than a page.</param>
public sealed record SourceCommits(int Total, int LeftOut, IReadOnlyList<SourceCommit> First);
