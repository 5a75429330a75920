using System.Text;

namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>
/// YAML written inside a scalar of YAML (Argo CD's <c>helm.values</c>, a patch in a kustomization). Inside a literal block it can be edited as it
/// lies; written in any other way it is read, so that what it names is known, but not edited.
/// </summary>
internal static class NestedText
{
    /// <summary>The documents in a scalar, in offsets of the file.</summary>
    public static Structure Read(MarkedScalar scalar)
    {
        if (scalar.Writing == Writing.Literal && Lines(scalar) is { } lines)
        {
            return MarkedYaml.ReadEvents(scalar.Source, lines.Text, lines.Outward);
        }

        var here = new int[scalar.Value.Length + 1];
        Array.Fill(here, scalar.Start);
        return MarkedYaml.ReadEvents(scalar.Source, scalar.Value, here);
    }

    // The block's lines without their indentation, each character with its offset in the file; null where that is not the scalar's text.
    private static (string Text, int[] Outward)? Lines(MarkedScalar scalar)
    {
        var text = scalar.Source.Text;
        var header = text.IndexOf('\n', scalar.Start);
        if (header < 0 || text[scalar.Start] != '|')
        {
            return null;
        }

        var (inner, outward, indent) = (new StringBuilder(), new List<int>(), -1);
        for (var line = header + 1; line < text.Length;)
        {
            var newline = text.IndexOf('\n', line);
            var next = newline < 0 ? text.Length : newline + 1;
            var end = newline < 0 ? text.Length : text[newline - 1] == '\r' ? newline - 1 : newline;
            var begin = line;
            while (begin < end && text[begin] == ' ')
            {
                begin++;
            }

            if (begin < end)
            {
                indent = indent < 0 ? begin - line : indent;
                if (begin - line < indent)
                {
                    break;
                }
            }

            for (var i = Math.Min(line + Math.Max(indent, 0), end); i < end; i++)
            {
                inner.Append(text[i]);
                outward.Add(i);
            }

            inner.Append('\n');
            outward.Add(end);
            line = next;
        }

        outward.Add(outward.Count == 0 ? scalar.Start : outward[^1]);
        var found = inner.ToString();
        return found.AsSpan().TrimEnd('\n').SequenceEqual(scalar.Value.AsSpan().TrimEnd('\n')) ? (found, [.. outward]) : null;
    }
}
