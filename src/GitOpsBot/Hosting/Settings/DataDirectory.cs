namespace GitOpsBot.Hosting.Settings;

/// <summary>The folder of caches. Everything in it may be deleted at any time.</summary>
internal static class DataDirectory
{
    /// <summary>Makes it and tries to write there; null when that works, else one sentence.</summary>
    public static string? Prepare(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".write-{Environment.ProcessId}-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The data directory {path} cannot be written: expected 'dataDir' to name a folder that this user may write.";
        }
    }
}
