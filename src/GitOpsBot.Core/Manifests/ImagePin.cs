using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Manifests.Kinds;

namespace GitOpsBot.Core.Manifests;

/// <summary>A file of a manifest folder.</summary>
/// <param name="Path">Relative to the repository's root, forward slashes.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ManifestFile(string Path, ReadOnlyMemory<byte> Content);

/// <summary>The place in a manifest where an artifact stands.</summary>
/// <param name="Place">Where the reference (or the entry's name) is written.</param>
/// <param name="Name">The image it means (for Kustomize, <c>newName</c> where there is one).</param>
/// <param name="Tag">The tag beside the digest, or alone; null when there is none.</param>
/// <param name="Digest">The digest; null when there is none yet.</param>
/// <param name="Site">Where its characters stand; only the bump reads it.</param>
public sealed record ImagePin(Place Place, ImageName Name, string? Tag, Digest? Digest, PinSite Site)
{
    /// <summary>The reference as it is written, for people; parts that stand apart are put together.</summary>
    public string Text { get; init; } = "";

    /// <summary>For an entry of Kustomize's <c>images</c>: the image whose references it replaces, wherever they are written. Null for a reference itself.</summary>
    public ImageName? Replaces { get; init; }

    /// <summary>The entry's <c>name</c> as written; Kustomize compares letter by letter.</summary>
    internal string? ReplacesText { get; init; }

    /// <summary>The name that this reference, or entry, leaves in the manifest, as written; null where no entry can replace it.</summary>
    internal string? Written { get; init; }

    /// <summary>The artifact's name where only a marker comment says which artifact this is.</summary>
    internal string? Artifact { get; init; }

    /// <summary>Whether its place says that it is a reference; else only its shape does, and <c>lint</c> asks for a tag or a host in it.</summary>
    internal bool IsSure { get; init; }
}

/// <summary>Characters of a decoded file (its BOM not counted), in UTF-16 units; the end is exclusive.</summary>
public readonly record struct TextSpan(int Start, int End);

/// <summary>Where a pin's characters stand. Closed: one case for each way of writing.</summary>
public abstract record PinSite
{
    private PinSite() { }

    /// <summary>One scalar, <c>[name][:tag][@digest]</c>; the span lies inside its quotes and ends with what there is of tag and digest.</summary>
    public sealed record Reference(TextSpan Text) : PinSite;

    /// <summary>One scalar that holds either a tag or a digest (Argo CD's <c>targetRevision</c>).</summary>
    public sealed record Revision(TextSpan Text) : PinSite;

    /// <summary>An entry with keys of their own for tag and digest (Kustomize's <c>images</c>, Helm's <c>image</c>).</summary>
    /// <param name="Tag">Inside the quotes of the tag; null when there is none.</param>
    /// <param name="TagIsPlain">Whether the tag is written without quotes.</param>
    /// <param name="Digest">What the digest takes the place of: what stands inside its quotes, or nothing, where it goes.</param>
    /// <param name="Lead">What is written before the digest: nothing, or a whole line's beginning.</param>
    /// <param name="Trail">What is written after it.</param>
    /// <param name="AddsKey">Whether <paramref name="Lead"/> holds a new key.</param>
    public sealed record Entry(TextSpan? Tag, bool TagIsPlain, TextSpan Digest, string Lead, string Trail, bool AddsKey) : PinSite;
}

/// <summary>What cannot be said or edited without doubt about one image.</summary>
public sealed record PinProblem(ImageName About, Problem Problem)
{
    /// <summary>The reference as written where it is certain that it has no digest; else null.</summary>
    public string? Unpinned { get; init; }
}

/// <summary>What a folder's files pin, and what in them could not be read without doubt.</summary>
/// <param name="Pins">Every image reference.</param>
/// <param name="Problems">Files that could not be read: they may hold any reference that was looked for.</param>
/// <param name="Doubts">Places that are ambiguous for one image only.</param>
public sealed record PinScan(IReadOnlyList<ImagePin> Pins, IReadOnlyList<Problem> Problems, IReadOnlyList<PinProblem> Doubts)
{
    /// <summary>The files behind <see cref="Problems"/>.</summary>
    internal IReadOnlyList<UnreadFile> Unread { get; init; } = [];

    /// <summary>The kustomizations among the files.</summary>
    internal IReadOnlyList<Kustomization> Kustomizations { get; init; } = [];
}
