using System.Net;
using System.Text;
using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBot.Tests.Hosting.Webhooks;

/// <summary>No secret, no webhooks; a secret that says nothing, no start.</summary>
public sealed class WebhookSecretsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("webhook-secrets").FullName;

    private string ConfigFile => Path.Combine(folder, "gitopsbot.yaml");

    public void Dispose() => Directory.Delete(folder, true);

    [Theory]
    [InlineData("github: { tokenFile: token }")]
    [InlineData("github: { app: { id: 7, privateKeyFile: token } }")]
    public async Task Without_a_secret_the_bot_starts_and_no_webhook_is_accepted_whatever_it_is_signed_with(string github)
    {
        var settings = Read(github);
        var passes = 0;
        var first = new TaskCompletionSource();
        await using var host = Worker.Build(settings, (_, _) =>
        {
            Interlocked.Increment(ref passes);
            first.TrySetResult();
            return Task.FromResult<Answer<PassReport>>(new Answer<PassReport>.Done(new PassReport([])));
        }, NullLoggerFactory.Instance);
        await host.StartAsync(TestContext.Current.CancellationToken);
        await first.Task.WaitAsync(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(host.Urls.Single()) };

        // An HMAC with an empty key is one that everybody can make.
        foreach (var signature in (string?[])[null, "sha256=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData([], "{}"u8))])
        {
            foreach (var address in (string[])["/webhooks/github", "/webhooks/alertmanager", "/webhooks/registry/ghcr.io"])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
                if (signature is not null)
                {
                    request.Headers.Add("X-Hub-Signature-256", signature);
                }

                Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
            }
        }

        Assert.Equal(1, passes);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("", "is empty.")]
    [InlineData("\n", "is empty.")]
    [InlineData(" \t\n", "is empty.")]
    public async Task A_secret_that_says_nothing_stops_the_start_with_one_sentence_and_status_2(string content, string said)
    {
        File.WriteAllText(Path.Combine(folder, "hook"), content);
        Write("github: { tokenFile: token, webhookSecretFile: hook }");

        Assert.Equal((2, $"The secret of 'github.webhookSecretFile' cannot be used: The file {Path.Combine(folder, "hook")} {said}\n"), await RunAsync());
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_stops_the_start_too()
    {
        File.WriteAllText(Path.Combine(folder, "hook"), new string('x', SecretFile.LargestFile + 1));
        Write("github: { tokenFile: token, webhookSecretFile: hook }");

        Assert.Equal((2, $"The secret of 'github.webhookSecretFile' cannot be used: The file {Path.Combine(folder, "hook")} is too large: expected at most 65536 bytes, found 65537.\n"), await RunAsync());
    }

    [Fact]
    public async Task A_secret_that_is_not_there_stops_the_start_with_its_place()
    {
        Write("github: { tokenFile: token, webhookSecretFile: nowhere }");

        Assert.Equal((2, $"{ConfigFile}:3:48: There is no file {Path.Combine(folder, "nowhere")}.\n"), await RunAsync());
    }

    [Theory]
    [InlineData("http: { webhookSecretFile: hook }", "http.webhookSecretFile")]
    [InlineData("registries: [{ host: quay.io }, { host: ghcr.io, webhookSecretFile: hook }]", "registries[1].webhookSecretFile")]
    public async Task The_secrets_of_other_senders_are_looked_at_as_well(string section, string key)
    {
        File.WriteAllText(Path.Combine(folder, "hook"), "");
        Write("github: { tokenFile: token }\n" + section);

        Assert.Equal((2, $"The secret of '{key}' cannot be used: The file {Path.Combine(folder, "hook")} is empty.\n"), await RunAsync());
    }

    [Fact]
    public async Task A_plan_needs_no_webhook_and_does_not_ask_for_its_secret()
    {
        File.WriteAllText(Path.Combine(folder, "hook"), "");
        Write("github: { tokenFile: token, webhookSecretFile: hook }");
        var error = new StringWriter();
        var actions = new BotActions { Pass = (_, _) => Task.FromResult<Answer<PassReport>>(new Answer<PassReport>.Done(new PassReport([]))) };

        Assert.Equal(0, await CommandLine.RunAsync(["plan", "--config", ConfigFile], new Terminal(TextWriter.Null, error, new Dictionary<string, string>(), false), actions, TestContext.Current.CancellationToken));
        Assert.Equal("", error.ToString());
    }

    private async Task<(int Status, string Error)> RunAsync()
    {
        var error = new StringWriter();
        using var started = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var actions = new BotActions
        {
            Pass = (_, _) =>
            {
                started.Cancel();
                throw new InvalidOperationException("It started.");
            },
        };
        var status = await CommandLine.RunAsync(["run", "--config", ConfigFile], new Terminal(TextWriter.Null, error, new Dictionary<string, string>(), false), actions, started.Token);
        return (status, error.ToString());
    }

    private BotSettings Read(string github)
    {
        Write(github);
        return Assert.IsType<SettingsResult.Read>(SettingsReader.Read(ConfigFile, new Dictionary<string, string>())).Settings;
    }

    private void Write(string sections)
    {
        File.WriteAllText(Path.Combine(folder, "token"), "ghp_x\n");
        File.WriteAllText(ConfigFile, $"interval: 1d\nrepositories: [{{ name: shop, url: https://github.com/acme/shop.git }}]\n{sections}\n{(sections.Contains("http:", StringComparison.Ordinal) ? "" : "http: { listen: 127.0.0.1:0 }\n")}");
    }
}
