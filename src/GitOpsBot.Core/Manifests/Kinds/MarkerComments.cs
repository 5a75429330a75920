using System.Text.RegularExpressions;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>
/// Our own marker for any text file: <c># gitopsbot: NAME</c> (or with <c>//</c>, <c>--</c>, <c>;</c>, <c>&lt;!-- … --&gt;</c>, <c>/* … */</c>), NAME being the
/// artifact's in its pipeline. It marks the line it ends, or, alone on its line, the next one; on that line stands one reference to the artifact,
/// or one digest.
/// </summary>
internal sealed partial class MarkerComments : ITextKind
{
    /// <summary>What every marked file holds.</summary>
    public static ReadOnlySpan<byte> Word => "gitopsbot:"u8;

    public void Look(ManifestReading file, FoundPins found)
    {
        if (found.Wanted.Count == 0 || file.Format == ManifestFormat.Json || !file.Source.Text.Contains("gitopsbot:", StringComparison.Ordinal))
        {
            return;
        }

        var text = file.Source.Text;
        foreach (Match marker in Marker().Matches(text))
        {
            if (found.Wanted.FirstOrDefault(w => w.Name == marker.Groups["name"].Value) is not { } artifact)
            {
                continue;
            }

            var start = file.Source.LineStart(marker.Index);
            var line = new TextSpan(start, marker.Index);
            if (file.Source.Of(line).IsWhiteSpace())
            {
                var next = text.IndexOf('\n', marker.Index + marker.Length);
                var end = next < 0 ? -1 : text.IndexOf('\n', next + 1);
                line = next < 0 ? line : new TextSpan(next + 1, end < 0 ? text.Length : end);
            }

            Look(file.Source, line, artifact, found);
        }
    }

    private static void Look(ManifestSource source, TextSpan line, WantedArtifact artifact, FoundPins found)
    {
        var text = source.Of(line).ToString();
        var references = References(text, artifact.Image).ToList();
        if (references.Count > 1 || (references.Count == 0 && AnyDigest().Count(text) > 1))
        {
            found.AddDoubt(artifact.Image, source.PlaceOf(line.Start), $"The marked line holds several references to {artifact.Image}, or several digests; write each on a line of its own.");
        }
        else if (references.Count == 1)
        {
            var (at, length) = references[0];
            var span = new TextSpan(line.Start + at, line.Start + at + length);
            var scalar = new MarkedScalar(source, source.Of(span).ToString(), span, Writing.Quoted, span.Start, span.End);
            if (found.AddReference(null, scalar, scalar, isSure: true) is { } pin)
            {
                found.Replace(pin, pin with { Artifact = artifact.Name });
            }
        }
        else if (AnyDigest().Match(text) is { Success: true } match)
        {
            var span = new TextSpan(line.Start + match.Index, line.Start + match.Index + match.Length);
            if (found.Claim(span.End))
            {
                found.Add(new ImagePin(source.PlaceOf(span.Start), artifact.Image, null, Digest.Parse(match.Value), new PinSite.Entry(null, false, span, "", "", AddsKey: false)) { Text = match.Value, Artifact = artifact.Name });
            }
        }
        else
        {
            found.AddDoubt(artifact.Image, source.PlaceOf(line.Start), $"The line marked for {artifact.Name} holds neither a reference to {artifact.Image} nor a digest.");
        }
    }

    // The image's name with what there is of tag and digest behind it, and nothing that would make it another name.
    private static IEnumerable<(int At, int Length)> References(string text, ImageName image)
    {
        var whole = image.ToString();
        string[] spellings = image is { IsLayout: false, Host: "docker.io" } ? [whole, image.Repository, image.Repository.Replace("library/", "", StringComparison.Ordinal)] : [whole];
        foreach (var spelling in spellings)
        {
            var any = false;
            for (var at = text.IndexOf(spelling, StringComparison.Ordinal); at >= 0; at = text.IndexOf(spelling, at + spelling.Length, StringComparison.Ordinal))
            {
                var rest = Rest().Match(text, at + spelling.Length);
                var end = at + spelling.Length + rest.Length;
                if ((at == 0 || !IsOfName(text[at - 1])) && (end == text.Length || !IsOfName(text[end])))
                {
                    any = true;
                    yield return (at, end - at);
                }
            }

            if (any)
            {
                yield break;
            }
        }
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '@' or ':';

    [GeneratedRegex(@"(?:#|//|--|;|<!--|/\*)[ \t]*gitopsbot:[ \t]*(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,127})[ \t]*(?:-->|\*/)?[ \t]*\r?$", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Marker();

    [GeneratedRegex(@"\G(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?", RegexOptions.ExplicitCapture)]
    private static partial Regex Rest();

    [GeneratedRegex("sha256:[0-9a-f]{64}(?![0-9a-f])")]
    private static partial Regex AnyDigest();
}
