using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge.Local;
using GitOpsBot.Git;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;
using GitOpsBot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>A real bare repository, a real image layout, real signatures, and the bot's own pass over them with a clock that the test moves.</summary>
internal sealed class World : IDisposable
{
    public const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";
    private readonly string layouts = Directory.CreateTempSubdirectory("gitopsbot-layout-").FullName;
    private OciLayoutWriter writer;
    private readonly Registries registries;

    /// <param name="prodMerge">How prod is merged.</param>
    /// <param name="prodGates">More gates of prod's policy.</param>
    /// <param name="environments">The environments instead of dev, staging and prod.</param>
    /// <param name="documents">More documents.</param>
    public World(string prodMerge = "review", string prodGates = "", string? environments = null, string documents = "")
    {
        writer = new OciLayoutWriter(Path.Combine(layouts, "checkout"));
        registries = new Registries(new RegistryOptions([], new Dictionary<string, string> { ["demo"] = layouts }));
        Bare.Commit("Begin", Clock.GetUtcNow(),
            (".gitopsbot/pipeline.yaml", $$"""
            apiVersion: gitopsbot.dev/v1
            kind: Pipeline
            metadata: { name: checkout }
            spec:
              artifacts:
                - name: checkout
                  repository: oci-layout:demo/checkout
                  select: { semver: ">=1.0.0" }
              environments:
            {{environments ?? $$"""
                - { name: dev, path: environments/dev, policy: baseline, merge: push }
                - { name: staging, after: [dev], path: environments/staging, policy: baseline, merge: auto }
                - { name: prod, after: [staging], path: environments/prod, policy: production, merge: {{prodMerge}} }
            """}}
            {{documents}}
            """),
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
                - { name: soak, soak: { in: staging, for: 24h } }
                - { name: people, approvals: { count: 1 } }
                - { name: way-back, rollbackReady: {} }
            {{prodGates}}
            """),
            (".gitopsbot/ci.pub", Ci.PublicKeyPem),
            ("environments/dev/app.yaml", Deployment),
            ("environments/staging/app.yaml", Deployment),
            ("environments/prod/app.yaml", Deployment));
        Repository = ManifestRepository.Open(Bare.Path);
        Forge = new LocalForge(Repository, "main", Bot, Clock);
    }

    public static CommitIdentity Bot { get; } = new("GitOpsBot", "bot@example.com");

    public static string Deployment { get; } = "kind: Deployment\nspec:\n  containers:\n    - name: app # the one\n      image: oci-layout:demo/checkout\n";

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    public BareRepository Bare { get; } = new();

    public EvidenceSigner Ci { get; } = EvidenceSigner.Generate();

    public ManifestRepository Repository { get; }

    public LocalForge Forge { get; }

    public Digest Publish(string version, string result = "PASSED", bool signs = true, EvidenceSigner? by = null)
    {
        var digest = writer.AddImage(version, new Dictionary<string, string> { ["org.opencontainers.image.version"] = version }, Clock.GetUtcNow());
        var signer = by ?? Ci;
        if (signs)
        {
            Sign(digest, signer);
        }

        writer.Attach(digest, MediaTypes.Dsse, writer.Read(digest), "application/vnd.in-toto+json",
            signer.SignStatement("checkout", digest, TestResult, new JsonObject { ["result"] = result }));
        return digest;
    }

    /// <summary>Documents that every repository knows, and the policies that the settings require.</summary>
    public ConfigurationSources Known { get; set; } = new([]);

    /// <summary>Attaches a signature.</summary>
    public void Sign(Digest digest, EvidenceSigner? by = null)
    {
        var (payload, signature) = (by ?? Ci).SignSimpleSigning(ImageName.Parse("oci-layout:demo/checkout"), digest);
        writer.Attach(digest, MediaTypes.SimpleSigning, writer.Read(digest), "application/vnd.dev.cosign.artifact.sig.v1+json", payload,
            new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = signature });
    }

    /// <summary>Attaches a statement that CI signed.</summary>
    public void Attest(Digest digest, string type, JsonNode predicate) =>
        writer.Attach(digest, MediaTypes.Dsse, writer.Read(digest), "application/vnd.in-toto+json", Ci.SignStatement("checkout", digest, type, predicate));

    /// <summary>What this repository may promote from: everything, unless a test says otherwise.</summary>
    public Func<ImageName, bool> MayPromote { get; set; } = _ => true;

    /// <summary>The layout no longer holds this image, as after a clean-up.</summary>
    public void Remove(Digest digest)
    {
        var folder = Path.Combine(layouts, "checkout");
        var index = JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, "index.json")))!;
        var entries = index["manifests"]!.AsArray();
        entries.Remove(entries.First(e => (string)e!["digest"]! == digest.Value));
        File.WriteAllText(Path.Combine(folder, "index.json"), index.ToJsonString());
        File.Delete(Path.Combine(folder, "blobs", "sha256", digest.Hex));
        writer = new OciLayoutWriter(folder);
    }

    /// <summary>The path of settings with which the program itself works on this world.</summary>
    public string WriteSettings()
    {
        var path = Path.Combine(layouts, "gitopsbot.yaml");
        File.WriteAllText(path, $$"""
            dataDir: ./data
            repositories:
              - { name: shop, url: {{Bare.Path}}, forge: local, artifacts: ["oci-layout:demo/"] }
            sources:
              layouts: { demo: . }
            """);
        return path;
    }

    /// <summary>What gates may ask; none unless a test says so.</summary>
    public GitOpsBot.Sources.OutsideSources Sources { get; set; } = GitOpsBot.Sources.OutsideSources.None;

    public RepositoryParts Parts(Action<string>? at = null, ManifestRepository? git = null)
    {
        git ??= Repository;
        return new RepositoryParts(
            "shop", "main", ".gitopsbot", git, new LocalForge(git, "main", Bot, Clock, at), registries, Known, name => MayPromote(name), Bot, new StepProbe(at), Clock)
        {
            Sources = Sources,
        };
    }

    /// <summary>One pass; every problem fails the test unless it is expected.</summary>
    public async Task<RepositoryReport> PassAsync(bool acts = true, bool expectsProblems = false)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        var report = await new PromotionReconciler(Parts()).PassAsync(acts, CancellationToken.None);
        if (!expectsProblems)
        {
            Assert.Empty(report.Problems.Concat(report.Failures));
        }

        return report;
    }

    /// <summary>Passes until nothing is done any more.</summary>
    public async Task<RepositoryReport> SettleAsync()
    {
        for (var passes = 0; passes < 12; passes++)
        {
            var before = Bare.Git("for-each-ref");
            var report = await PassAsync();
            if (Bare.Git("for-each-ref") == before)
            {
                return report;
            }
        }

        throw new InvalidOperationException("The passes do not come to rest.");
    }

    public string? Stands(string environment) => Bare.Read($"environments/{environment}/app.yaml")!.Split("image: ")[1].Trim() is var image && image.Contains('@', StringComparison.Ordinal)
        ? image[(image.IndexOf('@', StringComparison.Ordinal) + 1)..] : null;

    public PlannedPromotion? Line(RepositoryReport report, string environment) => report.Promotions.FirstOrDefault(p => p.Promotion.Environment == environment);

    public void Dispose()
    {
        Repository.Dispose();
        registries.Dispose();
        Ci.Dispose();
        Bare.Dispose();
        Directory.Delete(layouts, recursive: true);
    }
}
