using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>Collects what hangs on one digest. Used once.</summary>
internal sealed class AttachedItems(IRegistry registry, ImageName name, Digest subject)
{
    /// <summary>Items of one digest: a release has some ten; more are noise or an attack on whoever verifies them.</summary>
    public const int MostItems = 100;

    /// <summary>Bytes of one item: the largest SBOM attestations have a few million.</summary>
    public const int LargestItem = 10 * 1024 * 1024;

    private const string SignatureAnnotation = "dev.cosignproject.cosign/signature";
    private static readonly Dictionary<string, string> None = [];

    private readonly List<AttachedItem> _items = [];
    private readonly HashSet<(Digest, AttachedForm, string?)> _seen = [];
    private bool _isFull;

    /// <summary>All of it, each once, in the order it was listed.</summary>
    public async Task<IReadOnlyList<AttachedItem>> CollectAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Descriptor> referrers = [];
        try
        {
            referrers = await registry.ListReferrersAsync(name, subject, cancellationToken);
        }
        catch (RegistryException e) when (e.Code is { } code)
        {
            Add(new AttachedItem(subject, AttachedForm.Unknown, MediaTypes.Index, subject, default, None) { Fault = new Rejection(code, e.Message) });
        }

        foreach (var referrer in referrers)
        {
            await AddManifestAsync(referrer, () => registry.ReadManifestAsync(name, referrer.Digest, cancellationToken), mustHaveSubject: true, cancellationToken);
        }

        foreach (var suffix in (string[])["sig", "att"])
        {
            // Nothing is known of the tag beforehand, so a fault of the tag itself is listed under the digest it hangs on.
            var tag = new Descriptor(MediaTypes.Manifest, subject, 0);
            await AddManifestAsync(tag, () => registry.ReadTagAsync(name, $"sha256-{subject.Hex}.{suffix}", cancellationToken), mustHaveSubject: false, cancellationToken);
        }

        return _items;
    }

    private async Task AddManifestAsync(Descriptor listed, Func<Task<RegistryContent?>> read, bool mustHaveSubject, CancellationToken cancellationToken)
    {
        if (_isFull)
        {
            return;
        }

        try
        {
            if (await read() is not { } content)
            {
                if (mustHaveSubject)
                {
                    Add(Faulty(listed, RejectionCode.Malformed, $"{name} lists the manifest {listed.Digest} as attached, but does not have it."));
                }

                return;
            }

            var manifest = RegistryContents.Value(ManifestReader.Read(content.Bytes, content.Descriptor.MediaType), $"The attached manifest {content.Descriptor.Digest}");
            if (WrongWith(manifest, content.Descriptor.Digest, mustHaveSubject) is { } wrong)
            {
                Add(Faulty(content.Descriptor, wrong.Code, wrong.Reason));
                return;
            }

            foreach (var layer in manifest.Layers)
            {
                await AddLayerAsync(layer, cancellationToken);
            }
        }
        catch (RegistryException e) when (e.Code is { } code)
        {
            Add(Faulty(listed, code, e.Message));
        }
    }

    private Rejection? WrongWith(OciManifest manifest, Digest digest, bool mustHaveSubject) =>
        manifest.IsIndex ? new(RejectionCode.Unsupported, $"The attached manifest {digest} is an index; expected a single manifest.")
        : manifest.Subject is { } found && found.Digest != subject ? new(RejectionCode.SubjectMismatch, $"The attached manifest {digest} is about {found.Digest}; expected {subject}.")
        : manifest.Subject is null && mustHaveSubject ? new(RejectionCode.SubjectMismatch, $"The attached manifest {digest} is about nothing; expected the subject {subject}.")
        : manifest.Layers.Count == 0 ? new(RejectionCode.Unsupported, $"The attached manifest {digest} has no layers.")
        : null;

    private async Task AddLayerAsync(Descriptor layer, CancellationToken cancellationToken)
    {
        var form = FormOf(layer.MediaType);
        if (_isFull || !_seen.Add((layer.Digest, form, layer.Annotations.GetValueOrDefault(SignatureAnnotation))))
        {
            return;
        }

        // What is no evidence is listed and not fetched.
        if (form == AttachedForm.Unknown || _items.Count >= MostItems)
        {
            Add(new AttachedItem(subject, form, layer.MediaType, layer.Digest, default, layer.Annotations));
            return;
        }

        try
        {
            Add(await registry.ReadBlobAsync(name, layer.Digest, LargestItem, cancellationToken) is { } bytes
                ? new AttachedItem(subject, form, layer.MediaType, layer.Digest, bytes, layer.Annotations)
                : Faulty(layer, RejectionCode.Malformed, $"{name} lists the blob {layer.Digest} as attached, but does not have it."));
        }
        catch (RegistryException e) when (e.Code is { } code)
        {
            Add(Faulty(layer, code, e.Message));
        }
    }

    private void Add(AttachedItem item)
    {
        if (_isFull)
        {
            return;
        }

        _isFull = _items.Count >= MostItems;
        _items.Add(_isFull
            ? Faulty(new Descriptor(item.MediaType, item.Digest, 0), RejectionCode.Limit, $"More hangs on {subject} than is looked at: expected at most {MostItems} items.")
            : item);
    }

    private AttachedItem Faulty(Descriptor what, RejectionCode code, string reason) =>
        new(subject, FormOf(what.MediaType), what.MediaType, what.Digest, default, what.Annotations) { Fault = new Rejection(code, reason) };

    private static AttachedForm FormOf(string mediaType) =>
        mediaType == MediaTypes.SimpleSigning ? AttachedForm.SimpleSigning
        : mediaType == MediaTypes.Dsse || mediaType.StartsWith(MediaTypes.InTotoPrefix, StringComparison.Ordinal) ? AttachedForm.Dsse
        : mediaType.StartsWith(MediaTypes.SigstoreBundlePrefix, StringComparison.Ordinal) ? AttachedForm.SigstoreBundle
        : AttachedForm.Unknown;
}
