namespace GitOpsBot.Testing;

/// <summary>Published test data that nobody here wrote. It lies outside the repository, so tests that need it say by name when it is absent.</summary>
public static class ConformanceFolder
{
    /// <summary>A folder of it (<c>GITOPSBOT_CONFORMANCE</c>, otherwise <c>../shared/conformance</c> beside the repository), or null.</summary>
    public static string? Find(string name)
    {
        var root = Environment.GetEnvironmentVariable("GITOPSBOT_CONFORMANCE") is { Length: > 0 } named ? named : Beside();
        return root is not null && Path.Combine(root, name) is var folder && Directory.Exists(folder) ? folder : null;
    }

    private static string? Beside()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GitOpsBot.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "conformance") : null;
    }
}
