using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>
/// A source of Argo CD's Application or ApplicationSet, known by its <c>repoURL</c>: <c>kustomize.images</c>, the Helm values in it, and the
/// <c>targetRevision</c> of an OCI source. (Argo CD, Application specification.)
/// </summary>
internal sealed class ArgoSource : IKeyKind
{
    private const string Oci = "oci://";

    public IReadOnlyList<string> Keys { get; } = ["repoURL"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Scalar is not { } address)
        {
            return;
        }

        LookAtRevision(spot, address.Value, found);
        if (Below(spot, "kustomize") is { Value.Followed: MarkedMapping kustomize } overlay && Entry(overlay, kustomize, "images") is { Value.Followed: MarkedSequence images } entries)
        {
            foreach (var item in images.Items)
            {
                // name=newname:tag@digest, or without the first part.
                if (item.Followed is MarkedScalar text)
                {
                    found.AddReference(entries, item, text, text.Value.IndexOf('=', StringComparison.Ordinal) + 1, isSure: true, shared: images.SharedAs);
                }
            }
        }

        if (Below(spot, "helm") is { Value.Followed: MarkedMapping helm } chart)
        {
            if (Entry(chart, helm, "values") is { Scalar: { } values } text)
            {
                found.LookInside(text, values);
            }

            if (Entry(chart, helm, "parameters") is { Value.Followed: MarkedSequence parameters } list)
            {
                ArgoParameters.Look(list, parameters, found);
            }
        }
    }

    private static Spot? Below(Spot spot, string key) => Entry(spot.Parent, spot.Mapping, key, spot);

    private static Spot? Entry(Spot around, MarkedMapping mapping, string key) => Entry(around, mapping, key, around);

    private static Spot? Entry(Spot? parent, MarkedMapping mapping, string key, Spot like) =>
        mapping[key] is { } value ? new Spot(parent, mapping, mapping.Key(key)!, value, like.Shared ?? mapping.SharedAs ?? value.Followed?.SharedAs, like.Document) : null;

    private static void LookAtRevision(Spot spot, string address, FoundPins found)
    {
        var isNative = address.StartsWith(Oci, StringComparison.Ordinal);
        var repository = (isNative ? address[Oci.Length..] : address).TrimEnd('/');
        if (spot.Mapping.Text("chart") is { } chart)
        {
            // A chart of a registry is asked for by version: Helm resolves it among the tags.
            if (!address.Contains("://", StringComparison.Ordinal) || isNative)
            {
                if (ImageName.TryParse($"{repository}/{chart}", out var named))
                {
                    found.AddDoubt(named, (spot.Mapping["targetRevision"] ?? spot.Value).Place,
                        "This chart is asked for by version, which cannot hold a digest; name it as an OCI source: repoURL oci://REPOSITORY with the digest as targetRevision.");
                }
            }

            return;
        }

        if (!isNative || !ImageName.TryParse(repository, out var name))
        {
            return;
        }

        if (Below(spot, "targetRevision") is not { Value: MarkedScalar { IsNull: false } revision } entry)
        {
            found.AddDoubt(name, spot.Value.Place, "This OCI source has no targetRevision of its own in which a digest could stand; write 'targetRevision: ' with a tag or digest.", address);
        }
        else if (!Digest.TryParse(revision.Value, out var digest) && !ImageReference.IsTag(revision.Value))
        {
            found.AddDoubt(name, revision.Place, "This targetRevision is neither a tag nor a digest; write the one or the other.", $"{address}:{revision.Value}");
        }
        else if (revision.Inner is not { } inner || (entry.Shared ?? revision.SharedAs ?? entry.Twice) is not null)
        {
            found.AddDoubt(name, revision.Place, "This targetRevision is shared, stands twice or is written in a way that cannot be edited exactly; write it plainly.", digest is null ? $"{address}:{revision.Value}" : null);
        }
        else if (found.Claim(inner.End))
        {
            found.Add(new ImagePin(revision.Place, name, digest is null ? revision.Value : null, digest, new PinSite.Revision(inner))
            {
                Text = digest is null ? $"{address}:{revision.Value}" : $"{address}@{digest}", IsSure = true,
            });
        }
    }
}
