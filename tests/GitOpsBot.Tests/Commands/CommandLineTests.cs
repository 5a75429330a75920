using System.Text.Json;
using GitOpsBot.Commands;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Git;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cli").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public CommandLineTests() => File.WriteAllText(Config, "repositories: [{ name: shop, url: shop.git, forge: local }, { name: blog, url: blog.git, forge: local }]");

    private string Config => Path.Combine(folder, "gitopsbot.yaml");

    public void Dispose() => Directory.Delete(folder, true);

    [Theory]
    [InlineData("plan --nope", "There is no option '--nope'. See 'gitopsbot plan --help'.")]
    [InlineData("plan --outptu json", "There is no option '--outptu'. Did you mean '--output'? See 'gitopsbot plan --help'.")]
    [InlineData("paln", "There is no command 'paln'. Did you mean 'plan'? See 'gitopsbot --help'.")]
    [InlineData("policy tset", "There is no command 'tset'. Did you mean 'test'? See 'gitopsbot policy --help'.")]
    [InlineData("nope", "There is no command 'nope'. See 'gitopsbot --help'.")]
    [InlineData("verify a/b:1", "Option '--policy' is required. See 'gitopsbot verify --help'.")]
    [InlineData("promote a 1 into b", "Argument 'into' not recognized. Must be one of: 'to'. See 'gitopsbot promote --help'.")]
    [InlineData("rollback prod", "Required argument 'REASON' missing for command: 'rollback'. See 'gitopsbot rollback --help'.")]
    [InlineData("pr show 0", "NUMBER is not the number of a pull request: expected a whole number from 1. See 'gitopsbot pr show --help'.")]
    [InlineData("pr approve 1 --as a\nSigned-off-by:b", "--as is not a login: expected letters, digits and inner hyphens, dots or underscores, at most 39. See 'gitopsbot pr approve --help'.")]
    [InlineData("plan --repository shopp", "There is no repository 'shopp' in the settings. Did you mean 'shop'?")]
    [InlineData("pr list", "The settings name several repositories: choose one with --repository (shop, blog).")]
    [InlineData("verify :x --policy p", "':x' is not an image reference: expected HOST/REPOSITORY:TAG or HOST/REPOSITORY@sha256:DIGEST.")]
    [InlineData("verify a/b:1 --policy p --dir /nowhere-at-all", "There is no folder /nowhere-at-all.")]
    [InlineData("promote a sha256:12 to b --repository shop", "'sha256:12' is not a digest: expected sha256: and 64 lower-case hexadecimal digits.")]
    [InlineData("rollback prod why --to 1.0 --repository shop", "'1.0' is not a digest: expected sha256: and 64 lower-case hexadecimal digits.")]
    [InlineData("validate /nowhere-at-all", "There is no folder /nowhere-at-all.")]
    public async Task Wrong_use_is_one_sentence_and_status_2(string line, string sentence)
    {
        var status = await RunAsync(line.Split(' '));

        Assert.Equal(sentence, error.ToString().TrimEnd().Split('\n')[0]);
        Assert.Equal((2, ""), (status, output.ToString()));
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("run")]
    [InlineData("demo")]
    [InlineData("verify a/b:1 --policy p --repository shop")]
    [InlineData("doctor")]
    [InlineData("hold a b --repository shop")]
    [InlineData("pr merge 1 --repository shop")]
    public async Task An_action_that_is_missing_says_so_with_status_1(string line)
    {
        Assert.Equal(1, await RunAsync(line.Split(' ')));
        Assert.EndsWith("is not available in this build.", error.ToString().TrimEnd());
    }

    [Theory]
    [InlineData("plan --output json --nope", 2)]
    [InlineData("plan --output json --config /nowhere.yaml", 2)]
    [InlineData("pr list --output=json", 2)]
    [InlineData("demo --output json", 1)]
    public async Task With_json_a_failure_is_exactly_one_document_too(string line, int status)
    {
        Assert.Equal(status, await RunAsync(line.Split(' ')));

        using var document = JsonDocument.Parse(output.ToString());
        Assert.NotEmpty(document.RootElement.GetProperty("problems")[0].GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Help_lists_every_command_with_examples()
    {
        Assert.Equal(0, await RunAsync("--help"));

        foreach (var command in (string[])["demo", "run", "reconcile", "plan", "verify", "validate", "schema", "promote", "rollback", "hold", "unhold", "pr", "policy", "doctor"])
        {
            Assert.Contains($"\n  {command} ", output.ToString());
        }

        Assert.Contains("Examples:\n  gitopsbot demo\n", output.ToString());
    }

    [Fact]
    public async Task Help_of_a_command_needs_none_of_its_arguments()
    {
        Assert.Equal(0, await RunAsync("verify", "--help"));
        Assert.Contains("verify <REFERENCE> [options]", output.ToString());
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public async Task Plan_prints_the_documented_document()
    {
        PassRequest? asked = null;
        var actions = new BotActions { Pass = (request, _) => Answered(asked = request, Report()) };

        var status = await RunAsync(actions, "plan", "--repository", "shop", "--output", "json");

        Assert.Equal((0, "shop", false), (status, asked!.Only!.Name, asked.Acts));
        using var actual = JsonDocument.Parse(output.ToString());
        using var expected = JsonDocument.Parse($$"""
            {"repositories":[{"name":"shop","revision":"abc","promotions":[{"pipeline":"checkout","environment":"dev",
            "artifacts":[{"name":"checkout","repository":"ghcr.io/acme/checkout","from":null,"to":"{{Digest.Of([1])}}","version":"1.0"}],
            "verdict":"hold","gates":[{"name":"signed","outcome":"passed","code":null,"reason":"Signed."},{"name":"soak","outcome":"pending","code":"soaking","reason":"Not yet."}],
            "action":"none","pullRequest":null}],"problems":[]}]}
            """);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), output.ToString());
    }

    [Fact]
    public async Task Text_from_outside_cannot_steer_the_terminal()
    {
        var actions = new BotActions { Pass = (_, _) => Answered(null, Report(version: "1.0\u001b[2J\u202e[red]x")) };

        await RunAsync(actions, "plan");

        Assert.Contains("checkout 1.0\uFFFD[2J\uFFFD[red]x to dev", output.ToString());
        Assert.DoesNotContain('\u001b', output.ToString());
        Assert.DoesNotContain('\u202e', output.ToString());
    }

    [Fact]
    public async Task A_wrong_document_weighs_more_than_a_registry_out_of_reach()
    {
        var report = Report();
        var unreachable = report with { Failures = [new Problem("", 0, 0, "The registry does not answer.")] };
        var both = unreachable with { Problems = [new Problem("a.yaml", 1, 2, "Wrong.")] };

        Assert.Equal(1, await RunAsync(new BotActions { Pass = (_, _) => Answered(null, unreachable) }, "reconcile"));
        Assert.Equal(2, await RunAsync(new BotActions { Pass = (_, _) => Answered(null, both) }, "reconcile"));
        Assert.Contains("a.yaml:1:2: Wrong.", output.ToString());
    }

    [Fact]
    public async Task What_breaks_is_a_sentence_with_status_1()
    {
        var git = new BotActions { Pass = (_, _) => throw new GitException("The repository cannot be read.", isTransient: true) };
        var bug = new BotActions { Pass = (_, _) => throw new InvalidOperationException("inner secret") };

        Assert.Equal(1, await RunAsync(git, "plan"));
        Assert.Equal(1, await RunAsync(bug, "plan"));

        Assert.Equal(
            "The repository cannot be read.\nSomething unexpected went wrong (InvalidOperationException); '--log-level debug' shows the details.\n", error.ToString());
    }

    [Fact]
    public async Task Asking_hands_on_who_asks_for_what()
    {
        var asked = new List<AskRequest>();
        var actions = new BotActions
        {
            Ask = (request, _) =>
            {
                asked.Add(request);
                return Task.FromResult<Answer<string>>(new Answer<string>.Done("Done."));
            },
        };

        Assert.Equal(0, await RunAsync(actions, "promote", "checkout", "1.2", "to", "prod", "--as", "octocat", "--repository", "blog"));
        Assert.Equal(0, await RunAsync(actions, "rollback", "prod", "error", "rate", "--pipeline", "checkout", "--to", Digest.Of([1]).Value, "--repository", "shop", "--as", "a"));
        Assert.Equal(0, await RunAsync(actions, "hold", "checkout", "prod", "--repository", "shop", "--as", "a"));
        Assert.Equal(0, await RunAsync(actions, "unhold", "checkout", "prod", "why", "--repository", "shop", "--as", "a"));

        Assert.Equal(("octocat", "blog"), (asked[0].Login, asked[0].Repository.Name));
        Assert.Equal(
            [
                new Ask.Promote("checkout", "1.2", "prod"), new Ask.Rollback("prod", "error rate", "checkout", Digest.Of([1])),
                new Ask.Hold("checkout", "prod", null), new Ask.Unhold("checkout", "prod", "why"),
            ],
            asked.Select(a => a.Ask));
        Assert.Equal("Done.\nDone.\nDone.\nDone.\n", output.ToString());
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_is_one_sentence_and_status_2()
    {
        File.WriteAllText(Path.Combine(folder, "data"), "");

        Assert.Equal(2, await RunAsync("plan"));
        Assert.Equal($"The data directory {Path.Combine(folder, "data")} cannot be written: expected 'dataDir' to name a folder that this user may write.\n", error.ToString());
    }

    [Fact]
    public async Task Validate_takes_neither_the_settings_nor_the_organizations_documents_for_those_of_the_repository()
    {
        var organization = Directory.CreateDirectory(Path.Combine(folder, "org")).FullName;
        File.WriteAllText(Path.Combine(folder, "gitopsbot.yaml"), "dataDir: ./data\nrepositories: []\npolicies: [./org]\n");
        File.WriteAllText(Path.Combine(organization, "policy.yaml"), "apiVersion: gitopsbot.dev/v1\nkind: Policy\nmetadata: { name: p }\nspec: { gates: [{ name: way-back, rollbackReady: {} }] }\n");
        File.WriteAllText(Path.Combine(folder, "organization.yaml"), "apiVersion: gitopsbot.dev/v1\nkind: Policy\nmetadata: { name: q }\nspec: { extends: [p] }\n");

        Assert.Equal(0, await RunAsync("validate", folder));
        Assert.Equal(0, await RunAsync("validate", organization));

        // Nor is a repository's own document of the same name let through because of that.
        File.Copy(Path.Combine(organization, "policy.yaml"), Path.Combine(folder, "copy.yaml"));
        Assert.Equal(2, await RunAsync("validate", folder));
        Assert.Contains("copy.yaml:1:1: The policy 'p' is defined for every repository at policy.yaml:1 and cannot be defined again.\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_reads_the_documents_of_a_checkout()
    {
        var documents = Directory.CreateDirectory(Path.Combine(folder, ".gitopsbot")).FullName;
        File.WriteAllText(Path.Combine(documents, "policy.yaml"), "apiVersion: gitopsbot.dev/v1\nkind: Policy\nmetadata: { name: p }\nspec: { gatess: [] }\n");

        Assert.Equal(2, await RunAsync("validate", folder));
        Assert.Equal(2, await RunAsync("validate", folder, "--output", "json"));

        Assert.StartsWith(".gitopsbot/policy.yaml:4:9: Unknown key 'gatess'. Did you mean 'gates'?\n", output.ToString());
        using var document = JsonDocument.Parse(output.ToString()[output.ToString().IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal(".gitopsbot/policy.yaml", document.RootElement.GetProperty("problems")[0].GetProperty("file").GetString());
    }

    [Fact]
    public async Task Schema_is_one_json_document()
    {
        Assert.Equal(0, await RunAsync("schema"));

        using var schema = JsonDocument.Parse(output.ToString());
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
    }

    [Fact]
    public async Task How_long_the_forge_makes_a_plan_take_stands_in_the_text_and_beside_the_document()
    {
        var actions = new BotActions { Pass = (request, _) => Answered(request, Report() with { Pace = "3,000 pull requests to open: about 17.1 h." }) };

        Assert.Equal(0, await RunAsync(actions, "plan"));
        Assert.Contains("\n  3,000 pull requests to open: about 17.1 h.\n", output.ToString(), StringComparison.Ordinal);
        output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(actions, "plan", "--output", "json"));
        Assert.Contains("3,000 pull requests to open: about 17.1 h.\n", error.ToString(), StringComparison.Ordinal);
        using var document = JsonDocument.Parse(output.ToString());
        Assert.Equal(["name", "revision", "promotions", "problems"], document.RootElement.GetProperty("repositories")[0].EnumerateObject().Select(p => p.Name));
    }

    private static RepositoryReport Report(string version = "1.0") => new("shop", "abc",
        [
            new PlannedPromotion(
                new Promotion("checkout", "dev", [new PromotedArtifact("checkout", ImageName.Parse("ghcr.io/acme/checkout"), null, Digest.Of([1]), null, version, null)]),
                "hold",
                [
                    new GateResult("signed", GateTiming.Open, new GateOutcome.Passed("Signed.")),
                    new GateResult("soak", GateTiming.Open, new GateOutcome.Pending("soaking", "Not yet.")),
                ],
                PlanAction.None, null),
        ], []);

    private static Task<Answer<PassReport>> Answered(PassRequest? _, RepositoryReport report) =>
        Task.FromResult<Answer<PassReport>>(new Answer<PassReport>.Done(new PassReport([report])));

    private Task<int> RunAsync(params string[] arguments) => RunAsync(new BotActions(), arguments);

    private Task<int> RunAsync(BotActions actions, params string[] arguments) => CommandLine.RunAsync(
        arguments.Contains("--config") ? arguments : [.. arguments, "--config", Config],
        new Terminal(output, error, new Dictionary<string, string>(), HasColors: false), actions, TestContext.Current.CancellationToken);
}
