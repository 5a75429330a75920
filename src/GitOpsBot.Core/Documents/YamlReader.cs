using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GitOpsBot.Core.Documents;

/// <summary>The documents of a YAML file and all that is wrong with it as YAML.</summary>
/// <param name="Documents">The documents in which nothing was wrong, in order; empty ones (a last <c>---</c>) are left out.</param>
/// <param name="Problems">In the file's order; not empty when a document is missing from <paramref name="Documents"/>.</param>
public sealed record YamlFile(IReadOnlyList<YamlNode> Documents, IReadOnlyList<Problem> Problems);

/// <summary>
/// Reads configuration written in YAML as a tree of places. It takes the part of YAML that people review well: one meaning for each line, so
/// no anchors, aliases, tags or merge keys, no key twice, no invisible characters. Never throws on content.
/// </summary>
public static class YamlReader
{
    /// <summary>Bytes of a file: a document of a thousand gates has a tenth of it.</summary>
    public const int LargestFile = 1024 * 1024;

    /// <summary>Levels of nesting: documents have less than ten, and reading is recursive.</summary>
    public const int DeepestNesting = 200;

    /// <summary>Problems told of one file: nobody reads more, and a hostile file could hold a million.</summary>
    public const int MostProblems = 100;

    /// <summary>Reads a file; <paramref name="file"/> is its path as problems show it.</summary>
    public static YamlFile Read(string file, ReadOnlyMemory<byte> content)
    {
        if (content.Length > LargestFile)
        {
            return Broken(new Problem(file, 1, 1, string.Create(CultureInfo.InvariantCulture,
                $"The file is too large: expected at most {LargestFile} bytes, found {content.Length}.")));
        }

        if (YamlText.Decode(file, content.Span, out var problem) is not { } text)
        {
            return Broken(problem!);
        }

        return new Run(text).ReadAll();
    }

    private static YamlFile Broken(Problem problem) => new([], [problem]);

    private sealed class Run(YamlText text)
    {
        private readonly Parser parser = new(new Scanner(new StringReader(text.Text), skipComments: true));
        private readonly List<Problem> problems = [];
        private readonly List<YamlNode> documents = [];

        public YamlFile ReadAll()
        {
            try
            {
                ReadDocuments();
            }
            catch (YamlException e)
            {
                problems.Add(text.PlaceOf(e.Start.Index).Says($"This is not YAML: {Sentence(e)}"));
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or ArithmeticException or IndexOutOfRangeException)
            {
                // The parser is somebody else's; what it fails on in another way is still only a bad file.
                problems.Add(text.PlaceOf(parser.Current?.Start.Index ?? 0).Says("This is not YAML that can be read."));
            }

            return new YamlFile(documents, problems);
        }

        private void ReadDocuments()
        {
            while (problems.Count < MostProblems && parser.MoveNext())
            {
                if (parser.Current is not DocumentStart)
                {
                    continue;
                }

                var before = problems.Count;
                parser.MoveNext();
                if (ReadNode(1) is { } node && problems.Count == before && node is not YamlNode.Scalar { IsPlain: true, Text: "" })
                {
                    documents.Add(node);
                }
            }
        }

        // Reads the node that begins at the current event and stops at its last event. Null: the file is given up.
        private YamlNode? ReadNode(int depth)
        {
            var place = text.PlaceOf(parser.Current!.Start.Index);
            if (depth > DeepestNesting)
            {
                throw new SemanticErrorException(parser.Current.Start, parser.Current.End, $"nested deeper than {DeepestNesting} levels.");
            }

            CheckDecorations(place);
            switch (parser.Current)
            {
                case Scalar scalar:
                    return new YamlNode.Scalar(scalar.Value, scalar.Style == ScalarStyle.Plain, place) { Written = new ScalarText(text, scalar.Start.Index, scalar.End.Index, scalar.Style) };
                case SequenceStart:
                    return ReadSequence(place, depth);
                case MappingStart:
                    return ReadMapping(place, depth);
                default:
                    return new YamlNode.Scalar("", true, place);
            }
        }

        private YamlNode.Sequence? ReadSequence(Place place, int depth)
        {
            var items = new List<YamlNode>();
            while (parser.MoveNext() && parser.Current is not SequenceEnd)
            {
                if (problems.Count >= MostProblems || ReadNode(depth + 1) is not { } item)
                {
                    return null;
                }

                items.Add(item);
            }

            return new YamlNode.Sequence(items, place);
        }

        private YamlNode.Mapping? ReadMapping(Place place, int depth)
        {
            var entries = new List<(YamlNode.Scalar, YamlNode)>();
            var keys = new Dictionary<string, Place>(StringComparer.Ordinal);
            while (parser.MoveNext() && parser.Current is not MappingEnd)
            {
                if (problems.Count >= MostProblems || ReadNode(depth + 1) is not { } keyNode)
                {
                    return null;
                }

                parser.MoveNext();
                if (ReadNode(depth + 1) is not { } value)
                {
                    return null;
                }

                if (keyNode is not YamlNode.Scalar key)
                {
                    problems.Add(keyNode.Place.Says("A key must be plain text, found " + Shapes.Kind(keyNode) + "."));
                }
                else if (key is { IsPlain: true, Text: "<<" })
                {
                    problems.Add(key.Place.Says("Merge keys ('<<') are not allowed: write the keys out."));
                }
                else if (!keys.TryAdd(key.Text, key.Place))
                {
                    problems.Add(key.Place.Says(string.Create(CultureInfo.InvariantCulture, $"The key {Shown.Quoted(key.Text)} is written twice, first in line {keys[key.Text].Line}.")));
                }
                else
                {
                    entries.Add((key, value));
                }
            }

            return new YamlNode.Mapping(entries, place);
        }

        private void CheckDecorations(Place place)
        {
            switch (parser.Current)
            {
                case AnchorAlias alias:
                    problems.Add(place.Says($"Aliases ('*{Shown.Plain(alias.Value.Value)}') are not allowed: write the value out."));
                    break;
                case NodeEvent { Anchor.IsEmpty: false } anchored:
                    problems.Add(place.Says($"Anchors ('&{Shown.Plain(anchored.Anchor.Value)}') are not allowed: write the value where it is used."));
                    break;
                case NodeEvent { Tag.IsEmpty: false }:
                    problems.Add(place.Says("Tags ('!…') are not allowed: quote the value to make it text."));
                    break;
            }
        }

        private static string Sentence(YamlException e)
        {
            var message = Shown.Plain(e.Message).TrimEnd('.', ' ');
            return message.Length == 0 ? "it cannot be parsed." : char.ToLowerInvariant(message[0]) + message[1..] + ".";
        }
    }
}
