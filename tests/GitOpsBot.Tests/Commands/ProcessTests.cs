namespace GitOpsBot.Tests.Commands;

/// <summary>The program as others start it.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Wrong_use_exits_with_2_and_a_sentence_on_standard_error()
    {
        var (status, output, error) = await ProgramProcess.RunAsync("plan", "--nope");

        Assert.Equal((2, "", "There is no option '--nope'. See 'gitopsbot plan --help'.\n"), (status, output, error));
    }

    [Fact]
    public async Task Help_exits_with_0()
    {
        var (status, output, error) = await ProgramProcess.RunAsync("--help");

        Assert.Equal((0, ""), (status, error));
        Assert.Contains("gitopsbot [command] [options]", output);
    }
}
