using System.Globalization;

namespace GitOpsBot.Benchmarks.Worlds;

/// <summary>A repository of so many files in at most 300 folders, with 500 promotions after its first commit.</summary>
internal static class FilesWorld
{
    private const int Folders = 300;
    private const int Promotions = 500;

    /// <summary>A bare repository of its own for whoever asks, which may be pushed to.</summary>
    public static string Copy(Bench bench, int files, string into)
    {
        var original = Path.Combine(bench.Folder, $"files-{files}.git");
        if (!Directory.Exists(original))
        {
            bench.Say($"a repository of {files} files is built");
            using (var import = new FastImport(original + ".new"))
            {
                import.Commit("Begin", Enumerable.Range(0, files).Select(i => (FileOf(i), Manifests.Deployment(AppOf(i), Manifests.Digest(i)))));
                for (var commit = 0; commit < Promotions; commit++)
                {
                    var i = commit * 197 % files;
                    import.Commit($"Promote {AppOf(i)}", [(FileOf(i), Manifests.Deployment(AppOf(i), Manifests.Digest(files + commit)))]);
                }
            }

            Directory.Move(original + ".new", original);
        }

        var copy = Path.Combine(into, $"files-{files}.git");
        Tool.Git(null, "clone", "-q", "--bare", "--local", original, copy);
        return copy;
    }

    /// <summary>The folder of an app.</summary>
    public static string FolderOf(int app) => string.Create(CultureInfo.InvariantCulture, $"environments/team-{app % Folders:000}");

    /// <summary>Its only file.</summary>
    public static string FileOf(int app) => $"{FolderOf(app)}/{AppOf(app)}.yaml";

    /// <summary>Its name.</summary>
    public static string AppOf(int app) => string.Create(CultureInfo.InvariantCulture, $"app-{app}");
}
