using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>Argo CD's <c>helm.parameters</c>: values of a chart by their path, <c>{name: image.tag, value: 1.4.2}</c>. Those that differ in their last part only belong together.</summary>
internal static class ArgoParameters
{
    private const string Repository = "repository";

    /// <summary>Looks at the list.</summary>
    public static void Look(Spot spot, MarkedSequence parameters, FoundPins found)
    {
        var byName = parameters.Items.Select(i => i.Followed).OfType<MarkedMapping>().Where(p => p.Text("name") is not null).ToLookup(p => p.Text("name")!, StringComparer.Ordinal);
        foreach (var group in byName)
        {
            var parameter = group.First();
            if (parameter["value"] is not { } value || value.Followed is not MarkedScalar text)
            {
                continue;
            }

            if (group.Key == Repository || group.Key.EndsWith("." + Repository, StringComparison.Ordinal))
            {
                AddParts(spot, parameter, text.Value, group.Key[..^Repository.Length], byName, found);
            }
            else if (group.Key.EndsWith("image", StringComparison.OrdinalIgnoreCase))
            {
                found.AddReference(new Spot(spot, parameter, parameter.Key("value")!, value, spot.Shared, spot.Document), value, text, isSure: true, shared: parameter.SharedAs);
            }
        }
    }

    private static void AddParts(Spot spot, MarkedMapping parameter, string repository, string prefix, ILookup<string, MarkedMapping> byName, FoundPins found)
    {
        var registry = byName[prefix + "registry"].FirstOrDefault()?.Text("value");
        var written = string.IsNullOrEmpty(registry) ? repository : $"{registry}/{repository}";
        if (!ImageName.TryParse(written, out var name))
        {
            return;
        }

        var (tag, digest) = (byName[prefix + "tag"].FirstOrDefault(), byName[prefix + "digest"].FirstOrDefault());
        var entry = new PinEntry(parameter.Place, name, written) { Tag = tag?["value"], Digest = digest?["value"], DigestKey = digest?.Key("value"), Keys = ["name", "value"] };
        string[] parts = ["registry", Repository, "tag", "digest"];
        if (parts.FirstOrDefault(p => byName[prefix + p].Skip(1).Any()) is { } twice)
        {
            found.AddDoubt(name, parameter.Place, $"The parameter '{prefix}{twice}' stands twice in this list.");
        }
        else if (digest is null && !entry.HoldsDigest)
        {
            found.AddDoubt(name, parameter.Place, $"There is no parameter '{prefix}digest' beside this one; an empty one (value: \"\") is enough to allow it.", written);
        }
        else if ((tag?.SharedAs ?? tag?["value"]?.SharedAs ?? digest?.SharedAs ?? digest?["value"]?.SharedAs) is not null || tag?.HasTwice("value") == true || digest?.HasTwice("value") == true)
        {
            found.AddDoubt(name, parameter.Place, "These parameters are shared with other places by an anchor, or have a value twice; write them where they belong.");
        }
        else
        {
            found.AddEntry(spot, parameter, entry);
        }
    }
}
