using System.Text.Json.Nodes;
using GitOpsBot.Commands;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;
using GitOpsBot.Testing.GitHub;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>The whole bot, from its settings file on, over HTTP against a GitHub on loopback with real Git, and a clock that the test moves.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";

    private readonly string folder = Directory.CreateTempSubdirectory("gitopsbot-scene-").FullName;
    private readonly OciLayoutWriter writer;
    private readonly EvidenceSigner ci = EvidenceSigner.Generate();

    private Scene(GitHubServer server, FakeTimeProvider clock)
    {
        (Server, Clock) = (server, clock);
        writer = new OciLayoutWriter(Path.Combine(folder, "layout", "checkout"));
    }

    public FakeTimeProvider Clock { get; }

    public GitHubServer Server { get; }

    public GitHubWorld World => Server.World;

    public BotSettings Settings { get; private set; } = null!;

    public Application Bot { get; private set; } = null!;

    /// <summary>Everything that was logged, for tests that look for secrets.</summary>
    public ILoggerFactory Logs { get; set; } = NullLoggerFactory.Instance;

    public string ConfigFile => Path.Combine(folder, "gitopsbot.yaml");

    public static string Deployment { get; } = "kind: Deployment\nspec:\n  containers:\n    - name: app # the one\n      image: oci-layout:demo/checkout\n";

    public static string Pipeline(string staging, string prod) => $$"""
        apiVersion: gitopsbot.dev/v1
        kind: Pipeline
        metadata: { name: checkout }
        spec:
          artifacts:
            - name: checkout
              repository: oci-layout:demo/checkout
              select: { semver: ">=1.0.0" }
          environments:
            - { name: dev, path: environments/dev, policy: baseline, merge: push }
            - { name: staging, after: [dev], path: environments/staging, policy: baseline, {{staging}} }
            - { name: prod, after: [staging], path: environments/prod, policy: production, {{prod}} }
        """;

    public static async Task<Scene> StartAsync(bool isApp = false, string staging = "merge: auto", string prod = "merge: review", string people = "approvals: { count: 1 }", string apiPath = "/api/v3/", string more = "", string commits = "git", DateTimeOffset? at = null)
    {
        var clock = new FakeTimeProvider(at ?? new DateTimeOffset(2026, 11, 2, 12, 0, 0, TimeSpan.Zero));
        var scene = new Scene(await GitHubServer.StartAsync(clock, apiPath), clock);
        scene.World.Bare.Commit("Begin", clock.GetUtcNow(),
            (".gitopsbot/pipeline.yaml", Pipeline(staging, prod)),
            (".gitopsbot/policy.yaml", $$"""
            apiVersion: gitopsbot.dev/v1
            kind: Authority
            metadata: { name: acme-ci }
            spec: { keys: [{ file: ci.pub }] }
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: baseline }
            spec:
              gates:
                - { name: signed, signature: { by: [acme-ci] } }
                - { name: tests, attestation: { by: [acme-ci], predicateType: "{{TestResult}}", where: 'predicate.result == "PASSED"' } }
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: production }
            spec:
              extends: [baseline]
              gates:
                - { name: people, {{people}} }
            {{more}}
            """),
            (".gitopsbot/ci.pub", scene.ci.PublicKeyPem),
            ("README.md", "The shop.\n"),
            ("environments/dev/app.yaml", Deployment), ("environments/staging/app.yaml", Deployment), ("environments/prod/app.yaml", Deployment));
        File.WriteAllText(Path.Combine(scene.folder, "token"), "ghp_machine\n");
        File.WriteAllText(Path.Combine(scene.folder, "app.pem"), scene.World.AppKeyPem);
        File.WriteAllText(Path.Combine(scene.folder, "hook"), "hook-secret\n");
        File.WriteAllText(scene.ConfigFile, $$"""
            dataDir: ./data
            interval: 1s
            http: { listen: 127.0.0.1:0 }
            repositories:
              - { name: shop, url: {{scene.Server.CloneUrl}}, artifacts: ["oci-layout:demo/"] }
            github: { apiUrl: {{scene.Server.ApiUrl}}, {{(isApp ? "app: { id: 7, privateKeyFile: app.pem }" : "tokenFile: token")}}, webhookSecretFile: hook, commits: {{commits}} }
            sources: { layouts: { demo: ./layout } }
            committer: { name: GitOpsBot, email: bot@example.com }
            """);
        scene.Settings = SettingsReader.Read(scene.ConfigFile, new Dictionary<string, string>()) is SettingsResult.Read read ? read.Settings : throw new InvalidOperationException("wrong settings");
        scene.Restart();
        return scene;
    }

    /// <summary>Another process: nothing is remembered but what lies on the disk.</summary>
    public void Restart(Action<string>? at = null, TimeSpan? longest = null)
    {
        Bot?.Dispose();
        Bot = new Application(new StepProbe(at), Clock, longest);
    }

    /// <summary>The settings name no secret of webhooks any more.</summary>
    public void ForgetWebhookSecret() => Settings = Settings with { GitHub = Settings.GitHub! with { WebhookSecret = null } };

    /// <summary>The settings say <c>commits: api</c> from now on.</summary>
    public void LetGitHubCommit() => Settings = Settings with { GitHub = Settings.GitHub! with { Commits = CommitsBy.Api } };

    /// <summary>The settings name a key that signs; the answer is its public half as SSH writes it.</summary>
    public string Sign()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(folder, "bot.key"), key.ExportPkcs8PrivateKeyPem());
        Settings = Settings with { SigningKey = new SigningKeyFile(new SecretFile(Path.Combine(folder, "bot.key"))) };
        return SshSignature.PublicLine(Settings.SigningKey.Read().PublicKey);
    }

    public void WriteToken(string token) => File.WriteAllText(Path.Combine(folder, "token"), token + "\n");

    public void DeleteCache()
    {
        if (Directory.Exists(Settings.DataDirectory))
        {
            Directory.Delete(Settings.DataDirectory, recursive: true);
        }
    }

    /// <summary>What was published, oldest first.</summary>
    public List<Digest> Digests { get; } = [];

    public Digest Publish(string version, string result = "PASSED")
    {
        var name = ImageName.Parse("oci-layout:demo/checkout");
        var digest = writer.AddImage(version, new Dictionary<string, string> { ["org.opencontainers.image.version"] = version }, Clock.GetUtcNow());
        Digests.Add(digest);
        var (payload, signature) = ci.SignSimpleSigning(name, digest);
        writer.Attach(digest, MediaTypes.SimpleSigning, writer.Read(digest), "application/vnd.dev.cosign.artifact.sig.v1+json", payload,
            new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = signature });
        writer.Attach(digest, MediaTypes.Dsse, writer.Read(digest), "application/vnd.in-toto+json",
            ci.SignStatement("checkout", digest, TestResult, new JsonObject { ["result"] = result }));
        return digest;
    }

    /// <summary>Attaches a statement that CI signed.</summary>
    public void Attest(Digest digest, string type, JsonNode predicate) =>
        writer.Attach(digest, MediaTypes.Dsse, writer.Read(digest), "application/vnd.in-toto+json", ci.SignStatement("checkout", digest, type, predicate));

    /// <summary>Attaches provenance, a list of packages and a scan.</summary>
    public Digest Attest(Digest digest, string commit, string[] packages, params string[] vulnerabilities)
    {
        Attest(digest, "https://slsa.dev/provenance/v1", new JsonObject
        {
            ["buildDefinition"] = new JsonObject
            {
                ["externalParameters"] = new JsonObject { ["workflow"] = new JsonObject { ["repository"] = Server.Url + "acme/checkout", ["ref"] = "refs/heads/main" } },
                ["resolvedDependencies"] = new JsonArray(new JsonObject { ["uri"] = $"git+{Server.Url}acme/checkout@refs/heads/main", ["digest"] = new JsonObject { ["gitCommit"] = commit } }),
            },
        });
        Attest(digest, "https://cyclonedx.org/bom", new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["components"] = new JsonArray([.. packages.Select(p => (JsonNode)new JsonObject { ["name"] = p, ["purl"] = p })]),
        });
        Attest(digest, "https://in-toto.io/attestation/vulns/v0.2", new JsonObject
        {
            ["scanner"] = new JsonObject
            {
                ["uri"] = "pkg:github/aquasecurity/trivy@0.50",
                ["result"] = new JsonArray([.. vulnerabilities.Select(v => (JsonNode)new JsonObject { ["id"] = v, ["severity"] = new JsonArray(new JsonObject { ["method"] = "nvd", ["score"] = "high" }) })]),
            },
        });
        return digest;
    }

    /// <summary>A bundle of CI's, signed by its key: SLSA provenance about a digest.</summary>
    public JsonNode Provenance(Digest digest, string source, string? commit = null)
    {
        var predicate = new JsonObject
        {
            ["buildDefinition"] = new JsonObject
            {
                ["externalParameters"] = new JsonObject { ["workflow"] = new JsonObject { ["repository"] = source, ["ref"] = "refs/heads/main" } },
                ["resolvedDependencies"] = commit is null ? new JsonArray()
                    : new JsonArray(new JsonObject { ["uri"] = $"git+{source}@refs/heads/main", ["digest"] = new JsonObject { ["gitCommit"] = commit } }),
            },
            ["runDetails"] = new JsonObject { ["builder"] = new JsonObject { ["id"] = "https://github.com/actions/runner/github-hosted" } },
        };
        return new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["verificationMaterial"] = new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = ci.KeyId } },
            ["dsseEnvelope"] = JsonNode.Parse(ci.SignStatement("checkout", digest, "https://slsa.dev/provenance/v1", predicate)),
        };
    }

    /// <summary>One pass, two minutes later; every problem fails the test unless it is expected.</summary>
    public async Task<RepositoryReport> PassAsync(bool expectsProblems = false, bool acts = true)
    {
        Clock.Advance(TimeSpan.FromMinutes(2));
        var report = ((Answer<PassReport>.Done)await Bot.PassAsync(new PassRequest(Settings, null, acts, Logs), CancellationToken.None)).Report.Repositories.Single();
        if (!expectsProblems)
        {
            Assert.Empty(report.Problems.Concat(report.Failures));
        }

        return report;
    }

    /// <summary>Passes until nothing is sent any more that changes anything.</summary>
    public async Task<RepositoryReport> SettleAsync(bool expectsProblems = false)
    {
        for (var passes = 0; passes < 12; passes++)
        {
            var before = (World.Bare.Git("for-each-ref"), Server.Requests.Count(r => r.Method != "GET"));
            var report = await PassAsync(expectsProblems);
            if ((World.Bare.Git("for-each-ref"), Server.Requests.Count(r => r.Method != "GET")) == before)
            {
                return report;
            }
        }

        throw new InvalidOperationException("The passes do not come to rest.");
    }

    /// <summary>Publishes a version and brings it to the open pull request for prod.</summary>
    public async Task<(Digest Digest, StandInPull Pull)> ProposeAsync(string version)
    {
        var digest = Publish(version);
        await SettleAsync();
        return (digest, OpenPull("promote/prod/checkout"));
    }

    public StandInPull OpenPull(string head) => Assert.Single(World.Pulls, p => p.State == "open" && p.Head == head);

    public string? Stands(string environment) => World.Bare.Read($"environments/{environment}/app.yaml")!.Split("image: ")[1].Split('\n')[0].Trim() is var image && image.Contains('@', StringComparison.Ordinal)
        ? image[(image.IndexOf('@', StringComparison.Ordinal) + 1)..] : null;

    public (string State, string? Text) Check(string sha) =>
        World.CheckRuns.LastOrDefault(r => r.Sha == sha && r.Name == "gitopsbot/promotion") is { } run ? (run.Conclusion ?? run.Status, run.Title)
        : World.Statuses.LastOrDefault(s => s.Sha == sha && s.Context == "gitopsbot/promotion") is { } status ? (status.State, status.Description) : ("none", null);

    public static PlannedPromotion? Line(RepositoryReport report, string environment) => report.Promotions.FirstOrDefault(p => p.Promotion.Environment == environment);

    public async ValueTask DisposeAsync()
    {
        Bot.Dispose();
        await Server.DisposeAsync();
        ci.Dispose();
        Directory.Delete(folder, recursive: true);
        // Whatever the test was about: a strict GitHub would have refused these.
        Assert.Empty(Server.Violations.Distinct());
    }
}
