using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <summary>Makes bare repositories.</summary>
internal static class BareRepositories
{
    /// <summary>An empty one, whose branch will be <c>main</c>.</summary>
    public static void Create(string path)
    {
        Repository.Init(path, isBare: true);
        File.WriteAllText(Path.Combine(path, "HEAD"), "ref: refs/heads/main\n");
    }
}
