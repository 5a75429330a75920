using System.Security.Cryptography;
using System.Text.Json;
using GitOpsBot.Commands;
using GitOpsBot.Doctor;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing;
using GitOpsBot.Tests.Registry;

namespace GitOpsBot.Tests.Doctor;

/// <summary><c>doctor</c> as people start it, against registries, sources and a repository on this machine.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("doctor").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly Application bot = new(new StepProbe(null), TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        bot.Dispose();
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task A_small_set_up_that_is_right_is_a_list_of_ok_and_status_0()
    {
        await using var registry = await RegistryServer.StartAsync();
        using (var push = new RegistryPush(registry.Host))
        {
            await push.PushAsync(RegistryWorld.Repository, RegistryWorld.Image("1.0.0"), "1.0.0");
        }

        using var repository = Shop(registry.Host);
        await using var opa = await AnsweringServer.StartAsync(200, "{}");
        await using var prometheus = await AnsweringServer.StartAsync(200, """{"status":"success","data":{"resultType":"vector","result":[]}}""");
        Write(repository, $"registries: [{{ host: \"{registry.Host}\", plainHttp: true }}]\nsources: {{ prometheus: {{ main: {{ url: \"{prometheus.Url}\" }} }}, webhooks: {{ opa: {{ url: \"{opa.Url}v1/data/x\" }} }} }}\nsigning: {{ keyFile: bot.key }}\n");

        Assert.Equal(0, await RunAsync());

        Assert.Equal("", error.ToString());
        Assert.Contains($"ok     clock {registry.Host}: This machine's clock agrees with its.\n", output.ToString());
        Assert.Contains($"ok     registry {registry.Host}: It lets the artifact be read, and shows by the referrers API what is attached to them.\n", output.ToString());
        Assert.Contains("ok     source main: Prometheus answers queries.\nok     source opa: The webhook can be reached.\n", output.ToString());
        Assert.Contains("ok     signing key settings: Commits and records are signed by the key sha256:", output.ToString());
        Assert.EndsWith(" ok, 0 to do, 0 could not be seen.\n", output.ToString());
        Assert.Equal(("GET", "/v1/data/x"), (opa.Asked.Single().Method, opa.Asked.Single().Path));
        registry.HasReferrersApi = false;
        Assert.Equal(0, await RunAsync());
        Assert.Contains("It lets the artifact be read; it has no referrers API, so what is attached is found by the fallback tags.\n", output.ToString());
    }

    [Fact]
    public async Task What_is_to_be_done_stands_below_its_line_and_in_the_one_JSON_document()
    {
        await using var registry = await RegistryServer.StartAsync();
        registry.Login = new RegistryLogin("me", "planted-password");
        using var repository = Shop(registry.Host);
        await using var opa = await AnsweringServer.StartAsync(401, "{}");
        await using var prometheus = await AnsweringServer.StartAsync(500, "oh no");
        File.WriteAllText(Path.Combine(folder, "user"), "me\n");
        File.WriteAllText(Path.Combine(folder, "password"), "planted-wrong\n");
        File.WriteAllText(Path.Combine(folder, "alerts"), "\n");
        Write(repository, $"http: {{ webhookSecretFile: alerts }}\nregistries: [{{ host: \"{registry.Host}\", plainHttp: true, usernameFile: user, passwordFile: password }}]\nsources: {{ prometheus: {{ main: {{ url: \"{prometheus.Url}\" }} }}, webhooks: {{ opa: {{ url: \"{opa.Url}\", tokenFile: password }} }} }}\n");

        Assert.Equal(1, await RunAsync());

        Assert.Contains($"to do  registry {registry.Host}: {registry.Host} refused the credentials configured for it when asked for acme/checkout (401).\n         → Give 'registries' credentials that may pull it, or correct the repository's name in the document.\n", output.ToString());
        Assert.Contains($"to do  files settings: What 'http.webhookSecretFile' names cannot be used: The file {Path.Combine(folder, "alerts")} is empty.\n", output.ToString());
        Assert.Contains("to do  source main: Prometheus main answers 500 with something that is not Prometheus's JSON.\n         → Correct the entry under 'sources'.\n", output.ToString());
        Assert.Contains("to do  source opa: The webhook opa does not accept its token (401).\n", output.ToString());
        var text = output.ToString();
        output.GetStringBuilder().Clear();
        Assert.Equal(1, await RunAsync("--output", "json"));
        using var json = JsonDocument.Parse(output.ToString());
        var line = json.RootElement.GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("check").GetString() == "registry");
        Assert.Equal((registry.Host, "todo"), (line.GetProperty("subject").GetString(), line.GetProperty("outcome").GetString()));
        Assert.StartsWith("Give 'registries' credentials", line.GetProperty("advice").GetString());
        Assert.Equal((4, 0), (json.RootElement.GetProperty("todo").GetInt32(), json.RootElement.GetProperty("unseen").GetInt32()));
        Assert.DoesNotContain("planted", text + output + error);
    }

    [Fact]
    public async Task Hosts_that_are_not_there_are_told_and_the_rest_is_still_looked_at()
    {
        using var repository = Shop("127.0.0.1:9");
        Write(repository, "registries: [{ host: \"127.0.0.1:9\", plainHttp: true }]\nsources: { prometheus: { main: { url: \"http://127.0.0.1:9\" } } }\n");

        Assert.Equal(1, await RunAsync());

        Assert.Contains("to do  clock 127.0.0.1:9: 127.0.0.1:9 cannot be reached: ConnectionError.\n         → See that 127.0.0.1:9 is up and can be reached from this machine, proxies and firewalls included.\n", output.ToString());
        Assert.Contains("to do  registry 127.0.0.1:9: 127.0.0.1:9 cannot be reached for acme/checkout: ConnectionError.\n", output.ToString());
        Assert.Contains("to do  source main: Prometheus main cannot be reached (ConnectionError).\n", output.ToString());
        Assert.Contains("ok     repository shop: main can be read at ", output.ToString());
    }

    [Theory]
    [InlineData("doctor --repository shopp", "There is no repository 'shopp' in the settings. Did you mean 'shop'?\n")]
    [InlineData("doctor --config /nowhere.yaml", "There is no settings file /nowhere.yaml: write one, or name it with --config.\n")]
    public async Task Wrong_settings_or_wrong_use_is_status_2(string line, string sentence)
    {
        Write(null, "");

        Assert.Equal(2, await RunAsync([.. line.Split(' ').Skip(1)]));
        Assert.Equal((sentence, ""), (error.ToString(), output.ToString()));
    }

    [Fact]
    public async Task Policies_of_the_organization_are_looked_at_folder_by_folder()
    {
        using var repository = Shop("127.0.0.1:9");
        Directory.CreateDirectory(Path.Combine(folder, "good"));
        Directory.CreateDirectory(Path.Combine(folder, "bad"));
        File.WriteAllText(Path.Combine(folder, "good", "a.yaml"), "apiVersion: gitopsbot.dev/v1\nkind: Policy\nmetadata: { name: a }\nspec: { gates: [{ name: way-back, rollbackReady: {} }] }\n");
        File.WriteAllText(Path.Combine(folder, "bad", "b.yaml"), "apiVersion: gitopsbot.dev/v1\nkind: Policy\nmetadata: { name: b }\nspec: { extends: [a], gatess: [] }\n");
        Write(repository, "policies: [./good, ./bad]\n");

        var lines = (await DoctorAsync()).Of("policies");

        Assert.Equal(["ok The documents of 1 file are valid.", "todo b.yaml:4:23: Unknown key 'gatess'. Did you mean 'gates'?"], lines);
    }

    private static BareRepository Shop(string host)
    {
        var repository = new BareRepository();
        repository.Commit("Begin", DateTimeOffset.UtcNow,
            (".gitopsbot/all.yaml", $$"""
            apiVersion: gitopsbot.dev/v1
            kind: Pipeline
            metadata: { name: checkout }
            spec:
              artifacts: [{ name: checkout, repository: "{{host}}/acme/checkout", select: { semver: ">=1.0.0" } }]
              environments: [{ name: dev, path: dev, policy: p }]
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: p }
            spec: { gates: [{ name: way-back, rollbackReady: {} }] }
            """),
            ("dev/app.yaml", "image: x\n"));
        return repository;
    }

    private void Write(BareRepository? repository, string more)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(folder, "bot.key"), key.ExportPkcs8PrivateKeyPem());
        var artifacts = more.Contains("passwordFile", StringComparison.Ordinal) ? ", artifacts: [\"" + Host(more) + "/\"]" : "";
        File.WriteAllText(Path.Combine(folder, "gitopsbot.yaml"), $"dataDir: ./data\nrepositories: [{{ name: shop, url: {repository?.Path ?? "./shop.git"}, forge: local{artifacts} }}]\n{more}");
    }

    // A registry with credentials has to be opened to the repository.
    private static string Host(string more) => more.Split("host: \"")[1].Split('"')[0];

    private async Task<DoctorReport> DoctorAsync()
    {
        var settings = Assert.IsType<SettingsResult.Read>(SettingsReader.Read(Path.Combine(folder, "gitopsbot.yaml"), new Dictionary<string, string>())).Settings;
        return ((Answer<DoctorReport>.Done)await bot.Actions.Doctor!(new DoctorRequest(settings, null, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance), Token)).Report;
    }

    private Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        arguments.Contains("--config") ? ["doctor", .. arguments] : ["doctor", .. arguments, "--config", Path.Combine(folder, "gitopsbot.yaml")],
        new Terminal(output, error, new Dictionary<string, string>(), HasColors: false), bot.Actions, Token);
}
