using System.Diagnostics;

namespace GitOpsBot.Tests.Commands;

/// <summary>The program as others start it.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Wrong_use_exits_with_2_and_a_sentence_on_standard_error()
    {
        var (status, output, error) = await RunAsync("plan", "--nope");

        Assert.Equal((2, "", "Unrecognized command or argument '--nope'. See 'gitopsbot plan --help'.\n"), (status, output, error));
    }

    [Fact]
    public async Task Help_exits_with_0()
    {
        var (status, output, error) = await RunAsync("--help");

        Assert.Equal((0, ""), (status, error));
        Assert.Contains("gitopsbot [command] [options]", output);
    }

    private static async Task<(int Status, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "gitopsbot.dll"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
