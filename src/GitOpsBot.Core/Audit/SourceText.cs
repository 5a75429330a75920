using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Audit;

/// <summary>Where an artifact comes from and which commits it brings, as verified provenance names both ends.</summary>
internal static class SourceText
{
    private const int ShortCommit = 12;

    /// <summary>The section; null where no provenance says anything.</summary>
    /// <param name="difference">What differs.</param>
    /// <param name="title">What the section begins with.</param>
    public static ChangeSection? Write(ArtifactDifference difference, string title)
    {
        ChangeSection Said(string sentence) => new(ChangeKind.Source, $"{title} {sentence}", [], 0);
        switch (difference.From, difference.To)
        {
            case (null, null):
                return null;
            case (_, null):
                return Said("verified provenance does not name the one commit that the new one was built from.");
            case (null, { } to):
                return Said(At(to) + (difference.HasBefore ? "; of what stands there, verified provenance does not name the one commit." : "."));
            case ({ } from, { } to) when from.Repository != to.Repository:
                return Said($"{At(to)}; what stands there was built from {At(from)}.");
            case ({ } from, { } to) when from.Commit == to.Commit:
                return Said($"{At(to)}, from which what stands there was built, too.");
            default:
                return Between(difference, title);
        }
    }

    private static ChangeSection Between(ArtifactDifference difference, string title)
    {
        var range = difference.Range!;
        var link = SourceAddress.Compare(range) is { } compare ? $" ({compare})" : "";
        var head = $"{title} {SourceAddress.Name(range.Repository)} `{range.From![..ShortCommit]}` → `{range.To[..ShortCommit]}`{link}";
        return difference.Commits switch
        {
            Fact<SourceCommits>.Known { Value: var commits } => new ChangeSection(
                ChangeKind.Source, $"{head}, {ChangesText.Count(commits.Total, "commit")}{LeftOut(commits)}.",
                [.. commits.First.Take(ChangesText.MostLines).Select(Line)], Math.Max(0, commits.Total - Math.Min(commits.First.Count, ChangesText.MostLines))),
            Fact<SourceCommits>.Unknown { Reason: var reason } => new ChangeSection(
                ChangeKind.Source, $"{head}. The commits between are not listed: {Inert.Markdown(Inert.Cut(reason, 300))}", [], 0),
            _ => new ChangeSection(ChangeKind.Source, head + ".", [], 0),
        };
    }

    private static string LeftOut(SourceCommits commits) => commits.LeftOut == 0 ? ""
        : $"; **{ChangesText.Count(commits.LeftOut, "commit")} of what stands there {(commits.LeftOut == 1 ? "is" : "are")} not in it**";

    // The commit stands first, so that no text of a stranger begins a line.
    private static string Line(SourceCommit commit) =>
        $"`{new string([.. commit.Sha.Where(char.IsAsciiHexDigitLower).Take(ShortCommit)])}` {Inert.Markdown(Inert.Cut(commit.Subject, 120))} ({Inert.Markdown(Inert.Cut(commit.Author, 60))})";

    private static string At((string Repository, string Commit) built) =>
        $"{SourceAddress.Name(built.Repository)} at `{built.Commit[..ShortCommit]}`{(SourceAddress.Commit(built.Repository, built.Commit) is { } link ? $" ({link})" : "")}";
}
