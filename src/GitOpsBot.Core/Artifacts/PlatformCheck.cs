namespace GitOpsBot.Core.Artifacts;

/// <summary>Whether an artifact holds the platforms that a pipeline demands.</summary>
public static class PlatformCheck
{
    /// <summary>Those that it lacks; a single manifest has the platform of its configuration, if that says one.</summary>
    public static IReadOnlyList<Platform> Missing(Artifact artifact, IReadOnlyList<Platform> wanted)
    {
        var present = artifact.Manifests.Select(m => m.Platform).Append(artifact.Platform).OfType<Platform>().ToList();
        // A variant that was not asked for does not matter: linux/arm64 is met by linux/arm64/v8.
        return [.. wanted.Where(w => !present.Exists(p => p.Os == w.Os && p.Architecture == w.Architecture && (w.Variant is null || w.Variant == p.Variant)))];
    }
}
