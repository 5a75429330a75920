using System.Text.RegularExpressions;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Manifests;

/// <summary>One edit.</summary>
/// <param name="Pin">Where, as scanned from the very file that is edited.</param>
/// <param name="To">The digest that shall stand there.</param>
/// <param name="Tag">The tag to write where a tag stands beside it; null keeps the tag.</param>
public sealed record PinEdit(ImagePin Pin, Digest To, string? Tag);

/// <summary>Writes digests into a manifest: their characters change, and a tag's beside them; every other byte stays (SPEC section 5).</summary>
public static partial class DigestBump
{
    /// <summary>The file with its pins edited.</summary>
    /// <exception cref="InvalidOperationException">The pins are not of this file, or the result does not read as intended: nothing may be written then.</exception>
    public static ManifestFile Bump(ManifestFile file, IReadOnlyList<PinEdit> edits)
    {
        var decoded = ManifestText.Decode(file, out var problem) ?? throw new InvalidOperationException(problem!.ToString());
        var text = decoded.Text;
        var changes = edits.SelectMany(Changes).OrderByDescending(c => c.At.Start).ToList();
        foreach (var (at, insert) in changes)
        {
            if (at.Start < 0 || at.End < at.Start || at.End > text.Length)
            {
                throw new InvalidOperationException($"A pin is not one of {file.Path} as it is now; nothing was written.");
            }


            text = string.Concat(text.AsSpan(0, at.Start), insert, text.AsSpan(at.End));
        }

        var bumped = file with { Content = (decoded with { Text = text }).Encode() };
        Check(file, bumped, edits);
        var newKeys = edits.Count(e => e.Pin.Site is PinSite.Entry { Digest: null, Lead: not " " });
        if (!EventComparison.DifferOnlyWhereEdited(decoded.Text, text, changes.Select(c => c.At), edits.Select(e => e.To).ToHashSet(), newKeys))
        {
            throw new InvalidOperationException($"Editing {file.Path} would have changed more than the digests; nothing was written.");
        }

        return bumped;
    }

    private static IEnumerable<(TextSpan At, string Insert)> Changes(PinEdit edit)
    {
        switch (edit.Pin.Site)
        {
            case PinSite.Reference { Text: var span }:
                // The digest ends the reference, the tag stands before it: both are found from the end, so the name stays as it is written.
                var digestLength = edit.Pin.Digest is null ? 0 : edit.Pin.Digest.Value.Length + 1;
                var tagLength = edit.Tag is not null && edit.Pin.Tag is not null ? edit.Pin.Tag.Length : 0;
                var tag = tagLength > 0 ? edit.Tag : "";
                yield return (new TextSpan(span.End - digestLength - tagLength, span.End), $"{tag}@{edit.To}");
                break;
            case PinSite.Entry entry:
                if (edit.Tag is not null && entry.Tag is not null)
                {
                    yield return (entry.Tag, entry.TagIsPlain && !IsPlainText(edit.Tag) ? $"\"{edit.Tag}\"" : edit.Tag);
                }

                yield return entry.Digest is { } there
                    ? (there, edit.To.Value)
                    : (new TextSpan(entry.Insertion!.Value, entry.Insertion.Value), entry.Lead + edit.To + entry.Trail);
                break;
        }
    }

    // What was written is read again: exactly the intended pins changed, to exactly what was intended.
    private static void Check(ManifestFile before, ManifestFile after, IReadOnlyList<PinEdit> edits)
    {
        var (was, now) = (PinScanner.Scan([before]), PinScanner.Scan([after]));
        var isIntended = was.Pins.Count == now.Pins.Count && now.Problems.Count == 0 && now.Doubts.Count == was.Doubts.Count
            && edits.All(e => was.Pins.Contains(e.Pin))
            && was.Pins.Zip(now.Pins).All(pair => edits.FirstOrDefault(e => e.Pin == pair.First) is { } edit
                ? pair.Second.Digest == edit.To && pair.Second.Tag == (edit.Tag is null || pair.First.Tag is null ? pair.First.Tag : edit.Tag) && pair.Second.Name.Equals(pair.First.Name)
                : pair.Second.Digest == pair.First.Digest && pair.Second.Tag == pair.First.Tag && pair.Second.Name.Equals(pair.First.Name));
        if (!isIntended)
        {
            throw new InvalidOperationException($"Editing {before.Path} would have changed more than the digests; nothing was written.");
        }
    }

    // 2026, 1.4 and true are a number and a truth to a YAML reader, and no tag.
    private static bool IsPlainText(string tag) => char.IsAsciiLetter(tag[0])
        ? !NotText().IsMatch(tag)
        : tag.Count(c => c == '.') > 1 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    [GeneratedRegex(@"\A(?:true|false|yes|no|on|off|null|y|n)\z", RegexOptions.IgnoreCase)]
    private static partial Regex NotText();
}
