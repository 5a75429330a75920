using System.Diagnostics;
using LibGit2Sharp;

namespace GitOpsBot.Testing;

/// <summary>A bare repository in a folder of its own, with commits made at chosen times; gone when disposed.</summary>
public sealed class BareRepository : IDisposable
{
    private readonly Repository repository;

    /// <summary>An empty repository whose branch is <c>main</c>.</summary>
    public BareRepository() : this(Directory.CreateTempSubdirectory("gitopsbot-").FullName)
    {
    }

    /// <summary>The same in a folder that is made for it.</summary>
    public BareRepository(string path)
    {
        Path = path;
        Directory.CreateDirectory(path);
        Repository.Init(Path, isBare: true);
        File.WriteAllText(System.IO.Path.Combine(Path, "HEAD"), "ref: refs/heads/main\n");
        repository = new Repository(Path);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The commit of a branch, or null.</summary>
    public string? Tip(string branch = "main") => repository.Branches[branch]?.Tip?.Sha;

    /// <summary>Commits files (null removes one) on top of a branch, as a person would.</summary>
    public string Commit(string message, DateTimeOffset when, params (string Path, string? Text)[] files) => Commit("main", message, when, files);

    /// <summary>Commits files (null removes one) on top of a branch, as a person would.</summary>
    public string Commit(string branch, string message, DateTimeOffset when, params (string Path, string? Text)[] files)
    {
        var tip = repository.Branches[branch]?.Tip;
        var tree = tip is null ? new TreeDefinition() : TreeDefinition.From(tip);
        foreach (var (path, text) in files)
        {
            if (text is null)
            {
                tree.Remove(path);
                continue;
            }

            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
            tree.Add(path, repository.ObjectDatabase.CreateBlob(stream), Mode.NonExecutableFile);
        }

        var person = new Signature("Anna", "anna@example.com", when);
        var commit = repository.ObjectDatabase.CreateCommit(
            person, person, message, repository.ObjectDatabase.CreateTree(tree), tip is null ? [] : [tip], prettifyMessage: false);
        repository.Refs.Add("refs/heads/" + branch, commit.Id, allowOverwrite: true);
        return commit.Sha;
    }

    /// <summary>A file's text at the tip of a branch, or null.</summary>
    public string? Read(string path, string branch = "main") => (repository.Branches[branch]?.Tip[path]?.Target as Blob)?.GetContentText();

    /// <summary>What the program <c>git</c> prints for these arguments.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public string Git(params string[] arguments) => GitWith([], arguments);

    /// <summary>What the program <c>git</c> prints for this standard input and these arguments.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public string GitWith(byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Prepend(Path).Prepend("-C"))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {errors.Result}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        repository.Dispose();
        foreach (var file in new DirectoryInfo(Path).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.Attributes = FileAttributes.Normal;
        }

        Directory.Delete(Path, recursive: true);
    }
}
