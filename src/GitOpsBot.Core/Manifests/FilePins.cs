using GitOpsBot.Core.Manifests.Kinds;

namespace GitOpsBot.Core.Manifests;

/// <summary>What one file pins. Files are read independently of each other, so a caller with many of them may read several at once, and then join.</summary>
public sealed class FilePins
{
    private FilePins(IReadOnlyList<ImagePin> pins, IReadOnlyList<PinProblem> doubts, IReadOnlyList<UnreadFile> unread) => (Pins, Doubts, Unread) = (pins, doubts, unread);

    internal IReadOnlyList<ImagePin> Pins { get; }

    internal IReadOnlyList<PinProblem> Doubts { get; }

    internal IReadOnlyList<UnreadFile> Unread { get; }

    internal IReadOnlyList<Kustomization> Kustomizations { get; private init; } = [];

    internal IReadOnlyList<ChartUse> ChartUses { get; private init; } = [];

    internal IReadOnlyList<ChartSource> ChartSources { get; private init; } = [];

    /// <summary>Reads a file; what cannot be read is said in the result.</summary>
    /// <param name="file">The file.</param>
    /// <param name="wanted">Artifacts that are looked for; null: all, whatever their names.</param>
    internal static FilePins Of(ManifestFile file, IReadOnlyList<WantedArtifact>? wanted)
    {
        if (ManifestReading.Of(file, out var problem) is not { } reading)
        {
            return new FilePins([], [], [new UnreadFile(problem!, file.Content)]);
        }

        var found = new FoundPins(wanted);
        foreach (var document in reading.Documents)
        {
            ManifestWalk.Walk(document, found);
        }

        foreach (var kind in PinKinds.OfText)
        {
            kind.Look(reading, found);
        }

        return new FilePins(found.Pins, found.Doubts, [.. found.Unread.Select(p => new UnreadFile(p, file.Content))])
        {
            Kustomizations = [.. reading.Documents.Where(d => d is { IsKustomization: true, Root: Reading.MarkedMapping }).Select(d => Kustomization.Of(file.Path, (Reading.MarkedMapping)d.Root))],
            ChartUses = found.ChartUses,
            ChartSources = found.ChartSources,
        };
    }
}
