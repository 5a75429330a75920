using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests;

/// <summary>A file of a manifest folder.</summary>
/// <param name="Path">Relative to the repository's root, forward slashes.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ManifestFile(string Path, ReadOnlyMemory<byte> Content);

/// <summary>The place in a manifest where an image stands.</summary>
/// <param name="Place">Where the reference (or the entry's name) is written.</param>
/// <param name="Name">The image it means (for Kustomize, <c>newName</c> where there is one).</param>
/// <param name="Tag">The tag beside the digest, or alone; null when there is none.</param>
/// <param name="Digest">The digest; null when there is none yet.</param>
/// <param name="Site">Where its characters stand; only the bump reads it.</param>
public sealed record ImagePin(Place Place, ImageName Name, string? Tag, Digest? Digest, PinSite Site);

/// <summary>Where a pin's characters stand, in UTF-16 offsets of the decoded file (its BOM not counted). Closed: one case for each way of writing.</summary>
public abstract record PinSite;

/// <summary>What a folder's files pin, and what in them could not be read without doubt.</summary>
/// <param name="Pins">Every image reference.</param>
/// <param name="Problems">Files or places that are ambiguous or broken; nothing in such a file is edited.</param>
public sealed record PinScan(IReadOnlyList<ImagePin> Pins, IReadOnlyList<Problem> Problems);
