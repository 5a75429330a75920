namespace GitOpsBot.Core.Artifacts;

/// <summary>Whether an artifact runs where it must. Only what it lists counts; an index entry <c>unknown/unknown</c> is not a platform.</summary>
public static class PlatformCheck
{
    /// <summary>The platforms that are wanted and not there, in the order they were wanted; empty when all are there.</summary>
    public static IReadOnlyList<Platform> Missing(Artifact artifact, IReadOnlyList<Platform> wanted)
    {
        var there = artifact.Manifests.Select(m => m.Platform).Append(artifact.Platform)
            .OfType<Platform>().Where(p => !p.IsUnknown).Select(Normal).ToHashSet();
        return [.. wanted.Where(w => !there.Contains(Normal(w)))];
    }

    // Variants that go without saying, as container runtimes read them: arm64 is v8, arm is v7, amd64 is v1.
    private static Platform Normal(Platform platform) => (platform.Architecture, platform.Variant) switch
    {
        ("arm64", "v8") or ("amd64", "v1") => platform with { Variant = null },
        ("arm", null) => platform with { Variant = "v7" },
        _ => platform,
    };
}
