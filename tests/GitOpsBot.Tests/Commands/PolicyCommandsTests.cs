using System.Text.Json;
using GitOpsBot.Commands;
using GitOpsBot.Core.Policies;
using GitOpsBot.Hosting;
using GitOpsBot.Reconciliation;
using Microsoft.Extensions.Time.Testing;

namespace GitOpsBot.Tests.Commands;

public sealed class PolicyCommandsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("policy").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public PolicyCommandsTests() => File.WriteAllText(Path.Combine(folder, "gitopsbot.yaml"), "repositories: [{ name: shop, url: shop.git, forge: local }]");

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public async Task Explain_shows_every_part_with_its_value_and_says_no_by_its_status()
    {
        var facts = Facts("{ predicate: { result: FAILED, failed: [a] } }");

        Assert.Equal(1, await RunAsync("predicate.result == 'PASSED' && size(predicate.failed) == 0", "--facts", facts));

        Assert.Equal(
            """
            predicate.result == "PASSED" && size(predicate.failed) == 0 = false
              predicate.result == "PASSED" = false
                predicate.result = 'FAILED'
                  predicate = a map
              size(predicate.failed) == 0 = not evaluated

            """, output.ToString());
    }

    [Theory]
    [InlineData("predicate.ok", 0, "true")]
    [InlineData("predicate.count + 1", 0, "4")]
    [InlineData("predicate.all(k, k != 'ok')", 1, "false")]
    [InlineData("predicate.nope", 1, "error: is missing")]
    [InlineData("now == timestamp('2026-06-15T12:00:00Z')", 0, "true")]
    public async Task The_status_is_that_of_the_answer(string expression, int status, string value)
    {
        Assert.Equal(status, await RunAsync(expression, "--facts", Facts("{ predicate: { ok: true, count: 3 } }")));
        Assert.EndsWith(" = " + value, output.ToString().Split('\n')[0]);
    }

    [Fact]
    public async Task With_json_it_is_one_document()
    {
        Assert.Equal(1, await RunAsync("[1, 2].all(x, x < 2)", "--output", "json"));

        using var actual = JsonDocument.Parse(output.ToString());
        using var expected = JsonDocument.Parse("""
            {"expression":"[1, 2].all(x, x < 2)","explanations":[{"artifact":null,"evidence":null,"holds":false,"parts":[
            {"depth":0,"text":"[1, 2].all(x, x < 2)","with":null,"value":"false","error":null},
            {"depth":1,"text":"[1, 2]","with":null,"value":"a list","error":null},
            {"depth":1,"text":"x < 2","with":"x = 1","value":"true","error":null},{"depth":2,"text":"x","with":null,"value":"1","error":null},
            {"depth":1,"text":"x < 2","with":"x = 2","value":"false","error":null},{"depth":2,"text":"x","with":null,"value":"2","error":null}]}]}
            """);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), output.ToString());
    }

    [Theory]
    [InlineData("predicate.result = 1", null, "EXPRESSION:1:18: '=' means nothing here: equality is '=='.")]
    [InlineData("artifact.verison", null, "EXPRESSION:1:1: There is no field 'verison' in artifact. Did you mean 'version'?")]
    [InlineData("true", "nowhere.yaml", "There is no file nowhere.yaml.")]
    [InlineData("true", "{ artefact: 1 }", "facts.yaml:1:3: There is no fact 'artefact'. Did you mean 'artifact'?")]
    [InlineData("true", "a: {", "facts.yaml:1:5: This is not YAML: ")]
    [InlineData("true", "a: 1\n---\nb: 1\n", "facts.yaml:1:1: Expected one document with facts, found 2.")]
    public async Task Wrong_expressions_and_facts_are_status_2_with_their_place(string expression, string? facts, string problem)
    {
        string[] arguments = facts is null ? [expression] : [expression, "--facts", facts == "nowhere.yaml" ? facts : Facts(facts)];

        Assert.Equal(2, await RunAsync(arguments));
        Assert.StartsWith(problem, error.ToString().Replace(folder + "/", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("true --gate tests")]
    [InlineData("--policy p --gate g")]
    [InlineData("--policy p --gate g --artifact a/b:1 --facts f.yaml")]
    public async Task It_is_either_an_expression_or_a_gate(string line)
    {
        Assert.Equal(2, await RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal("Expected either an EXPRESSION, with --facts or without, or --policy, --gate and --artifact.", error.ToString().Trim());
    }

    [Fact]
    public async Task A_gate_is_explained_on_what_verify_would_look_at()
    {
        ExplainRequest? asked = null;
        var actions = new BotActions
        {
            Explain = (request, _) => Task.FromResult<Answer<ExpressionReport>>(new Answer<ExpressionReport>.Done(new ExpressionReport((asked = request).Gate, []))),
        };

        Assert.Equal(1, await RunAsync(actions, "--policy", "production", "--gate", "tests", "--artifact", "ghcr.io/acme/checkout:1.4.2"));

        Assert.Equal(("production", "tests", "ghcr.io/acme/checkout:1.4.2", "shop"), (asked!.Of.Policy, asked.Gate, asked.Of.Reference.ToString(), asked.Of.Repository!.Name));
        Assert.Equal("There is no verified evidence to ask it of.\n", output.ToString());
    }

    private string Facts(string yaml)
    {
        var path = Path.Combine(folder, "facts.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }

    private Task<int> RunAsync(params string[] arguments) =>
        RunAsync(new Application(new StepProbe(), new FakeTimeProvider(new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero))).Actions, arguments);

    private Task<int> RunAsync(BotActions actions, params string[] arguments) => CommandLine.RunAsync(
        ["policy", "explain", .. arguments, "--config", Path.Combine(folder, "gitopsbot.yaml")],
        new Terminal(output, error, new Dictionary<string, string>(), HasColors: false), actions, TestContext.Current.CancellationToken);
}
