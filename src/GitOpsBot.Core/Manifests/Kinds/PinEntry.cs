using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>An artifact whose name, tag and digest stand under keys of their own.</summary>
/// <param name="Place">Where the entry begins.</param>
/// <param name="Name">The image.</param>
/// <param name="Written">Its name as written.</param>
internal sealed record PinEntry(Place Place, ImageName Name, string Written)
{
    /// <summary>The tag's value, if there is such a key.</summary>
    public MarkedNode? Tag { get; init; }

    /// <summary>The digest's value, if there is such a key.</summary>
    public MarkedNode? Digest { get; init; }

    /// <summary>The digest's key; where its value is empty, the digest goes behind its colon.</summary>
    public MarkedScalar? DigestKey { get; init; }

    /// <summary>Keys of which none may stand twice, or be brought by a merge.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>After the first of these keys that is there, a digest key may be added; none: it may not.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Whether its place says that it is a reference; see <see cref="ImagePin.IsSure"/>.</summary>
    public bool IsSure { get; init; } = true;

    /// <summary>Whether something stands where a digest can stand.</summary>
    public bool HoldsDigest => Digest is not (null or MarkedScalar { IsNull: true } or MarkedScalar { Value.Length: 0 }) || (Tag as MarkedScalar)?.Value.Contains("@sha256:", StringComparison.Ordinal) == true;

    /// <summary>The pin, or a sentence and a place that say why there is none.</summary>
    public (ImagePin? Pin, string Sentence, Place Place) Read(MarkedMapping mapping, string? sharedAs)
    {
        if (Keys.FirstOrDefault(mapping.HasTwice) is { } twice)
        {
            return (null, $"The key '{twice}' stands twice in this entry.", Place);
        }

        if (sharedAs is not null || mapping.Entries.Any(e => (Keys.Contains(e.Key.Value) && (e.Value is MarkedAlias || e.Value.SharedAs is not null)) || e.Key.Value == "<<"))
        {
            return (null, "This entry is shared with other places by an anchor; write it where it belongs.", Place);
        }

        if (Tag is not (null or MarkedScalar) || Digest is not (null or MarkedScalar))
        {
            return (null, "Tag and digest of this entry must be plain text.", Place);
        }

        var (tag, digest) = (Tag as MarkedScalar is { IsNull: false, Value.Length: > 0 } text ? text : null, (MarkedScalar?)Digest);
        var isWritten = digest is { IsNull: false, Value.Length: > 0 };
        if (tag is not null && ImageReference.TryParse("a:" + tag.Value, out var both) && both.Digest is { } beside)
        {
            return isWritten
                ? (null, "The digest stands twice in this entry, behind the tag and under a key of its own.", Place)
                : tag.Inner is { } inner ? (new ImagePin(Place, Name, both.Tag, beside, new PinSite.Reference(inner)), "", Place)
                : (null, "Tag or digest of this entry is written in a way that cannot be edited exactly.", Place);
        }

        if (tag is not null && ReferenceText.IsTemplate(tag.Value))
        {
            return (null, $"{Shown.Quoted(tag.Value)} holds a template; write the tag out.", tag.Place);
        }

        if ((tag is not null && (tag.Inner is null || !ImageReference.IsTag(tag.Value))) || (isWritten && digest!.Inner is null))
        {
            return (null, "Tag or digest of this entry is written in a way that cannot be edited exactly.", Place);
        }

        Digest? stands = null;
        if (isWritten && !Artifacts.Digest.TryParse(digest!.Value, out stands))
        {
            return (null, $"{Shown.Quoted(digest.Value)} is not a digest: expected 'sha256:' and 64 lower-case hexadecimal digits.", digest.Place);
        }

        return Site(mapping, tag, digest) is { } site
            ? (new ImagePin(Place, Name, tag?.Value, stands, site), "", Place)
            : (null, "There is no line on which a digest could be written into this entry; write 'digest: \"\"' into it, each key on a line of its own.", Place);
    }

    private PinSite.Entry? Site(MarkedMapping mapping, MarkedScalar? tag, MarkedScalar? digest)
    {
        PinSite.Entry At(TextSpan digestSpan, string lead = "", string trail = "", bool addsKey = false) => new(tag?.Inner, tag?.IsPlain == true, digestSpan, lead, trail, addsKey);
        if (digest is { IsPlain: true, Value.Length: > 0, IsNull: true, Inner: { } none })
        {
            // "null" and "~" are written over; JSON has its text in quotes.
            var quote = mapping.IsFlow && DigestKey is { IsPlain: false } ? "\"" : "";
            return At(none, quote, quote);
        }

        if (digest is { Inner: { } there } && (digest.Value.Length > 0 || !digest.IsPlain))
        {
            return At(there);
        }

        if (digest is not null)
        {
            // "digest:" with nothing behind it: the mark of an empty value may lie lines further on, so the colon is found from the key.
            var text = digest.Source.Text;
            var colon = text.IndexOf(':', DigestKey!.End);
            return colon < 0 || digest.Anchor is not null || digest.Inner is null || !text.AsSpan(DigestKey.End, colon - DigestKey.End).IsWhiteSpace() ? null : At(new TextSpan(colon + 1, colon + 1), " ");
        }

        return After.FirstOrDefault(key => mapping[key] is MarkedScalar) is { } after && NewKey.After(mapping, mapping.Key(after)!, (MarkedScalar)mapping[after]!) is { } added
            ? At(new TextSpan(added.At, added.At), added.Lead, added.Trail, addsKey: true)
            : null;
    }
}

/// <summary>Where, and between which characters, a new <c>digest</c> key goes.</summary>
internal readonly record struct NewKey(int At, string Lead, string Trail)
{
    /// <summary>
    /// On a line of its own directly after another key's, with its indentation and line end; in a flow collection of one line, on that line.
    /// Null where no such line can be written without moving anything.
    /// </summary>
    public static NewKey? After(MarkedMapping mapping, MarkedScalar key, MarkedScalar value)
    {
        var text = key.Source.Text;
        if (value.Value.Length == 0 || value.Inner is null || key.Inner is null)
        {
            return null;
        }

        var lineStart = key.Source.LineStart(key.Start);
        var indent = text[lineStart..key.Start];
        var lineEnd = text.IndexOf('\n', value.End);
        var ending = lineEnd > 0 && text[lineEnd - 1] == '\r' ? "\r\n" : lineEnd < 0 && text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        if (mapping.IsFlow)
        {
            // JSON is YAML, too, and stays JSON.
            var quote = key.IsPlain ? "" : "\"";
            var isOwnLine = string.IsNullOrWhiteSpace(indent) && lineStart > 0;
            var comma = value.End;
            while (comma < text.Length && text[comma] == ' ')
            {
                comma++;
            }

            return isOwnLine && lineEnd >= 0 && comma < text.Length && text[comma] == ',' && IsRestBlank(text, comma + 1, lineEnd)
                ? new NewKey(lineEnd + 1, $"{indent}{quote}digest{quote}: {quote}", $"{quote},{ending}")
                : isOwnLine && (comma == text.Length || text[comma] != ',')
                ? new NewKey(value.End, $",{ending}{indent}{quote}digest{quote}: {quote}", quote)
                : new NewKey(value.End, $", {quote}digest{quote}: {quote}", quote);
        }

        // The new line's indentation is the key's column, which holds only where nothing but spaces and dashes stand before it.
        if (indent.AsSpan().ContainsAnyExcept(' ', '-') || (lineStart > 0 && text[lineStart - 1] != '\n') || text.AsSpan(key.End, value.Start - key.End).Contains('\n'))
        {
            return null;
        }

        var spaces = new string(' ', indent.Length);
        return lineEnd < 0 ? new NewKey(text.Length, $"{ending}{spaces}digest: ", "") : new NewKey(lineEnd + 1, $"{spaces}digest: ", ending);
    }

    private static bool IsRestBlank(string text, int from, int lineEnd)
    {
        var rest = text.AsSpan(from, lineEnd - from).TrimStart();
        return rest.IsWhiteSpace() || rest[0] == '#';
    }
}
