using System.Diagnostics;
using System.Text;

namespace GitOpsBot.Benchmarks.Worlds;

/// <summary>Writes a bare repository as a stream of <c>git fast-import</c>: the only way to make a hundred thousand files in seconds.</summary>
internal sealed class FastImport : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Process git;
    private readonly Stream stream;
    private readonly string path;
    private int commits;

    /// <summary>Begins an empty repository, whose branch will be <c>main</c>.</summary>
    public FastImport(string path)
    {
        this.path = path;
        Tool.Git(null, "init", "-q", "--bare", "-b", "main", path);
        git = Process.Start(Tool.Start("git", path, ["fast-import", "--quiet", "--force"]))!;
        stream = new BufferedStream(git.StandardInput.BaseStream, 1 << 20);
    }

    /// <summary>One commit on <c>main</c>, ten minutes after the last.</summary>
    public void Commit(string message, IEnumerable<(string Path, string Text)> files)
    {
        var at = Begin.AddMinutes(commits++ * 10).ToUnixTimeSeconds();
        Line($"commit refs/heads/main\ncommitter Anna <anna@example.com> {at} +0000\ndata {Encoding.UTF8.GetByteCount(message)}\n{message}");
        foreach (var (file, text) in files)
        {
            Line($"M 100644 inline {file}\ndata {Encoding.UTF8.GetByteCount(text)}\n{text}");
        }
    }

    /// <summary>Ends it: one pack, as a server keeps it.</summary>
    public void Dispose()
    {
        stream.Dispose();
        git.WaitForExit();
        var complaint = git.StandardError.ReadToEnd();
        if (git.ExitCode != 0)
        {
            throw new InvalidOperationException($"git fast-import ended with {git.ExitCode}: {complaint}");
        }

        git.Dispose();
        Tool.Git(path, "repack", "-adq");
    }

    private void Line(string text)
    {
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.WriteByte((byte)'\n');
    }
}
