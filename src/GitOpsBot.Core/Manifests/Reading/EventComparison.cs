using GitOpsBot.Core.Artifacts;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>
/// Compares a manifest before and after an edit as a YAML reader sees it, event for event. Pins alone would not show an edit that reaches
/// something which is no pin; this does.
/// </summary>
internal static class EventComparison
{
    private readonly record struct Shape(string Kind, string Value, string Anchor, string Tag, int Start, int End);

    /// <summary>Whether the two differ in the edited scalars, and in at most this many new <c>digest</c> keys, alone.</summary>
    /// <param name="format">How the file is read; a format without structure has none that could differ.</param>
    /// <param name="before">The text that was edited.</param>
    /// <param name="after">What came of it.</param>
    /// <param name="edited">Where characters were replaced or inserted, in offsets of <paramref name="before"/>.</param>
    /// <param name="written">The digests that were written.</param>
    /// <param name="newKeys">How many digest keys were added.</param>
    public static bool DifferOnlyWhereEdited(ManifestFormat format, string before, string after, IEnumerable<TextSpan> edited, IReadOnlySet<Digest> written, int newKeys)
    {
        if (format is ManifestFormat.Text or ManifestFormat.Terraform)
        {
            return true;
        }

        var (was, now) = format == ManifestFormat.Json ? (Tokens(before), Tokens(after)) : (Shapes(before), Shapes(after));
        var starts = edited.Select(e => e.Start).Order().ToArray();
        bool IsDigest(Shape shape) => Digest.TryParse(shape.Value, out var digest) && written.Contains(digest);
        bool IsEdited(int at) => was[at] is { Kind: "scalar" } scalar
            && (Holds(starts, scalar.Start, scalar.End) || (scalar.Value.Length == 0 && at > 0 && was[at - 1].Value == "digest"));

        var j = 0;
        for (var i = 0; i < was.Count; i++, j++)
        {
            if (newKeys > 0 && j + 1 < now.Count && now[j] is { Kind: "scalar", Value: "digest" } && was[i].Value != "digest" && IsDigest(now[j + 1]))
            {
                newKeys--;
                j += 2;
            }

            if (j >= now.Count || was[i].Kind != now[j].Kind || was[i].Anchor != now[j].Anchor || was[i].Tag != now[j].Tag
                || (was[i].Value != now[j].Value && !IsEdited(i)))
            {
                return false;
            }
        }

        return j == now.Count && newKeys == 0;
    }

    // Whether one of the sorted offsets lies in the scalar, ends included: an insertion stands behind its last character.
    private static bool Holds(int[] sorted, int start, int end)
    {
        var at = Array.BinarySearch(sorted, start);
        at = at < 0 ? ~at : at;
        return at < sorted.Length && sorted[at] <= end;
    }

    private static List<Shape> Tokens(string json)
    {
        var (documents, _) = MarkedJson.Read(new ManifestSource("", json), System.Text.Encoding.UTF8.GetBytes(json));
        var shapes = new List<Shape>();
        void Add(MarkedNode node)
        {
            switch (node)
            {
                case MarkedScalar scalar:
                    shapes.Add(new Shape("scalar", scalar.Value, "", "", scalar.Start, scalar.End));
                    break;
                case MarkedSequence sequence:
                    shapes.Add(new Shape("sequence", "", "", "", sequence.Start, sequence.Start));
                    sequence.Items.ForEach(Add);
                    shapes.Add(new Shape("end", "", "", "", sequence.Start, sequence.Start));
                    break;
                case MarkedMapping mapping:
                    shapes.Add(new Shape("mapping", "", "", "", mapping.Start, mapping.Start));
                    foreach (var (key, value) in mapping.Entries)
                    {
                        Add(key);
                        Add(value);
                    }

                    shapes.Add(new Shape("end", "", "", "", mapping.Start, mapping.Start));
                    break;
            }
        }

        foreach (var document in documents)
        {
            Add(document);
        }

        return shapes;
    }

    // Both texts were read by the scanner before, so size and depth are bounded and nothing here throws for their content.
    private static List<Shape> Shapes(string text)
    {
        var parser = new Parser(new StringReader(text));
        var shapes = new List<Shape>();
        while (parser.MoveNext())
        {
            var current = parser.Current!;
            var (kind, value) = current switch
            {
                Scalar scalar => ("scalar", scalar.Value),
                AnchorAlias alias => ("alias", alias.Value.Value),
                MappingStart mapping => ("mapping", mapping.Style.ToString()),
                SequenceStart sequence => ("sequence", sequence.Style.ToString()),
                _ => (current.GetType().Name, ""),
            };
            var node = current as NodeEvent;
            shapes.Add(new Shape(kind, value, node is { Anchor.IsEmpty: false } ? node.Anchor.Value : "", node is { Tag.IsEmpty: false } ? node.Tag.Value : "",
                (int)current.Start.Index, (int)current.End.Index));
        }

        return shapes;
    }
}
