using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Doctor.Checks;

/// <summary>The data directory can be written and has room for mirrors and content.</summary>
internal static class DataFolder
{
    // A mirror of a repository of 100,000 files has 22 MB; content of a few hundred artifacts with their attestations as much again.
    private const long LeastFree = 512L * 1024 * 1024;

    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("data directory", setUp => [Look.Here(setUp.Settings.DataDirectory, () => [Find(setUp.Settings.DataDirectory, FreeAt)])]);

    /// <summary>What is found at a path.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="free">Bytes that this user may still write there; null where nobody can say.</param>
    public static Finding Find(string path, Func<string, long?> free) =>
        DataDirectory.Prepare(path) is { } sentence ? new Finding.ToDo(path, sentence, "Let the bot's user write there, or name another folder as 'dataDir'.")
        : free(path) is not { } bytes ? new Finding.Ok(path, "It can be written.")
        : bytes < LeastFree ? new Finding.ToDo(path, $"It can be written, but only {Said(bytes)} are free.", $"Make room for at least {Said(LeastFree)}: mirrors of the repositories and what was read from registries are kept there.")
        : new Finding.Ok(path, $"It can be written, {Said(bytes)} are free.");

    private static long? FreeAt(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string Said(long bytes) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / (1024 * 1024)} MiB");
}
