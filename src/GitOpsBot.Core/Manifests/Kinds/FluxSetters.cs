using System.Text.RegularExpressions;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>
/// Fields that Flux's setter comments mark: <c># {"$imagepolicy": "NAMESPACE:NAME"}</c> a whole reference, with <c>:name</c>, <c>:tag</c> or
/// <c>:digest</c> behind it one part. Parts that one policy marks in one mapping belong together. (Flux, image update guide.)
/// </summary>
internal sealed partial class FluxSetters : ITextKind
{
    public void Look(ManifestReading file, FoundPins found)
    {
        if (file.Format != ManifestFormat.Yaml || !file.Source.Text.Contains("$imagepolicy", StringComparison.Ordinal))
        {
            return;
        }

        var lines = LastValues(file);
        var parts = new List<(string Policy, string Field, Spot Spot)>();
        foreach (Match comment in Comment().Matches(file.Source.Text))
        {
            if (!lines.TryGetValue(file.Source.LineOf(comment.Index), out var spot) || spot.Value.Start >= comment.Index)
            {
                continue;
            }

            var words = comment.Groups["policy"].Value.Split(':');
            if (words.Length == 2 && spot.Scalar is { } whole)
            {
                found.AddReference(spot, spot.Value, whole, isSure: true);
            }
            else if (words.Length == 3 && words[2] is "name" or "tag" or "digest")
            {
                parts.Add(($"{words[0]}:{words[1]}", words[2], spot));
            }
        }

        foreach (var group in parts.GroupBy(p => (p.Policy, p.Spot.Mapping)))
        {
            var byField = group.DistinctBy(p => p.Field).ToDictionary(p => p.Field, p => p.Spot, StringComparer.Ordinal);
            AddParts(group.Key.Policy, byField, parts.Where(p => p.Policy == group.Key.Policy && p.Field == "name").Select(p => p.Spot), found);
        }
    }

    private static void AddParts(string policy, Dictionary<string, Spot> byField, IEnumerable<Spot> names, FoundPins found)
    {
        var (tag, digest) = (byField.GetValueOrDefault("tag"), byField.GetValueOrDefault("digest"));
        if ((digest ?? tag) is not { } first)
        {
            return;
        }

        // The name may be marked elsewhere; without it, the policy is called like the artifact.
        var byName = byField.GetValueOrDefault("name") ?? names.FirstOrDefault();
        var artifact = found.Wanted.FirstOrDefault(w => policy.EndsWith(":" + w.Name, StringComparison.Ordinal));
        var written = byName?.Scalar?.Value ?? artifact?.Image.ToString();
        if (!ImageName.TryParse(written, out var name))
        {
            return;
        }

        // Where another kind knows the entry, it has the word about it.
        if (new[] { tag, digest }.Any(s => s?.Scalar is { } scalar && !found.Claim(scalar.Inner?.End ?? scalar.End)))
        {
            return;
        }

        var entry = new PinEntry(first.Value.Place, name, written)
        {
            Tag = tag?.Value, Digest = digest?.Value, DigestKey = digest?.Key, Keys = [.. byField.Values.Select(s => s.Key.Value)],
        };
        if (digest is null && !entry.HoldsDigest)
        {
            found.AddDoubt(name, first.Value.Place, $"The policy '{policy}' marks a tag here, and no field for the digest; mark one with \":digest\" (an empty one is enough).", $"{written}:{tag?.Scalar?.Value}");
        }
        else if (found.AddEntry(first, first.Mapping, entry) is { } pin && byName is null)
        {
            found.Replace(pin, pin with { Artifact = artifact!.Name });
        }
    }

    // The last value that begins on each line: the comment behind it is about that one.
    private static Dictionary<int, Spot> LastValues(ManifestReading file)
    {
        var lines = new Dictionary<int, Spot>();
        foreach (var document in file.Documents)
        {
            foreach (var spot in Values.Of(document))
            {
                lines[file.Source.LineOf(spot.Value.Start)] = spot;
            }
        }

        return lines;
    }

    [GeneratedRegex("""#[ \t]*\{[ \t]*"\$imagepolicy"[ \t]*:[ \t]*"(?<policy>[^"\r\n]*)"[ \t]*\}""", RegexOptions.ExplicitCapture)]
    private static partial Regex Comment();
}
