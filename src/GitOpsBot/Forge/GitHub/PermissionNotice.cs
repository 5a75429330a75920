using System.Collections.Concurrent;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// Tells, when the first token of an installation arrives, which permissions it lacks and what does not work without them: once for each installation,
/// and again only when that has changed. Nothing else is asked of GitHub for it.
/// </summary>
internal sealed partial class PermissionNotice
{
    private readonly ConcurrentDictionary<long, string> told = new();

    /// <summary>Where it is told; nothing is while this is null.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>A token was made.</summary>
    /// <param name="installation">Of which installation.</param>
    /// <param name="name">How people call that.</param>
    /// <param name="granted">What it may do; null where GitHub does not say.</param>
    public void Tell(long installation, string name, IReadOnlyDictionary<string, string>? granted)
    {
        if (Logger is not { } logger || granted is null)
        {
            return;
        }

        var missing = string.Join("; ", WantedPermission.Missing(granted).Select(p => $"{p} ({p.Without})"));
        if (told.TryGetValue(installation, out var before) ? before == missing : missing.Length == 0)
        {
            return;
        }

        told[installation] = missing;
        if (missing.Length > 0)
        {
            Log.Lacks(logger, Shown.Plain(name), missing);
        }
        else
        {
            Log.HasAll(logger, Shown.Plain(name));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Installation} lacks permissions: {Missing}. Add them in the App's settings and accept them where it is installed.")]
        public static partial void Lacks(ILogger logger, string installation, string missing);

        [LoggerMessage(LogLevel.Information, "{Installation} has all permissions now.")]
        public static partial void HasAll(ILogger logger, string installation);
    }
}
