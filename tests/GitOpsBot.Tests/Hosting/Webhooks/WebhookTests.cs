using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBot.Tests.Hosting.Webhooks;

public sealed class WebhookTests : IAsyncLifetime, IDisposable
{
    private const string Push = """{"ref":"refs/heads/main","repository":{"full_name":"Acme/Shop"}}""";

    private readonly string folder = Directory.CreateTempSubdirectory("webhooks").FullName;
    private readonly ConcurrentQueue<string> passes = new();
    private readonly ConcurrentQueue<string> anew = new();
    private readonly SemaphoreSlim begun = new(0);
    private readonly TaskCompletionSource firstPasses = new();
    private TaskCompletionSource? blocks;
    private WebApplication host = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        foreach (var (name, secret) in new[] { ("hook", "github-secret\n"), ("registry", "registry-secret\n"), ("alerts", "alert-secret\n"), ("token", "ghp_x\n") })
        {
            File.WriteAllText(Path.Combine(folder, name), secret);
        }

        File.WriteAllText(Path.Combine(folder, "gitopsbot.yaml"), """
            interval: 1d
            http: { listen: 127.0.0.1:0, webhookSecretFile: alerts }
            repositories:
              - { name: shop, url: https://github.com/acme/shop.git, artifacts: ["ghcr.io/acme/", "127.0.0.1:5000/"] }
              - { name: blog, url: https://github.com/acme/blog.git, artifacts: ["quay.io/acme/"] }
            github: { tokenFile: token, webhookSecretFile: hook }
            registries:
              - { host: ghcr.io, webhookSecretFile: registry }
              - { host: quay.io, webhookSecretFile: registry }
              - { host: 127.0.0.1:5000, webhookSecretFile: registry }
              - { host: docker.io }
            """);
        var settings = Assert.IsType<SettingsResult.Read>(SettingsReader.Read(Path.Combine(folder, "gitopsbot.yaml"), new Dictionary<string, string>())).Settings;
        host = Worker.Build(settings, async (request, _) =>
        {
            // Before anything is told: a pass that the test waited for must not be stopped by what the test does next.
            var wait = blocks?.Task ?? Task.CompletedTask;
            passes.Enqueue(request.Only!.Name);
            begun.Release();
            if (passes.Count == 2)
            {
                firstPasses.TrySetResult();
            }

            await wait;
            return new Answer<PassReport>.Done(new PassReport([]));
        }, NullLoggerFactory.Instance, (_, repository, sha) => anew.Enqueue($"{repository.Name} {sha}"));
        await host.StartAsync(TestContext.Current.CancellationToken);
        await firstPasses.Task.WaitAsync(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken);
        passes.Clear();
        while (begun.Wait(0))
        {
        }

        http = new HttpClient { BaseAddress = new Uri(host.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        blocks?.TrySetResult();
        await host.StopAsync();
        await host.DisposeAsync();
        http.Dispose();
    }

    public void Dispose()
    {
        begun.Dispose();
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task A_signed_webhook_brings_a_pass_over_its_repository_and_no_other()
    {
        Assert.Equal(HttpStatusCode.Accepted, await GitHubAsync(Push));

        Assert.Equal(["shop"], await PassesAsync(1));
    }

    [Fact]
    public async Task A_form_is_understood_as_well_as_JSON()
    {
        Assert.Equal(HttpStatusCode.Accepted, await GitHubAsync("payload=" + Uri.EscapeDataString(Push), contentType: "application/x-www-form-urlencoded"));

        Assert.Equal(["shop"], await PassesAsync(1));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha256=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha1=0000000000000000000000000000000000000000")]
    public async Task A_bad_or_missing_signature_is_401_and_nothing_is_looked_at(string? signature)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await GitHubAsync(Push, signature: signature, signs: false));

        Assert.Empty(await PassesAsync(0));
    }

    [Fact]
    public async Task A_signature_over_other_bytes_or_by_another_secret_is_401()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await GitHubAsync(Push, signature: Sign("github-secret", Push + " "), signs: false));
        Assert.Equal(HttpStatusCode.Unauthorized, await GitHubAsync(Push, signature: Sign("registry-secret", Push), signs: false));

        Assert.Empty(await PassesAsync(0));
    }

    [Fact]
    public async Task A_repeated_delivery_and_an_unknown_repository_are_accepted_and_do_nothing()
    {
        Assert.Equal(HttpStatusCode.Accepted, await GitHubAsync(Push, delivery: "d1"));
        await PassesAsync(1);
        Assert.Equal(HttpStatusCode.Accepted, await GitHubAsync(Push, delivery: "d1"));
        Assert.Equal(HttpStatusCode.Accepted, await GitHubAsync("""{"repository":{"full_name":"evil/shop"}}"""));
        Assert.Equal(HttpStatusCode.Accepted, await GitHubAsync("""{"zen":"Keep it logically awesome."}""", kind: "ping"));
        Assert.Equal(HttpStatusCode.BadRequest, await GitHubAsync("{"));

        Assert.Equal(["shop"], await PassesAsync(0));
    }

    [Fact]
    public async Task An_installation_is_about_every_repository_and_a_rerun_forgets_what_was_shown()
    {
        await GitHubAsync("""{"action":"created"}""", kind: "installation");
        Assert.Equal(["blog", "shop"], (await PassesAsync(2)).Order());
        await GitHubAsync("""{"action":"rerequested","check_run":{"head_sha":"1234"},"repository":{"full_name":"acme/shop"}}""", kind: "check_run");
        await GitHubAsync("""{"action":"rerequested","check_suite":{"head_sha":"5678"},"repository":{"full_name":"acme/shop"}}""", kind: "check_suite");
        Assert.Equal(["shop 1234", "shop 5678"], anew);
    }

    [Fact]
    public async Task However_many_come_during_a_pass_one_pass_follows()
    {
        blocks = new TaskCompletionSource();
        await GitHubAsync(Push);
        Assert.Equal(["shop"], await PassesAsync(1));

        for (var i = 0; i < 25; i++)
        {
            await GitHubAsync(Push);
        }

        var until = blocks;
        blocks = null;
        until.SetResult();

        Assert.Equal(["shop", "shop"], await PassesAsync(1));
    }

    [Theory]
    [InlineData(25 * 1024 * 1024 + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(4 * 1024 * 1024, HttpStatusCode.Accepted)]
    public async Task GitHub_may_send_25_MiB_and_no_more(int size, HttpStatusCode expected)
    {
        var padding = new string(' ', size - Push.Length);

        Assert.Equal(expected, await GitHubAsync(Push + padding));
    }

    [Fact]
    public async Task Others_may_send_1_MiB_and_no_more_and_are_told_before_their_secret_is_looked_at()
    {
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync("/webhooks/registry/ghcr.io", new string(' ', 1024 * 1024 + 1)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync("/webhooks/alertmanager", new string(' ', 1024 * 1024 + 1)));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("/webhooks/registry/ghcr.io", new string(' ', 1024 * 1024)));
    }

    [Theory]
    [InlineData("ghcr.io", "Authorization", "registry-secret", HttpStatusCode.Accepted)]
    [InlineData("ghcr.io", "Authorization", "Bearer registry-secret", HttpStatusCode.Accepted)]
    [InlineData("GHCR.IO", "Authorization", "registry-secret", HttpStatusCode.Accepted)]
    [InlineData("ghcr.io", "Authorization", "registry-secre", HttpStatusCode.Unauthorized)]
    [InlineData("ghcr.io", "Authorization", "Bearer ", HttpStatusCode.Unauthorized)]
    [InlineData("ghcr.io", "X-Other", "registry-secret", HttpStatusCode.Unauthorized)]
    [InlineData("docker.io", "Authorization", "registry-secret", HttpStatusCode.NotFound)]
    [InlineData("unknown.io", "Authorization", "registry-secret", HttpStatusCode.NotFound)]
    public async Task A_registry_shows_its_secret(string registry, string header, string value, HttpStatusCode expected)
    {
        Assert.Equal(expected, await SendAsync($"/webhooks/registry/{registry}", """{"events":[{"action":"push","target":{"repository":"acme/checkout"}}]}""", (header, value)));

        Assert.Equal(expected == HttpStatusCode.Accepted ? ["shop"] : [], await PassesAsync(expected == HttpStatusCode.Accepted ? 1 : 0));
    }

    [Theory]
    [InlineData("127.0.0.1:5000", """{"events":[{"action":"push","target":{"mediaType":"application/vnd.oci.image.manifest.v1+json","repository":"checkout"}}]}""", "shop")]
    [InlineData("127.0.0.1:5000", """{"events":[{"action":"pull","target":{"repository":"checkout"}}]}""", "")]
    [InlineData("127.0.0.1:5000", """{"events":[{"action":"pull","target":{"repository":"checkout"}},{"action":"push","target":{"repository":"checkout"}}]}""", "shop")]
    [InlineData("ghcr.io", """{"action":"published","registry_package":{"name":"checkout","namespace":"acme","package_type":"CONTAINER"}}""", "shop")]
    [InlineData("ghcr.io", """{"action":"published","registry_package":{"name":"checkout","namespace":"acme-evil"}}""", "")]
    [InlineData("quay.io", """{"name":"web","repository":"acme/web","namespace":"acme","docker_url":"quay.io/acme/web","updated_tags":["latest"]}""", "blog")]
    [InlineData("quay.io", """{"push_data":{"tag":"1.0.0"},"repository":{"repo_name":"acme/web","name":"web"}}""", "blog")]
    [InlineData("quay.io", """{"type":"PUSH_ARTIFACT","event_data":{"repository":{"repo_full_name":"acme/web"}}}""", "blog")]
    [InlineData("quay.io", """{"type":"PULL_ARTIFACT","event_data":{"repository":{"repo_full_name":"acme/web"}}}""", "")]
    [InlineData("quay.io", """{"specversion":"1.0","type":"harbor.artifact.pushed","data":{"repository":{"repo_full_name":"acme/web"}}}""", "blog")]
    [InlineData("quay.io", """{"specversion":"1.0","type":"harbor.artifact.pulled","data":{}}""", "")]
    [InlineData("quay.io", """{"specversion":"1.0","type":"org.example.pushed","data":{"anything":1}}""", "blog")]
    [InlineData("quay.io", """{"repository":"NOT A NAME"}""", "blog")]
    [InlineData("quay.io", """[1]""", "blog")]
    public async Task Every_registry_is_understood_as_far_as_it_is_and_what_is_not_looks_at_all_that_promote_from_it(string registry, string body, string looked)
    {
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync($"/webhooks/registry/{registry}?token=registry-secret", body));

        Assert.Equal(looked.Length == 0 ? [] : [looked], await PassesAsync(looked.Length == 0 ? 0 : 1));
    }

    [Fact]
    public async Task GHCR_signs_as_GitHub_does()
    {
        const string body = """{"registry_package":{"name":"checkout","namespace":"acme"}}""";

        Assert.Equal(HttpStatusCode.Accepted, await SendAsync("/webhooks/registry/ghcr.io", body, ("X-Hub-Signature-256", Sign("registry-secret", body))));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("/webhooks/registry/ghcr.io", body, ("X-Hub-Signature-256", Sign("github-secret", body))));
    }

    [Fact]
    public async Task Alertmanager_looks_at_everything()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("/webhooks/alertmanager", "{}"));
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync("/webhooks/alertmanager", "{}", ("Authorization", "Bearer alert-secret")));

        Assert.Equal(["blog", "shop"], (await PassesAsync(2)).Order());
    }

    [Fact]
    public async Task Nothing_is_told_by_GET()
    {
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.GetAsync("/webhooks/github", TestContext.Current.CancellationToken)).StatusCode);
    }

    private Task<HttpStatusCode> GitHubAsync(string body, string? signature = null, bool signs = true, string? delivery = null, string kind = "push", string contentType = "application/json") =>
        SendAsync("/webhooks/github", body, contentType,
            [("X-Hub-Signature-256", signs ? Sign("github-secret", body) : signature), ("X-GitHub-Event", kind), ("X-GitHub-Delivery", delivery ?? Guid.NewGuid().ToString())]);

    private Task<HttpStatusCode> SendAsync(string path, string body, params (string Name, string? Value)[] headers) => SendAsync(path, body, "application/json", headers);

    private async Task<HttpStatusCode> SendAsync(string path, string body, string contentType, (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in headers.Where(h => h.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static string Sign(string secret, string body) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    // As many passes as are expected, and a moment in which a further one would begin.
    private async Task<IReadOnlyList<string>> PassesAsync(int expected)
    {
        for (var i = 0; i < expected; i++)
        {
            Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken), "no pass began");
        }

        await Task.Delay(50, TestContext.Current.CancellationToken);
        return [.. passes];
    }
}
