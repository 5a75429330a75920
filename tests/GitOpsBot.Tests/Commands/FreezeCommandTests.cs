using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Reconciliation;
using GitOpsBot.Tests.Scenarios;

namespace GitOpsBot.Tests.Commands;

public sealed class FreezeCommandTests : IDisposable
{
    private readonly World world = new();
    private readonly string config;

    public FreezeCommandTests() => config = world.WriteSettings();

    [Fact]
    public async Task Freezes_everything_with_an_end_and_lifts_it_again()
    {
        var (status, said, _) = await RunAsync("freeze", "all", "until", "2099-01-01T00:00:00Z", "the", "cluster", "burns");
        Assert.Equal((0, "Everything is frozen until 2099-01-01 00:00:00Z; rollbacks go on, and /unfreeze all lifts it.\n"), (status, said));
        world.Publish("1.0.0");
        Assert.Equal("Frozen by anna: the cluster burns; it ends at 2099-01-01 00:00:00Z, or with /unfreeze all.", world.Line(await world.SettleAsync(), "dev")!.Rows[0].Outcome.Reason);

        Assert.Equal((0, "Everything is frozen by command no more.\n"), (await RunAsync("unfreeze", "all")) is var (s, o, _) ? (s, o) : default);
        await world.SettleAsync();
        Assert.NotNull(world.Stands("dev"));
    }

    [Fact]
    public async Task Works_while_every_document_is_broken()
    {
        world.Bare.Commit("Break", world.Clock.GetUtcNow(), (".gitopsbot/pipeline.yaml", "kind: [\n"));

        Assert.Equal(0, (await RunAsync("freeze", "all", "it burns")).Status);
        Assert.Equal("it burns", Assert.Single(world.Parts().Book.Read().Freezes).Reason);
    }

    [Theory]
    [InlineData(2, "There is no environment 'prd'. Did you mean 'prod'?", "freeze", "prd", "it burns")]
    [InlineData(2, "'noon' is not a time: expected one such as 2026-12-31T00:00:00Z, or a date.", "freeze", "prod", "until", "noon", "it burns")]
    [InlineData(2, "A freeze needs a reason, for those who wait.", "freeze", "prod", "until", "2099-01-01")]
    [InlineData(1, "2020-01-01 00:00:00Z has passed already.", "freeze", "prod", "until", "2020-01-01", "it burns")]
    [InlineData(1, "prod is not frozen by a command.", "unfreeze", "prod")]
    public async Task Says_what_is_wrong_and_writes_nothing(int expected, string sentence, params string[] words)
    {
        var (status, _, error) = await RunAsync(words);

        Assert.Equal((expected, sentence + "\n"), (status, error));
        Assert.Null(world.Bare.Tip(BotState.Branch));
    }

    public void Dispose() => world.Dispose();

    private async Task<(int Status, string Out, string Error)> RunAsync(params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = await CommandLine.RunAsync(
            [.. words, "--as", "anna", "--config", config], new Terminal(output, error, new Dictionary<string, string>(), false), new Application(new StepProbe(), TimeProvider.System).Actions,
            TestContext.Current.CancellationToken);
        return (status, output.ToString(), error.ToString());
    }
}
