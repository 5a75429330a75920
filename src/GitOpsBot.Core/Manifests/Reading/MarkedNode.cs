using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>A node of a manifest with the characters it is written with.</summary>
internal abstract class MarkedNode(ManifestSource source, int start)
{
    /// <summary>The file it stands in.</summary>
    public ManifestSource Source => source;

    /// <summary>Offset of its first character (its anchor, tag or quote where it has one).</summary>
    public int Start => start;

    /// <summary>The place of its first character.</summary>
    public Place Place => source.PlaceOf(start);

    /// <summary>The anchor that makes it stand elsewhere in the file too; null when there is none, or nothing uses it.</summary>
    public string? SharedAs { get; set; }

    /// <summary>Its anchor, used or not.</summary>
    public string? Anchor { get; init; }

    /// <summary>This node, or what it means when it is an alias.</summary>
    public MarkedNode? Followed => this is MarkedAlias alias ? alias.Target : this;
}

/// <summary>How a scalar is written.</summary>
internal enum Writing
{
    /// <summary>Without quotes.</summary>
    Plain,

    /// <summary>In quotes.</summary>
    Quoted,

    /// <summary>As a literal block (<c>|</c>).</summary>
    Literal,

    /// <summary>As a folded block.</summary>
    Folded,
}

internal sealed class MarkedScalar(ManifestSource source, string value, TextSpan? inner, Writing writing, int start, int end) : MarkedNode(source, start)
{
    public string Value => value;

    /// <summary>The characters between its quotes; null when they are not the value letter by letter (escapes, folding, blocks, tags).</summary>
    public TextSpan? Inner => inner;

    public Writing Writing => writing;

    public bool IsPlain => writing == Writing.Plain;

    /// <summary>Whether a reader of YAML or JSON takes it for nothing: no characters, <c>~</c> or <c>null</c>, without quotes.</summary>
    public bool IsNull => IsPlain && value is "" or "~" or "null" or "Null" or "NULL";

    public int End => end;
}

internal sealed class MarkedSequence(ManifestSource source, int start) : MarkedNode(source, start)
{
    public List<MarkedNode> Items { get; } = [];
}

internal sealed class MarkedMapping(ManifestSource source, int start, bool isFlow) : MarkedNode(source, start)
{
    // Searching beats a table until there are many keys.
    private const int Few = 16;

    private HashSet<string>? twice;

    public List<(MarkedScalar Key, MarkedNode Value)> Entries { get; } = [];

    public bool IsFlow => isFlow;

    public MarkedNode? this[string key]
    {
        get
        {
            foreach (var (name, value) in Entries)
            {
                if (name.Value == key)
                {
                    return value;
                }
            }

            return null;
        }
    }

    public MarkedScalar? Key(string key) => Entries.FirstOrDefault(e => e.Key.Value == key).Key;

    /// <summary>The text at a key, through aliases and merge keys.</summary>
    public string? Text(string key) => (Resolved(key) as MarkedScalar)?.Value;

    /// <summary>The value as a reader of YAML resolves it: through an alias, or through merge keys. For recognising only; what is found so is never edited.</summary>
    public MarkedNode? Resolved(string key, int depth = 0)
    {
        if (this[key] is { } own)
        {
            return own.Followed;
        }

        // A merged mapping can merge others; hostile files could chain them without end.
        if (depth == 8)
        {
            return null;
        }

        foreach (var (name, value) in Entries)
        {
            if (name.Value == "<<")
            {
                foreach (var merged in value is MarkedSequence several ? several.Items : [value])
                {
                    if ((merged.Followed as MarkedMapping)?.Resolved(key, depth + 1) is { } found)
                    {
                        return found;
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Whether a key stands here more than once: which of them counts, readers disagree.</summary>
    public bool HasTwice(string key)
    {
        if (Entries.Count <= Few)
        {
            var count = 0;
            foreach (var (name, _) in Entries)
            {
                count += name.Value == key ? 1 : 0;
            }

            return count > 1;
        }

        twice ??= Entries.GroupBy(e => e.Key.Value, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        return twice.Contains(key);
    }
}

/// <summary>An alias; <see cref="Target"/> is null when it refers to something around itself or to nothing.</summary>
internal sealed class MarkedAlias(ManifestSource source, int start, MarkedNode? target) : MarkedNode(source, start)
{
    public MarkedNode? Target => target;
}
