using System.Text.RegularExpressions;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

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
        var changes = edits.SelectMany(Changes).OrderBy(c => c.At.Start).ToList();
        var text = Spliced(decoded.Text, changes) ?? throw new InvalidOperationException($"A pin is not one of {file.Path} as it is now; nothing was written.");
        var bumped = file with { Content = (decoded with { Text = text }).Encode() };
        var newKeys = edits.Count(e => e.Pin.Site is PinSite.Entry { AddsKey: true });
        if (!ReadsAsIntended(file, bumped, edits)
            || !EventComparison.DifferOnlyWhereEdited(ManifestFormats.Of(file.Path), decoded.Text, text, changes.Select(c => c.At), edits.Select(e => e.To).ToHashSet(), newKeys))
        {
            throw new InvalidOperationException($"Editing {file.Path} would have changed more than the digests; nothing was written.");
        }

        return bumped;
    }

    // One pass from front to back; null when edits are out of the text or lie over each other.
    private static string? Spliced(string text, List<(TextSpan At, string Insert)> changes)
    {
        var spliced = new System.Text.StringBuilder(text.Length + (changes.Count * 80));
        var from = 0;
        foreach (var (at, insert) in changes)
        {
            if (at.Start < from || at.End < at.Start || at.End > text.Length)
            {
                return null;
            }

            spliced.Append(text, from, at.Start - from).Append(insert);
            from = at.End;
        }

        return spliced.Append(text, from, text.Length - from).ToString();
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
            case PinSite.Revision { Text: var span }:
                yield return (span, edit.To.Value);
                break;
            case PinSite.Entry entry:
                if (edit.Tag is not null && entry.Tag is { } tagSpan)
                {
                    yield return (tagSpan, entry.TagIsPlain && !IsPlainText(edit.Tag) ? $"\"{edit.Tag}\"" : edit.Tag);
                }

                yield return (entry.Digest, entry.Lead + edit.To + entry.Trail);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // What was written is read again: exactly the intended pins changed, to exactly what was intended.
    private static bool ReadsAsIntended(ManifestFile before, ManifestFile after, IReadOnlyList<PinEdit> edits)
    {
        WantedArtifact[] wanted = [.. edits.Select(e => new WantedArtifact(e.Pin.Artifact ?? "", e.Pin.Name)).Distinct()];
        var (was, now) = (FilePins.Of(before, wanted), FilePins.Of(after, wanted));
        var bySite = new Dictionary<PinSite, PinEdit>();
        return edits.All(e => bySite.TryAdd(e.Pin.Site, e))
            && was.Pins.Count == now.Pins.Count && now.Unread.Count == was.Unread.Count && now.Doubts.Count == was.Doubts.Count
            && was.Pins.Count(p => bySite.TryGetValue(p.Site, out var edit) && edit.Pin == p) == edits.Count
            && was.Pins.Zip(now.Pins).All(pair => pair.First.Name.Equals(pair.Second.Name)
                && (bySite.TryGetValue(pair.First.Site, out var edit)
                    ? pair.Second.Digest == edit.To && pair.Second.Tag == TagAfter(edit)
                    : pair.Second.Digest == pair.First.Digest && pair.Second.Tag == pair.First.Tag));
    }

    private static string? TagAfter(PinEdit edit) => edit.Pin.Site is PinSite.Revision ? null : edit.Tag is null || edit.Pin.Tag is null ? edit.Pin.Tag : edit.Tag;

    // 2026, 1.4 and true are a number and a truth to a YAML reader, and no tag.
    private static bool IsPlainText(string tag) => char.IsAsciiLetter(tag[0])
        ? !NotText().IsMatch(tag)
        : tag.Count(c => c == '.') > 1 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    [GeneratedRegex(@"\A(?:true|false|yes|no|on|off|null|y|n)\z", RegexOptions.IgnoreCase)]
    private static partial Regex NotText();
}
