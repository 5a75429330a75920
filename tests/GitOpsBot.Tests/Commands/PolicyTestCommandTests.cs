using System.Text.Json;
using GitOpsBot.Commands;

namespace GitOpsBot.Tests.Commands;

public sealed class PolicyTestCommandTests : IDisposable
{
    private const string Policy = """
        apiVersion: gitopsbot.dev/v1
        kind: Policy
        metadata: { name: soaked }
        spec: { gates: [{ name: soak, soak: { in: staging, for: 1h } }] }

        """;

    private readonly string folder = Directory.CreateTempSubdirectory("policy-test").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public async Task Says_of_each_case_that_it_came_out_as_expected_and_what_was_covered()
    {
        Write("{ name: it waits, expect: { verdict: hold, gates: { soak: not-there-yet } } }");

        Assert.Equal(0, await RunAsync("policy", "test", folder));
        Assert.Equal(
            """
            ok    soaked: it waits

            What the cases saw of each gate:
                  soaked/soak: pending (not-there-yet); never passed or failed

            1 passed, 0 failed

            """,
            output.ToString().ReplaceLineEndings("\n"));
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public async Task Exits_with_1_when_a_case_came_out_otherwise_and_says_where_it_stands()
    {
        Write("{ name: it passes, expect: { verdict: promote } }");

        Assert.Equal(1, await RunAsync("policy", "test", folder));
        Assert.StartsWith("FAIL  soaked: it passes (p.yaml:13)\n      Expected the verdict promote; found hold.\n", output.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.EndsWith("\n0 passed, 1 failed\n", output.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prints_one_json_document()
    {
        Write("{ name: it passes, expect: { verdict: promote } }");

        Assert.Equal(1, await RunAsync("policy", "test", folder, "--output", "json"));
        using var json = JsonDocument.Parse(output.ToString());
        var what = json.RootElement.GetProperty("cases")[0];
        Assert.Equal(("t", "soaked", "it passes", "p.yaml", 13, false, "hold"), (
            what.GetProperty("test").GetString(), what.GetProperty("policy").GetString(), what.GetProperty("case").GetString(), what.GetProperty("file").GetString(),
            what.GetProperty("line").GetInt32(), what.GetProperty("passed").GetBoolean(), what.GetProperty("verdict").GetString()));
        Assert.Equal("Expected the verdict promote; found hold.", what.GetProperty("differences")[0].GetString());
        Assert.Equal("not-there-yet", what.GetProperty("gates")[0].GetProperty("code").GetString());
        Assert.Equal("pending", json.RootElement.GetProperty("coverage")[0].GetProperty("outcomes")[0].GetString());
    }

    [Fact]
    public async Task Exits_with_2_when_a_file_is_wrong_or_nothing_is_tested()
    {
        Write("{ name: it passes, expect: { verdict: perhaps } }");
        Assert.Equal(2, await RunAsync("policy", "test", folder));
        Assert.Equal("p.yaml:13:45: 'perhaps' is not a valid verdict: expected promote, hold or refuse.\n", error.ToString().ReplaceLineEndings("\n"));

        File.WriteAllText(Path.Combine(folder, "p.yaml"), Policy);
        error.GetStringBuilder().Clear();
        Assert.Equal(2, await RunAsync("policy", "test", folder));
        Assert.Equal($"There are no tests in {folder}: expected documents of the kind PolicyTest.\n", error.ToString().ReplaceLineEndings("\n"));
        Assert.Equal("", output.ToString());
    }

    [Theory]
    [InlineData("policies")]
    [InlineData("examples/manifests")]
    public async Task What_we_ship_passes_the_tests_that_are_shipped_with_it(string shipped)
    {
        Assert.Equal(0, await RunAsync("policy", "test", Path.Combine(AppContext.BaseDirectory, shipped)));
        Assert.DoesNotContain("FAIL", output.ToString(), StringComparison.Ordinal);
    }

    private void Write(string oneCase) => File.WriteAllText(Path.Combine(folder, "p.yaml"), Policy + $$"""
        ---
        apiVersion: gitopsbot.dev/v1
        kind: PolicyTest
        metadata: { name: t }
        spec:
          policy: soaked
          given: { now: 2026-06-15T12:00:00Z }
          cases:
            - {{oneCase}}

        """);

    private Task<int> RunAsync(params string[] arguments) =>
        CommandLine.RunAsync([.. arguments], new Terminal(output, error, new Dictionary<string, string>(), false), new BotActions(), CancellationToken.None);
}
