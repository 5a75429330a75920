using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Differences;

/// <summary>What has to be pulled for one platform.</summary>
/// <param name="Platform"><c>linux/arm64</c>; empty for a single manifest, whose platform does not matter here.</param>
/// <param name="From">Bytes of the old one; null where it has no such platform.</param>
/// <param name="To">Bytes of the new one; null where it has no such platform.</param>
public sealed record SizeChange(string Platform, long? From, long? To);

/// <summary>How the sizes of two artifacts differ, by platform in ordinal order.</summary>
public sealed record SizeDifference(IReadOnlyList<SizeChange> Platforms)
{
    /// <summary>Compares what each side has to be pulled, in bytes by platform.</summary>
    public static SizeDifference Between(IReadOnlyDictionary<string, long> from, IReadOnlyDictionary<string, long> to)
    {
        long? Of(IReadOnlyDictionary<string, long> sizes, string platform) => sizes.TryGetValue(platform, out var size) ? size : null;
        return new SizeDifference([.. from.Keys.Union(to.Keys).Order(StringComparer.Ordinal).Select(p => new SizeChange(p, Of(from, p), Of(to, p)))]);
    }

    /// <summary>Bytes of a manifest's layers as it states them, compressed as they are pulled, each once; a sum too large to be true is the largest number.</summary>
    public static long Of(OciManifest manifest)
    {
        var sum = manifest.Layers.DistinctBy(l => l.Digest).Aggregate((Int128)0, (all, layer) => all + layer.Size);
        return sum > long.MaxValue ? long.MaxValue : (long)sum;
    }
}
