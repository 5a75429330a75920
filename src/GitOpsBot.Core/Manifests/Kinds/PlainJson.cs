using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>
/// JSON of no known form: every text that is a whole reference, with a tag or a digest, is taken for one. Objects of Kubernetes are left to their
/// kinds, since an annotation may well speak of an image without meaning it. Terraform's JSON is plain JSON.
/// </summary>
internal sealed class PlainJson : ITextKind
{
    private static readonly string[] Schemes = ["docker://", "oci://"];

    public void Look(ManifestReading file, FoundPins found)
    {
        if (file.Format != ManifestFormat.Json)
        {
            return;
        }

        foreach (var spot in file.Documents.Where(d => !d.IsKubernetes).SelectMany(Values.Of))
        {
            if (spot.Value is MarkedScalar { Writing: Writing.Quoted } text)
            {
                var skip = Schemes.FirstOrDefault(s => text.Value.StartsWith(s, StringComparison.Ordinal))?.Length ?? 0;
                if (IsMeant(text.Value[skip..], found))
                {
                    found.AddReference(spot, text, text, skip);
                }
            }
        }
    }

    /// <summary>Whether a text of unknown purpose is a reference: to an artifact that is looked for, or, when all are, one that shows itself.</summary>
    internal static bool IsMeant(string text, FoundPins found)
    {
        if (found.Wanted.Count == 0)
        {
            return ReferenceText.ShowsItself(text);
        }

        if (!text.AsSpan(text.LastIndexOf('/') + 1).ContainsAny(':', '@') || !found.Wanted.Any(w => text.Contains(w.LastPartText, StringComparison.Ordinal)))
        {
            return false;
        }

        var name = ImageReference.TryParse(text, out var reference) ? reference.Name : ReferenceText.NameIn(text);
        return found.Wanted.Any(w => w.Image.Equals(name));
    }
}
