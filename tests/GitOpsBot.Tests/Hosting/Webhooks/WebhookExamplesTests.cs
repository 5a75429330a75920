using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing.GitHub;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBot.Tests.Hosting.Webhooks;

/// <summary>Payloads as GitHub publishes them (npm <c>@octokit/webhooks-examples</c>), each event that the bot takes.</summary>
public class WebhookExamplesTests
{
    private static readonly string[] Taken =
        ["push", "pull_request", "pull_request_review", "issue_comment", "check_run", "check_suite", "status", "merge_group", "installation", "ping"];

    [Fact]
    public async Task Every_example_is_accepted_and_looks_at_the_repository_that_it_names()
    {
        var file = OctokitFolder.Find("@octokit/webhooks-examples/api.github.com/index.json");
        Assert.SkipUnless(file is not null, "@octokit/webhooks-examples is not installed (GITOPSBOT_OCTOKIT names its node_modules)");
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        var examples = json.RootElement.EnumerateArray().Where(e => Taken.Contains(e.GetProperty("name").GetString()))
            .SelectMany(e => e.GetProperty("examples").EnumerateArray().Select(p => (Kind: e.GetProperty("name").GetString()!, Payload: p))).ToList();
        Assert.Equal(Taken.Order(), examples.Select(e => e.Kind).Distinct().Order());
        var names = examples.Select(e => NameOf(e.Payload)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var folder = Directory.CreateTempSubdirectory("examples").FullName;
        File.WriteAllText(Path.Combine(folder, "secret"), "hook-secret\n");
        File.WriteAllText(Path.Combine(folder, "gitopsbot.yaml"), $$"""
            interval: 1d
            http: { listen: 127.0.0.1:0 }
            repositories: [{{string.Join(", ", names.Select((n, i) => $"{{ name: r{i}, url: https://github.com/{n}.git }}"))}}]
            github: { tokenFile: secret, webhookSecretFile: secret }
            """);
        var settings = Assert.IsType<SettingsResult.Read>(SettingsReader.Read(Path.Combine(folder, "gitopsbot.yaml"), new Dictionary<string, string>())).Settings;
        using var looked = new BlockingCollection<string>();
        await using (var host = Worker.Build(settings, (request, token) =>
        {
            looked.Add(request.Only!.Name, token);
            return Task.FromResult<Answer<PassReport>>(new Answer<PassReport>.Done(new PassReport([])));
        }, NullLoggerFactory.Instance))
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            Assert.Equal(names.Select((_, i) => $"r{i}"), Next(looked, names.Count));
            using var hooks = new GitHubHooks(new Uri(host.Urls.Single()), "hook-secret");
            foreach (var (kind, payload) in examples)
            {
                Assert.Equal(HttpStatusCode.Accepted, await hooks.DeliverAsync(kind, payload.GetRawText(), cancellationToken: TestContext.Current.CancellationToken));
                var expected = kind == "installation" ? names.Select((_, i) => $"r{i}") : NameOf(payload) is { } name ? [$"r{names.FindIndex(n => n.Equals(name, StringComparison.OrdinalIgnoreCase))}"] : [];
                Assert.Equal(expected, Next(looked, expected.Count()));
            }

            Assert.Empty(looked);
            await host.StopAsync(TestContext.Current.CancellationToken);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string? NameOf(JsonElement payload) => payload.TryGetProperty("repository", out var repository) ? repository.GetProperty("full_name").GetString() : null;

    private static List<string> Next(BlockingCollection<string> looked, int count)
    {
        var found = new List<string>();
        while (found.Count < count && looked.TryTake(out var one, 45_000, TestContext.Current.CancellationToken))
        {
            found.Add(one);
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }
}
