using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests;

/// <summary>Turns nodes into pins, or into doubts about the image they seem to mean.</summary>
internal sealed class PinCollector
{
    private readonly List<ImagePin> pins = [];
    private readonly List<PinProblem> doubts = [];

    public IReadOnlyList<ImagePin> Pins => pins;

    public IReadOnlyList<PinProblem> Doubts => doubts;

    /// <summary>A container with a key <c>image</c>.</summary>
    public void AddContainer(MarkedMapping container, string? sharedAs)
    {
        var node = container["image"] ?? container;
        var scalar = container.Resolved("image") as MarkedScalar;
        if (scalar is null || NameOf(scalar.Value) is not { } name)
        {
            // A placeholder that some other program replaces: it names nothing that could be promoted.
            return;
        }

        if (!ImageReference.TryParse(scalar.Value, out var reference))
        {
            Doubt(name, node.Place, $"'{scalar.Value}' is not an image reference: expected NAME[:TAG][@sha256:…].");
        }
        else if (container.Twice("image") is not null)
        {
            Doubt(name, node.Place, "The key 'image' stands twice in this container.");
        }
        else if (node is MarkedAlias or MarkedMapping || (scalar.SharedAs ?? sharedAs) is not null)
        {
            Doubt(name, node.Place, "This image is written once and used in several places by an anchor; write it where it belongs.");
        }
        else if (scalar.Inner is not { } inner)
        {
            Doubt(name, node.Place, "This image is written in a way that cannot be edited exactly (anchor, tag, escape or block); write it plainly.");
        }
        else
        {
            pins.Add(new ImagePin(node.Place, reference.Name, reference.Tag, reference.Digest, new PinSite.Reference(inner)) { Written = NameText(scalar.Value, reference) });
        }
    }

    /// <summary>An entry of Kustomize's <c>images</c>.</summary>
    public void AddKustomize(MarkedNode node, string text, string? sharedAs)
    {
        if (node.Followed is not MarkedMapping entry || (entry.Resolved("name") as MarkedScalar)?.Value is not { } original)
        {
            return;
        }

        var means = (entry.Resolved("newName") as MarkedScalar)?.Value ?? original;
        if (ImageName.TryParse(means, out var name) && AddEntry(entry, name, "newTag", text, sharedAs, mayInsert: true) is { } pin)
        {
            pins.Add(pin with { Replaces = ImageName.TryParse(original, out var replaced) ? replaced : null, ReplacesText = original, Written = means });
        }
    }

    /// <summary>Helm's <c>image</c> with <c>repository</c>, and perhaps <c>registry</c>.</summary>
    public void AddHelm(MarkedMapping image, string text, string? sharedAs)
    {
        var repository = ((MarkedScalar)image.Resolved("repository")!).Value;
        var registry = (image.Resolved("registry") as MarkedScalar)?.Value;
        if (!ImageName.TryParse(string.IsNullOrEmpty(registry) ? repository : $"{registry}/{repository}", out var name))
        {
            return;
        }

        if (image.Resolved("digest") is null)
        {
            Doubt(name, image.Place, "There is a repository without a 'digest' key; an empty one (digest: \"\") is enough to allow it.");
        }
        else if (AddEntry(image, name, "tag", text, sharedAs, mayInsert: false) is { } pin)
        {
            pins.Add(pin);
        }
    }

    private ImagePin? AddEntry(MarkedMapping entry, ImageName name, string tagKey, string text, string? sharedAs, bool mayInsert)
    {
        if (entry.Twice("name", "newName", "digest", "repository", "registry", tagKey) is { } twice)
        {
            return Doubt(name, entry.Place, $"The key '{twice}' stands twice in this entry.");
        }

        if (sharedAs is not null || entry.Entries.Any(e => e.Value is MarkedAlias || e.Value.SharedAs is not null || e.Key.Value == "<<"))
        {
            return Doubt(name, entry.Place, "This entry is shared with other places by an anchor; write it where it belongs.");
        }

        var (tagNode, digestNode) = (entry[tagKey], entry["digest"]);
        if (tagNode is not (null or MarkedScalar) || digestNode is not (null or MarkedScalar))
        {
            return Doubt(name, entry.Place, "Tag and digest of this entry must be plain text.");
        }

        var (tag, digest) = ((MarkedScalar?)tagNode, (MarkedScalar?)digestNode);
        if ((tag is { Value.Length: > 0 } && (tag.Inner is null || !ImageReference.IsTag(tag.Value))) || (digest is { Value.Length: > 0, Inner: null }))
        {
            return Doubt(name, entry.Place, "Tag or digest of this entry is written in a way that cannot be edited exactly.");
        }

        Digest? stands = null;
        if (digest is { Value.Length: > 0 } && !Digest.TryParse(digest.Value, out stands))
        {
            return Doubt(name, digest.Place, $"'{digest.Value}' is not a digest: expected 'sha256:' and 64 lower-case hexadecimal digits.");
        }

        if (Site(entry, tag, tagKey, digest, text, mayInsert) is not { } site)
        {
            return Doubt(name, entry.Place, "There is no line on which a digest could be written into this entry; write 'digest: \"\"' into it, each key on a line of its own.");
        }

        return new ImagePin(entry.Place, name, tag is { Value.Length: > 0 } ? tag.Value : null, stands, site);
    }

    private static PinSite.Entry? Site(MarkedMapping entry, MarkedScalar? tag, string tagKey, MarkedScalar? digest, string text, bool mayInsert)
    {
        var tagSpan = tag is { Value.Length: > 0 } ? tag.Inner : null;
        if (digest is { Value.Length: > 0 } || digest is { IsPlain: false, Inner: not null })
        {
            return new PinSite.Entry(tagSpan, tag?.IsPlain == true, digest.Inner, null, "", "");
        }

        if (digest is not null)
        {
            // "digest:" with nothing behind it: the mark of an empty value may lie lines further on, so the colon is found from the key.
            var key = entry.Key("digest")!.End;
            var colon = text.IndexOf(':', key);
            return colon < 0 || digest.Anchor is not null || digest.Inner is null || !text.AsSpan(key, colon - key).IsWhiteSpace() ? null : new PinSite.Entry(tagSpan, tag?.IsPlain == true, null, colon + 1, " ", "");
        }

        System.Diagnostics.Debug.Assert(mayInsert, "an entry without a digest key is only edited where one may be added");
        var (lastKey, last) = Last(entry, tagKey);
        var lineStart = lastKey.Start - (lastKey.Place.Column - 1);
        if (last.Value.Length == 0 || last.Inner is null || lineStart < 0)
        {
            return null;
        }

        if (entry.IsFlow)
        {
            // JSON is YAML, too, and stays JSON.
            var quote = lastKey.IsPlain ? "" : "\"";
            return new PinSite.Entry(tagSpan, tag?.IsPlain == true, null, last.End, $", {quote}digest{quote}: {quote}", quote);
        }

        // The new line's indentation is the key's column, which holds only where nothing but spaces and dashes stand before it.
        if (text.AsSpan(lineStart, lastKey.Start - lineStart).ContainsAnyExcept(' ', '-') || (lineStart > 0 && text[lineStart - 1] != '\n'))
        {
            return null;
        }

        var end = text.IndexOf('\n', last.End);
        var ending = end > 0 && text[end - 1] == '\r' ? "\r\n" : end < 0 && text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var indent = new string(' ', lastKey.Place.Column - 1);
        return end < 0
            ? new PinSite.Entry(tagSpan, tag?.IsPlain == true, null, text.Length, $"{ending}{indent}digest: ", "")
            : new PinSite.Entry(tagSpan, tag?.IsPlain == true, null, end + 1, $"{indent}digest: ", ending);
    }

    // The digest goes directly after the tag, else after the name it belongs to.
    private static (MarkedScalar Key, MarkedScalar Value) Last(MarkedMapping entry, string tagKey)
    {
        foreach (var key in (string[])[tagKey, "newName", "name"])
        {
            if (entry[key] is MarkedScalar value)
            {
                return (entry.Key(key)!, value);
            }
        }

        throw new System.Diagnostics.UnreachableException();
    }

    // The name as it is written: Kustomize compares it letter by letter.
    private static string NameText(string written, ImageReference reference)
    {
        var name = written.Split('@')[0];
        return reference.Tag is null ? name : name[..^(reference.Tag.Length + 1)];
    }

    // As much of a broken reference as names an image.
    private static ImageName? NameOf(string reference)
    {
        if (ImageReference.TryParse(reference, out var whole))
        {
            return whole.Name;
        }

        var text = reference.Split('@')[0];
        var colon = text.LastIndexOf(':');
        return ImageName.TryParse(text, out var name) || (colon > text.LastIndexOf('/') && ImageName.TryParse(text[..colon], out name)) ? name : null;
    }

    private ImagePin? Doubt(ImageName about, Place place, string message)
    {
        doubts.Add(new PinProblem(about, place.Says(message)));
        return null;
    }
}
