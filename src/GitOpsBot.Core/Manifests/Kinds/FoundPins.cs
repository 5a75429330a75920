using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>Collects what the kinds see in one file: as pins, or as doubts about the image that is meant. Every place counts once, for the kind that saw it first.</summary>
/// <param name="wanted">Artifacts that are looked for; null: all of them, whatever their names.</param>
internal sealed class FoundPins(IReadOnlyList<WantedArtifact>? wanted)
{
    private readonly List<ImagePin> pins = [];
    private readonly List<PinProblem> doubts = [];
    private readonly List<Problem> unread = [];
    private readonly HashSet<int> claimed = [];

    public IReadOnlyList<ImagePin> Pins => pins;

    public IReadOnlyList<PinProblem> Doubts => doubts;

    /// <summary>Texts inside the file that could not be read.</summary>
    public IReadOnlyList<Problem> Unread => unread;

    /// <summary>Charts that are named by source and version, to be matched with <see cref="ChartSources"/> of all files.</summary>
    public List<ChartUse> ChartUses { get; } = [];

    /// <summary>Chart repositories by name.</summary>
    public List<ChartSource> ChartSources { get; } = [];

    /// <summary>The artifacts that are looked for; empty when all are.</summary>
    public IReadOnlyList<WantedArtifact> Wanted => wanted ?? [];

    /// <summary>Takes a place, by the offset at which it ends; false when it is taken.</summary>
    public bool Claim(int end) => claimed.Add(end);

    /// <summary>A reference in one scalar; the pin, when it became one.</summary>
    /// <param name="spot">The entry that holds it; null where no mapping is around it.</param>
    /// <param name="at">The node as written; not the scalar itself when an alias or a merge brings it.</param>
    /// <param name="scalar">The text.</param>
    /// <param name="skip">Characters of the text before the reference, a scheme for example.</param>
    /// <param name="isSure">Whether this place always holds a reference.</param>
    /// <param name="shared">The anchor by which it stands elsewhere, where the walk does not know it.</param>
    public ImagePin? AddReference(Spot? spot, MarkedNode at, MarkedScalar scalar, int skip = 0, bool isSure = false, string? shared = null)
    {
        if (ReferenceEquals(at, scalar) && claimed.Contains(scalar.Inner?.End ?? scalar.End))
        {
            return null;
        }

        var text = scalar.Value[skip..];
        var isWhole = ImageReference.TryParse(text, out var reference);
        if ((reference?.Name ?? ReferenceText.NameIn(text)) is not { } name || !Claim(ReferenceEquals(at, scalar) ? scalar.Inner?.End ?? scalar.End : ~at.Start))
        {
            return null;
        }

        var unpinned = reference?.Digest is null && (isSure || ReferenceText.ShowsItself(text)) ? text : null;
        var sentence =
            !isWhole && ReferenceText.IsTemplate(text) ? $"{Shown.Quoted(text)} holds a template; write the reference out."
            : !isWhole ? $"{Shown.Quoted(text)} is not an image reference: expected NAME[:TAG][@sha256:…]."
            : spot?.Twice is { } twice ? Twice(twice)
            : !ReferenceEquals(at, scalar) || (scalar.SharedAs ?? shared ?? spot?.Shared) is not null ? "This image is written once and used in several places by an anchor; write it where it belongs."
            : scalar.Inner is null ? "This image is written in a way that cannot be edited exactly (anchor, tag, escape or block); write it plainly."
            : null;
        if (sentence is not null || scalar.Inner is not { } inner)
        {
            return AddDoubt(name, at.Place, sentence!, unpinned);
        }

        var pin = new ImagePin(at.Place, name, reference!.Tag, reference.Digest, new PinSite.Reference(new TextSpan(inner.Start + skip, inner.End)))
        {
            Text = text, Written = ReferenceText.NameOf(text, reference), IsSure = isSure,
        };
        pins.Add(pin);
        return pin;
    }

    /// <summary>An entry with keys of their own for tag and digest; the pin, when it became one.</summary>
    public ImagePin? AddEntry(Spot spot, MarkedMapping mapping, PinEntry entry)
    {
        var written = entry.Written + (entry.Tag is MarkedScalar { IsNull: false, Value: { Length: > 0 } tag } ? ":" + tag : "");
        var sharedAs = spot.Shared ?? mapping.SharedAs;
        if (spot.Twice is { } twice)
        {
            return AddDoubt(entry.Name, entry.Place, Twice(twice));
        }

        var (pin, sentence, place) = entry.Read(mapping, sharedAs);
        if (pin is null)
        {
            return AddDoubt(entry.Name, place, sentence, entry.HoldsDigest || !(entry.IsSure || ReferenceText.ShowsItself(written)) ? null : written);
        }

        pin = pin with { Text = written + (pin.Digest is null ? "" : "@" + pin.Digest), IsSure = entry.IsSure };
        pins.Add(pin);
        return pin;
    }

    /// <summary>A pin of a kind with its own way of writing.</summary>
    public void Add(ImagePin pin) => pins.Add(pin);

    /// <summary>Puts something more that is known into the pin that was added last.</summary>
    public void Replace(ImagePin last, ImagePin with) => pins[pins.LastIndexOf(last)] = with;

    /// <summary>A place that means this image, and cannot be edited.</summary>
    public ImagePin? AddDoubt(ImageName about, Place place, string message, string? unpinned = null)
    {
        doubts.Add(new PinProblem(about, place.Says(message)) { Unpinned = unpinned });
        return null;
    }

    /// <summary>YAML inside a scalar, shown to the kinds like the rest of the file.</summary>
    public void LookInside(Spot spot, MarkedScalar scalar)
    {
        var (documents, problem) = NestedText.Read(scalar);
        if (problem is not null)
        {
            unread.Add(problem);
        }

        foreach (var document in documents)
        {
            ManifestWalk.Walk(new ManifestDocument(spot.Document.Source, document, ManifestFormat.Yaml), this, spot, spot.Shared ?? scalar.SharedAs ?? (ReferenceEquals(spot.Value, scalar) ? null : "an alias"));
        }
    }

    private static string Twice(string key) => $"The key {Shown.Quoted(key)} stands twice where it stands; which of them counts, readers disagree.";
}
