namespace GitOpsBot.Testing.GitHub;

/// <summary>
/// GitHub's published descriptions as npm installs them: a <c>node_modules</c> folder that <c>GITOPSBOT_OCTOKIT</c> names, by default the one below the
/// user's cache that <c>.ci/run</c> fills. Nobody here wrote it and it lies outside the repository, so the tests that need it say by name when it is absent.
/// </summary>
public static class OctokitFolder
{
    /// <summary>A file of it by its path below <c>node_modules</c>, or null.</summary>
    public static string? Find(string file)
    {
        var root = Environment.GetEnvironmentVariable("GITOPSBOT_OCTOKIT") is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "gitopsbot-tests", "node_modules");
        return Path.Combine(root, file) is var path && File.Exists(path) ? path : null;
    }
}
