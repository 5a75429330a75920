using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Differences;

/// <summary>
/// What changes for a reviewer when one artifact takes another's place, from verified evidence of both alone; labels never count. A difference that cannot
/// be told is a known unknown, with a sentence; null where neither side has anything to tell it from.
/// </summary>
/// <param name="Name">The artifact's name in the pipeline.</param>
/// <param name="From">Repository and commit that verified provenance says the old one was built from; null when none does.</param>
/// <param name="To">The same of the new one.</param>
/// <param name="Packages">What it is made of.</param>
/// <param name="Vulnerabilities">What scans found.</param>
public sealed record ArtifactDifference(
    string Name, (string Repository, string Commit)? From, (string Repository, string Commit)? To, Fact<SbomDifference>? Packages, Fact<ScanDifference>? Vulnerabilities)
{
    /// <summary>Whether something stood there before.</summary>
    public bool HasBefore { get; init; }

    /// <summary>The commits between both, where provenance names them and the forge was asked.</summary>
    public Fact<SourceCommits>? Commits { get; init; }

    /// <summary>What has to be pulled.</summary>
    public Fact<SizeDifference>? Sizes { get; init; }

    /// <summary>The commits to ask the forge for; null where provenance does not name two of one repository.</summary>
    public SourceRange? Range => From is { } from && To is { } to && from.Repository == to.Repository && from.Commit != to.Commit ? new SourceRange(to.Repository, from.Commit, to.Commit) : null;

    /// <summary>Compares an artifact with what stands in its place.</summary>
    /// <param name="policy">Whose gates say which scans and which VEX are believed.</param>
    /// <param name="from">What stands there; null when nothing does.</param>
    /// <param name="to">What shall stand there.</param>
    /// <param name="now">The time of the pass: exceptions end.</param>
    public static ArtifactDifference Between(Policy policy, JudgedArtifact? from, JudgedArtifact to, DateTimeOffset now)
    {
        if (from is null)
        {
            return new ArtifactDifference(to.Name, null, Built(to), null, null);
        }

        if (Unread(from) is { } reason)
        {
            return new ArtifactDifference(to.Name, null, Built(to), new Fact<SbomDifference>.Unknown(reason), new Fact<ScanDifference>.Unknown(reason)) { HasBefore = true };
        }

        var (before, after) = (Target(from), Target(to));
        var (old, @new) = ComparableSboms.Of(before.Proven, after.Proven);
        var (was, found) = (SeenScans.Of(policy, before, now), SeenScans.Of(policy, after, now));
        return new ArtifactDifference(
            to.Name, Built(from), Built(to),
            Compare("SBOM", old.Count > 0, @new.Count > 0, () => SbomDifference.Between(old, @new)),
            Compare("vulnerability scan", was is not null, found is not null, () => ScanDifference.Between(was, found)!))
        {
            HasBefore = true,
        };
    }

    private static Fact<T>? Compare<T>(string what, bool isBefore, bool isAfter, Func<T> compare) => (isBefore, isAfter) switch
    {
        (true, true) => new Fact<T>.Known(compare()),
        (true, false) => new Fact<T>.Unknown($"The new one has no verified {what} to compare with that of what stands there."),
        (false, true) => new Fact<T>.Unknown($"What stands there has no verified {what} to compare with."),
        _ => null,
    };

    private static EvidenceTarget Target(JudgedArtifact artifact) => new(artifact.Name, artifact, artifact.Artifact.Digest, artifact.Evidence);

    private static string? Unread(JudgedArtifact artifact) =>
        artifact.Evidence is Fact<IReadOnlyList<EvidenceItem>>.Unknown no ? $"What is attached to what stands there could not be read: {no.Reason}" : null;

    private static (string Repository, string Commit)? Built(JudgedArtifact artifact) =>
        artifact.Evidence is Fact<IReadOnlyList<EvidenceItem>>.Known { Value: var evidence } ? SourceRange.Built(evidence) : null;
}
