using System.Security.Cryptography;
using System.Text;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Commands;

/// <summary>Documents in a folder of this machine, with the files they name. Links are not followed.</summary>
internal static class DocumentFolder
{
    // As many as a large organization has; a folder with more was named by mistake.
    private const int MostFiles = 5_000;

    private const int DeepestFolder = 10;

    /// <summary>Policies that come with the bot, without their tests.</summary>
    public static IReadOnlyList<ConfigurationFile> Shipped(ICollection<Problem> problems)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "policies");
        return Directory.Exists(folder) ? [.. Read(folder, problems).Where(f => !f.Path.EndsWith(".test.yaml", StringComparison.Ordinal))] : [];
    }

    /// <summary>All files of the folder, or of <c>.gitopsbot</c> in it when that is there. Paths are relative to <paramref name="folder"/>, in order.</summary>
    public static IReadOnlyList<ConfigurationFile> Read(string folder, ICollection<Problem> problems)
    {
        var inner = Path.Combine(folder, ".gitopsbot");
        var start = Directory.Exists(inner) ? inner : folder;
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true, MaxRecursionDepth = DeepestFolder, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.ReparsePoint,
        };
        var paths = Directory.EnumerateFiles(start, "*", options).Where(p => !IsOfGit(folder, p)).Take(MostFiles + 1).Order(StringComparer.Ordinal).ToList();
        if (paths.Count > MostFiles)
        {
            problems.Add(new Problem("", 0, 0, $"The folder {start} holds more than {MostFiles} files: expected a folder of documents."));
            return [];
        }

        var files = new List<ConfigurationFile>();
        foreach (var path in paths)
        {
            var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (new FileInfo(path).Length > YamlReader.LargestFile)
            {
                // Only what is read as a document can be wrong; another file that is too large is simply not there for those that name it.
                if (IsDocument(path))
                {
                    problems.Add(new Problem(name, 1, 1, $"The file is too large: expected at most {YamlReader.LargestFile} bytes, found {new FileInfo(path).Length}."));
                }

                continue;
            }

            var content = File.ReadAllBytes(path);
            files.Add(new ConfigurationFile(name, content, Blob(content)));
        }

        return files;
    }

    private static bool IsDocument(string path) => path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal);

    private static bool IsOfGit(string folder, string path) => Path.GetRelativePath(folder, path).Split('/', '\\')[0] == ".git";

    // Git's object id; nothing is trusted because of it.
#pragma warning disable CA5350
    private static string Blob(byte[] content) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350
}
