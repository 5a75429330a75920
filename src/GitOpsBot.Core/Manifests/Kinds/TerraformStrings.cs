using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>
/// Strings of Terraform files (<c>.tf</c>, <c>.tfvars</c>) that are whole references, also those inside a heredoc, where task definitions are written
/// in JSON. A name alone is one where its argument is called an image; elsewhere it may be a part of something.
/// </summary>
internal sealed class TerraformStrings : ITextKind
{
    private static readonly string[] Schemes = ["docker://", "oci://"];

    public void Look(ManifestReading file, FoundPins found)
    {
        if (file.Format != ManifestFormat.Terraform)
        {
            return;
        }

        var text = file.Source.Text;
        foreach (var (start, end) in Strings(text))
        {
            var value = text[start..end];
            var skip = Schemes.FirstOrDefault(s => value.StartsWith(s, StringComparison.Ordinal))?.Length ?? 0;
            var isImage = IsImage(text, start - 1);
            if (PlainJson.IsMeant(value[skip..], found) || (isImage && ImageReference.TryParse(value[skip..], out _)))
            {
                // An escape is no part of any reference, so what has one is not a whole reference either.
                var scalar = new MarkedScalar(file.Source, value, new TextSpan(start, end), Writing.Quoted, start - 1, end + 1);
                found.AddReference(null, scalar, scalar, skip, isSure: isImage);
            }
        }
    }

    // The characters between quotes, comments left out. A quote inside a template's braces is a string of its own.
    private static IEnumerable<(int Start, int End)> Strings(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '#' || (text[i] == '/' && i + 1 < text.Length && text[i + 1] == '/'))
            {
                i = Until(text, "\n", i);
            }
            else if (text[i] == '/' && i + 1 < text.Length && text[i + 1] == '*')
            {
                i = Until(text, "*/", i + 2) + 1;
            }
            else if (text[i] == '"')
            {
                var start = ++i;
                while (i < text.Length && text[i] is not ('"' or '\n'))
                {
                    i += text[i] == '\\' ? 2 : 1;
                }

                if (i < text.Length && text[i] == '"')
                {
                    yield return (start, i);
                }
            }
        }
    }

    private static int Until(string text, string what, int from)
    {
        var at = from < text.Length ? text.IndexOf(what, from, StringComparison.Ordinal) : -1;
        return at < 0 ? text.Length : at;
    }

    // The word before the equals sign or colon.
    private static bool IsImage(string text, int quote)
    {
        var before = text.AsSpan(0, quote).TrimEnd(' ').TrimEnd('\t');
        if (before.Length == 0 || before[^1] is not ('=' or ':'))
        {
            return false;
        }

        var word = before[..^1].TrimEnd(' ').TrimEnd('"');
        return word.EndsWith("image", StringComparison.OrdinalIgnoreCase) || word.EndsWith("image_uri", StringComparison.OrdinalIgnoreCase);
    }
}
