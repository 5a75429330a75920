using System.Diagnostics;

namespace GitOpsBot.Benchmarks;

/// <summary>What a program did.</summary>
/// <param name="Output">What it printed.</param>
/// <param name="Took">From its start to its end.</param>
/// <param name="PeakBytes">The largest resident memory of it and the programs it started, added up.</param>
internal sealed record ToolRun(string Output, TimeSpan Took, long PeakBytes);

/// <summary>Programs beside ours, started without a shell.</summary>
internal static class Tool
{
    /// <summary>Runs <c>git</c>.</summary>
    public static string Git(string? folder, params IReadOnlyList<string> arguments) => Run("git", folder, arguments).Output;

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It ended with a status that is not expected; the message has what it complained of.</exception>
    public static ToolRun Run(
        string program, string? folder, IReadOnlyList<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null, int mostStatus = 0)
    {
        var start = Start(program, folder, arguments);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        using var memory = new PeakMemory(process.Id);
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var took = Stopwatch.GetElapsedTime(begin);
        return process.ExitCode <= mostStatus
            ? new ToolRun(output, took, memory.Bytes)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}");
    }

    /// <summary>Whether a program is found.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>How a program is started here, all its streams in our hands.</summary>
    public static ProcessStartInfo Start(string program, string? folder, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A pass's identity, where one is asked for, and no settings of whoever runs this.
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        foreach (var who in (string[])["AUTHOR", "COMMITTER"])
        {
            start.Environment[$"GIT_{who}_NAME"] = "Anna";
            start.Environment[$"GIT_{who}_EMAIL"] = "anna@example.com";
        }

        return start;
    }
}
