using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Tests.Scenarios;

public class DemoTests
{
    [Fact]
    public async Task The_demo_tells_the_whole_way_and_leaves_a_world_that_every_command_works_on()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"gitopsbot-{Guid.NewGuid():N}");
        var (status, said, _) = await RunAsync("demo", "--keep", "--dir", folder);

        Assert.Equal(0, status);
        Assert.Contains("checkout 1.0.0 → prod: promote, action merge", said, StringComparison.Ordinal);
        Assert.Contains("checkout 1.3.0 → dev: refuse, action none", said, StringComparison.Ordinal);
        Assert.Contains("This reverts commit ", said, StringComparison.Ordinal);
        Assert.Contains("1.4.0 was rolled back from staging by commit", said, StringComparison.Ordinal);
        Assert.DoesNotContain("problem:", said, StringComparison.Ordinal);

        var config = Path.Combine(folder, "gitopsbot.yaml");
        (status, said, _) = await RunAsync("plan", "--config", config, "--output", "json");
        using var plan = System.Text.Json.JsonDocument.Parse(said);
        Assert.Equal(0, status);
        Assert.Equal("shop", plan.RootElement.GetProperty("repositories")[0].GetProperty("name").GetString());

        Assert.Equal(0, (await RunAsync("verify", "oci-layout:demo/checkout:1.0.0", "--policy", "baseline-acme", "--config", config)).Status);
        (status, said, _) = await RunAsync("verify", "oci-layout:demo/checkout:1.3.0", "--policy", "baseline-acme", "--config", config);
        Assert.Equal(1, status);
        Assert.Contains("signature-invalid", said, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("verify", "oci-layout:demo/checkout:1.0.0", "--policy", "baseline-acm", "--config", config)).Status);
        (status, said, var complained) = await RunAsync("verify", "oci-layout:demo/checkout:1.0.0", "--policy", "slsa-build-l3", "--config", config);
        Assert.Equal((2, "The policy 'slsa-build-l3' is shipped with the bot and names authorities that nobody has defined here: isolated-builder."), (status, complained.Trim()));
        string[] gate = ["policy", "explain", "--policy", "baseline-acme", "--artifact", "oci-layout:demo/checkout:1.0.0", "--config", config, "--gate"];
        (status, said, _) = await RunAsync([.. gate, "tests"]);
        Assert.Equal(0, status);
        Assert.Contains("predicate.result = 'PASSED'", said, StringComparison.Ordinal);
        Assert.Contains("The gate 'signed' has no condition in CEL.", (await RunAsync([.. gate, "signed"])).Error, StringComparison.Ordinal);
        Assert.Equal((2, true), (await RunAsync([.. gate, "test"])) is var missing ? (missing.Status, missing.Error.Contains("Did you mean 'tests'?", StringComparison.Ordinal)) : default);
        Assert.Equal(0, (await RunAsync("hold", "checkout", "prod", "holidays", "--as", "anna", "--config", config)).Status);
        Assert.Equal(0, (await RunAsync("unhold", "checkout", "prod", "--as", "anna", "--config", config)).Status);
        (status, _, var error) = await RunAsync("rollback", "staging", "it is broken", "--pipeline", "storefront", "--as", "anna", "--config", config);
        Assert.Equal(1, status);
        Assert.Contains("Nothing else ever stood in staging.", error, StringComparison.Ordinal);
        Assert.Contains("Promote checkout 1.0.0 to prod", (await RunAsync("pr", "list", "--config", config)).Out, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(int Status, string Out, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = await CommandLine.RunAsync(
            arguments, new Terminal(output, error, new Dictionary<string, string>(), false), new Application(new StepProbe(), TimeProvider.System).Actions, CancellationToken.None);
        return (status, output.ToString(), error.ToString());
    }
}
