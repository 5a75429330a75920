using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests;

/// <summary>What a folder says of one image. Closed.</summary>
public abstract record StandingDigest
{
    private StandingDigest() { }

    /// <summary>This digest (null: none yet) stands, with this tag beside it, at all these places.</summary>
    public sealed record Stands(Digest? Digest, string? Tag, IReadOnlyList<ImagePin> Pins) : StandingDigest;

    /// <summary>The folder does not refer to the image.</summary>
    public sealed record Absent : StandingDigest;

    /// <summary>It cannot be said; a person must mend this.</summary>
    public sealed record Ambiguous(Problem Problem) : StandingDigest;
}

/// <summary>What a folder says of one image, put together from all its places.</summary>
public static class FolderPins
{
    /// <summary>
    /// What stands of an image. An entry of Kustomize's <c>images</c> has the last word about the references it replaces, so those count only
    /// when there is none. All places must agree.
    /// </summary>
    public static StandingDigest Of(PinScan scan, ImageName pulled)
    {
        if (scan.Doubts.FirstOrDefault(d => d.About.Equals(pulled)) is { } doubt)
        {
            return new StandingDigest.Ambiguous(doubt.Problem);
        }

        var isReplaced = scan.Pins.Any(p => pulled.Equals(p.Replaces));
        var pins = scan.Pins.Where(p => p.Name.Equals(pulled) && (p.Replaces is not null || p.Site is PinSite.Entry || !isReplaced)).ToList();
        if (pins.Count == 0)
        {
            return new StandingDigest.Absent();
        }

        var first = pins[0];
        if (pins.Find(p => !Equals(p.Digest, first.Digest)) is { } other)
        {
            return new StandingDigest.Ambiguous(other.Place.Says(
                $"{pulled} stands here with {Says(other.Digest)}, but with {Says(first.Digest)} at {first.Place.File}:{first.Place.Line}; one folder has one digest."));
        }

        if (first.Digest is null && pins.Find(p => p.Tag != first.Tag) is { } tagged)
        {
            return new StandingDigest.Ambiguous(tagged.Place.Says(
                $"{pulled} stands here with the tag {tagged.Tag ?? "(none)"}, but with {first.Tag ?? "(none)"} at {first.Place.File}:{first.Place.Line}; one folder has one digest."));
        }

        return new StandingDigest.Stands(first.Digest, pins.Select(p => p.Tag).FirstOrDefault(t => t is not null), pins);
    }

    private static string Says(Digest? digest) => digest?.Value ?? "no digest";
}
