using GitOpsBot.Core.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GitOpsBot.Core.Manifests;

/// <summary>A node of a manifest with the characters it is written with.</summary>
internal abstract class MarkedNode(Place place)
{
    public Place Place { get; } = place;

    /// <summary>The anchor that makes it stand elsewhere in the file too; null when there is none, or nothing uses it.</summary>
    public string? SharedAs { get; set; }

    public string? Anchor { get; init; }

    /// <summary>This node, or what it means when it is an alias.</summary>
    public MarkedNode? Followed => this is MarkedAlias alias ? alias.Target : this;
}

internal sealed class MarkedScalar(Place place, string value, TextSpan? inner, bool isPlain, int start, int end) : MarkedNode(place)
{
    public string Value => value;

    /// <summary>The characters between its quotes; null when they are not the value letter by letter (escapes, folding, blocks, tags).</summary>
    public TextSpan? Inner => inner;

    public bool IsPlain => isPlain;

    public int Start => start;

    public int End => end;
}

internal sealed class MarkedSequence(Place place) : MarkedNode(place)
{
    public List<MarkedNode> Items { get; } = [];
}

internal sealed class MarkedMapping(Place place, bool isFlow) : MarkedNode(place)
{
    public List<(MarkedScalar Key, MarkedNode Value)> Entries { get; } = [];

    public bool IsFlow => isFlow;

    public MarkedNode? this[string key] => Entries.FirstOrDefault(e => e.Key.Value == key).Value;

    public MarkedScalar? Key(string key) => Entries.FirstOrDefault(e => e.Key.Value == key).Key;

    /// <summary>The value as a reader of YAML resolves it: through an alias, or through merge keys. For recognising only; what is found so is never edited.</summary>
    public MarkedNode? Resolved(string key, int depth = 0)
    {
        if (this[key] is { } own)
        {
            return own.Followed;
        }

        // A merged mapping can merge others; hostile files could chain them without end.
        return depth == 8 ? null : Entries.Where(e => e.Key.Value == "<<")
            .SelectMany(e => e.Value is MarkedSequence several ? several.Items : [e.Value])
            .Select(m => (m.Followed as MarkedMapping)?.Resolved(key, depth + 1)).FirstOrDefault(found => found is not null);
    }

    public string? Twice(params string[] keys) => keys.FirstOrDefault(key => Entries.Count(e => e.Key.Value == key) > 1);
}

/// <summary>An alias; <see cref="Target"/> is null when it refers to something around itself or to nothing.</summary>
internal sealed class MarkedAlias(Place place, MarkedNode? target) : MarkedNode(place)
{
    public MarkedNode? Target => target;
}

/// <summary>
/// Reads a manifest as events with marks, never re-serialised. Written by strangers: size is bounded before, depth here (the parser's time grows
/// with its square).
/// </summary>
internal sealed class MarkedYaml
{
    private const int Deepest = 200;

    private readonly string file;
    private readonly string text;
    private readonly Parser parser;
    private readonly Dictionary<string, MarkedNode> anchors = new(StringComparer.Ordinal);

    private MarkedYaml(string file, string text) => (this.file, this.text, parser) = (file, text, new Parser(new StringReader(text)));

    /// <summary>The documents of a file, or the problem that keeps it from being read.</summary>
    public static (IReadOnlyList<MarkedNode> Documents, Problem? Problem) Read(string file, string text)
    {
        try
        {
            return (new MarkedYaml(file, text).Documents(), null);
        }
        catch (YamlException e)
        {
            var what = text.Contains("{{", StringComparison.Ordinal) ? "it holds a template" : e.Message.ReplaceLineEndings(" ").TrimEnd('.');
            return ([], new Problem(file, (int)e.Start.Line, (int)e.Start.Column, $"This file is not YAML that can be read: {what}."));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or NullReferenceException)
        {
            // Attacker-controlled: on some broken input the parser itself stumbles, and that is a broken file, too.
            return ([], new Problem(file, 0, 0, "This file is not YAML that can be read: the parser gave up."));
        }
    }

    private List<MarkedNode> Documents()
    {
        var documents = new List<MarkedNode>();
        while (parser.MoveNext())
        {
            if (parser.Current is DocumentStart && parser.MoveNext())
            {
                anchors.Clear();
                documents.Add(Node(0));
            }
        }

        return documents;
    }

    private MarkedNode Node(int depth)
    {
        var current = parser.Current!;
        var place = new Place(file, (int)current.Start.Line, (int)current.Start.Column);
        if (depth > Deepest)
        {
            throw new YamlException(current.Start, current.End, $"it is nested deeper than {Deepest}");
        }

        var anchor = current is NodeEvent { Anchor.IsEmpty: false } anchored ? anchored.Anchor.Value : null;
        MarkedNode node;
        switch (current)
        {
            case AnchorAlias alias:
                if (anchors.TryGetValue(alias.Value.Value, out var target))
                {
                    target.SharedAs = alias.Value.Value;
                }

                return new MarkedAlias(place, target);
            case Scalar scalar:
                node = new MarkedScalar(place, scalar.Value, Inner(scalar), scalar.Style == ScalarStyle.Plain, (int)scalar.Start.Index, (int)scalar.End.Index) { Anchor = anchor };
                break;
            case SequenceStart:
                var sequence = new MarkedSequence(place) { Anchor = anchor };
                while (Next() is not SequenceEnd)
                {
                    sequence.Items.Add(Node(depth + 1));
                }

                node = sequence;
                break;
            case MappingStart start:
                var mapping = new MarkedMapping(place, start.Style == MappingStyle.Flow) { Anchor = anchor };
                while (Next() is not MappingEnd)
                {
                    if (mapping.IsFlow && parser.Current is MappingStart)
                    {
                        // "{{ .Values.image }}" is a mapping in a mapping to a YAML reader; nobody writes that, but every template does.
                        throw new YamlException(parser.Current.Start, parser.Current.End, "it holds a template");
                    }

                    var key = Node(depth + 1);
                    Next();
                    var value = Node(depth + 1);
                    if (key is MarkedScalar name)
                    {
                        mapping.Entries.Add((name, value));
                    }
                }

                node = mapping;
                break;
            default:
                throw new YamlException(current.Start, current.End, "something is written here that is not a value");
        }

        if (anchor is not null)
        {
            anchors[anchor] = node;
        }

        return node;
    }

    private TextSpan? Inner(Scalar scalar)
    {
        // With a tag or an anchor the mark begins before the characters of the value.
        if (!scalar.Anchor.IsEmpty || !scalar.Tag.IsEmpty)
        {
            return null;
        }

        var quotes = scalar.Style switch { ScalarStyle.Plain => 0, ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => 1, _ => -1 };
        var (start, end) = ((int)scalar.Start.Index + quotes, (int)scalar.End.Index - quotes);
        return quotes >= 0 && start >= 0 && end >= start && end <= text.Length && text.AsSpan(start, end - start).SequenceEqual(scalar.Value) ? new TextSpan(start, end) : null;
    }

    private ParsingEvent Next() => parser.MoveNext() ? parser.Current! : throw new YamlException("the file ends too early");
}
