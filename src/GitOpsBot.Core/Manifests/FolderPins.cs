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
    /// What stands of an image. An entry of Kustomize's <c>images</c> has the last word about the references it replaces: those of its name in
    /// the files its kustomization builds from. An entry that only renames leaves
    /// the digest to them where they have one; else the digest goes into the entry, and the tag that stands is theirs. A file that cannot be read and could
    /// name the image, or a doubt about it, comes before all that was read. All places must agree.
    /// </summary>
    public static StandingDigest Of(PinScan scan, ImageName pulled)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(pulled);
        if ((scan.Unread.FirstOrDefault(f => f.MayHold(pulled))?.Problem ?? scan.Doubts.FirstOrDefault(d => d.About.Equals(pulled))?.Problem) is { } problem)
        {
            return new StandingDigest.Ambiguous(problem);
        }

        var effective = Effective(scan, pulled);
        var pins = effective.Select(e => e.Pin).ToList();
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

        var said = effective[0].Tag;
        if (first.Digest is null && effective.Find(e => e.Tag != said) is { Pin: { } tagged } unlike)
        {
            return new StandingDigest.Ambiguous(tagged.Place.Says(
                $"{pulled} stands here with the tag {unlike.Tag ?? "(none)"}, but with {said ?? "(none)"} at {first.Place.File}:{first.Place.Line}; one folder has one digest."));
        }

        return new StandingDigest.Stands(first.Digest, effective.Select(e => e.Tag).FirstOrDefault(t => t is not null), pins);
    }

    private static List<(ImagePin Pin, string? Tag)> Effective(PinScan scan, ImageName pulled)
    {
        var replaced = new ReplacedReferences(scan);
        var pins = new List<(ImagePin Pin, string? Tag)>();
        var renames = new HashSet<(string, string)>();
        foreach (var pin in scan.Pins.Where(p => p.Name.Equals(pulled) && !replaced.IsReplaced(p)))
        {
            if (pin is not { ReplacesText: { } name, Tag: null, Digest: null })
            {
                pins.Add((pin, pin.Tag));
            }
            else if (renames.Add((name, pin.Place.File)))
            {
                var renamed = replaced.RenamedBy(pin);
                pins.AddRange(renamed.Any(p => p.Digest is not null)
                    ? renamed.Select(p => (p, p.Tag))
                    : renamed.Select(p => p.Tag).Distinct().DefaultIfEmpty().Select(tag => (pin, tag)));
            }
        }

        return pins.Distinct().ToList();
    }

    private static string Says(Digest? digest) => digest?.Value ?? "no digest";
}
