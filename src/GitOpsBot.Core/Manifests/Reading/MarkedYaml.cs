using GitOpsBot.Core.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>What reading a file's structure came to: its documents, or the problem that keeps it from being read.</summary>
internal readonly record struct Structure(IReadOnlyList<MarkedNode> Documents, Problem? Problem);

/// <summary>
/// Reads a manifest as events with marks, never re-serialised. Written by strangers: size is bounded before, depth here (the parser's time grows
/// with its square).
/// </summary>
internal sealed class MarkedYaml
{
    /// <summary>Levels of nesting.</summary>
    public const int Deepest = 200;

    private readonly ManifestSource source;
    private readonly string text;
    private readonly int[]? outward;
    private readonly Parser parser;
    private readonly Dictionary<string, MarkedNode> anchors = new(StringComparer.Ordinal);

    private MarkedYaml(ManifestSource source, string text, int[]? outward) =>
        (this.source, this.text, this.outward, parser) = (source, text, outward, new Parser(new StringReader(text)));

    /// <summary>The documents of a file: the quick way where the file is as plain as most are.</summary>
    public static Structure Read(ManifestSource source) =>
        QuickYaml.Read(source) is { } documents ? new Structure(documents, null) : ReadEvents(source, source.Text, null);

    /// <summary>
    /// The documents of a text inside a file. <paramref name="outward"/> gives for each of its offsets (and its end) that of the file; where all
    /// of them are the same, nothing in it can be edited.
    /// </summary>
    public static Structure ReadEvents(ManifestSource source, string text, int[]? outward)
    {
        if (text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var zero)
        {
            // It ends the input for the parser here, and for nobody else.
            return new Structure([], source.PlaceOf(outward is null ? zero : outward[zero]).Says("This file is not YAML that can be read: it holds a zero character."));
        }

        var reader = new MarkedYaml(source, text, outward);
        try
        {
            return new Structure(reader.Documents(), null);
        }
        catch (YamlException e)
        {
            var what = text.Contains("{{", StringComparison.Ordinal) ? "it holds a template" : Shown.Plain(e.Message.ReplaceLineEndings(" ")).TrimEnd('.');
            return new Structure([], source.PlaceOf(reader.Out(e.Start.Index)).Says($"This file is not YAML that can be read: {what}."));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or NullReferenceException or FormatException or ArithmeticException)
        {
            // Attacker-controlled: on some broken input the parser itself stumbles, and that is a broken file, too.
            return new Structure([], new Problem(source.File, 0, 0, "This file is not YAML that can be read: the parser gave up."));
        }
    }

    private int Out(long index)
    {
        var at = (int)Math.Clamp(index, 0, text.Length);
        return outward is null ? at : outward[at];
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
        var start = Out(current.Start.Index);
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

                return new MarkedAlias(source, start, target);
            case Scalar scalar:
                node = new MarkedScalar(source, scalar.Value, Inner(scalar), Written(scalar.Style), start, Out(scalar.End.Index)) { Anchor = anchor };
                break;
            case SequenceStart:
                var sequence = new MarkedSequence(source, start) { Anchor = anchor };
                while (Next() is not SequenceEnd)
                {
                    sequence.Items.Add(Node(depth + 1));
                }

                node = sequence;
                break;
            case MappingStart mapping:
                node = Mapping(mapping, start, anchor, depth);
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

    private MarkedMapping Mapping(MappingStart begin, int start, string? anchor, int depth)
    {
        var mapping = new MarkedMapping(source, start, begin.Style == MappingStyle.Flow) { Anchor = anchor };
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

        return mapping;
    }

    private static Writing Written(ScalarStyle style) => style switch
    {
        ScalarStyle.Plain => Writing.Plain,
        ScalarStyle.Literal => Writing.Literal,
        ScalarStyle.Folded => Writing.Folded,
        _ => Writing.Quoted,
    };

    private TextSpan? Inner(Scalar scalar)
    {
        // With a tag or an anchor the mark begins before the characters of the value; and in a text that stands at one place there are none.
        if (!scalar.Anchor.IsEmpty || !scalar.Tag.IsEmpty || (outward is not null && outward[0] == outward[^1]))
        {
            return null;
        }

        var quotes = scalar.Style switch { ScalarStyle.Plain => 0, ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => 1, _ => -1 };
        if (quotes < 0)
        {
            return null;
        }

        var (start, end) = (Out(scalar.Start.Index) + quotes, Out(scalar.End.Index) - quotes);
        return end >= start && source.Text.AsSpan(start, end - start).SequenceEqual(scalar.Value) ? new TextSpan(start, end) : null;
    }

    private ParsingEvent Next() => parser.MoveNext() ? parser.Current! : throw new YamlException("the file ends too early");
}
