using GitOpsBot.Commands;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing;
using GitOpsBot.Tests.Registry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>The whole bot as people start it, with settings in a file, a bare repository, and a registry over HTTP on some host.</summary>
internal sealed class RegistryScenario : IDisposable
{
    private const string Repository = RegistryWorld.Repository;
    private readonly string folder = Directory.CreateTempSubdirectory("gitopsbot-scenario-").FullName;
    private readonly EvidenceSigner signer = EvidenceSigner.Generate();
    private Application application;
    private readonly ImageName name;

    /// <summary>A world whose registry is at a host.</summary>
    /// <param name="host">Host and port.</param>
    /// <param name="select">What the artifact is selected by.</param>
    /// <param name="pulls">The repository that dev pulls from, where it is another one than the artifact is published at.</param>
    public RegistryScenario(string host, string select = "semver: \">=1.0.0\"", string? pulls = null)
    {
        name = RegistryWorld.Name(host);
        var pulled = pulls is null ? name : RegistryWorld.Name(host, pulls);
        application = new Application(new StepProbe(null), Clock);
        Bare.Commit("Begin", Clock.GetUtcNow(),
            (".gitopsbot/checkout.yaml", $$"""
            apiVersion: gitopsbot.dev/v1
            kind: Pipeline
            metadata: { name: checkout }
            spec:
              artifacts:
                - { name: checkout, repository: {{name}}, select: { {{select}} }, platforms: [linux/amd64, linux/arm64] }
              environments:
                - { name: dev, path: environments/dev, policy: baseline, merge: push, repositories: { checkout: "{{pulled}}" } }
                - { name: prod, after: [dev], path: environments/prod, policy: baseline, merge: auto }
            ---
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
                - { name: tests, attestation: { by: [acme-ci], predicateType: "{{World.TestResult}}", where: 'predicate.result == "PASSED"' } }
                - { name: way-back, rollbackReady: {} }
            """),
            (".gitopsbot/ci.pub", signer.PublicKeyPem),
            ("environments/dev/kustomization.yaml", $"images:\n- name: {pulled} # ours\n"),
            ("environments/prod/deployment.yaml", $"kind: Deployment\nspec:\n  containers:\n  - image: '{name}'\n"));
        File.WriteAllText(Config, $$"""
            dataDir: {{folder}}/data
            repositories: [{ name: shop, url: {{Bare.Path}}, forge: local, artifacts: ["{{host}}/acme/"] }]
            registries: [{ host: "{{host}}", plainHttp: true }]
            """);
    }

    public BareRepository Bare { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The settings file.</summary>
    public string Config => Path.Combine(folder, "gitopsbot.yaml");

    /// <summary>Merges a branch by a merge commit, as a person does.</summary>
    public void Merge(string branch) => Bare.Git(
        "update-ref", "refs/heads/main", Bare.Git("-c", "user.name=anna", "-c", "user.email=anna@example.com", "commit-tree", "-p", "main", "-p", branch, "-m", "Merge it", $"{branch}^{{tree}}").Trim());

    /// <summary>A new process that finds nothing on disk.</summary>
    public void Restart()
    {
        application.Dispose();
        Directory.Delete(Path.Combine(folder, "data"), recursive: true);
        application = new Application(new StepProbe(null), Clock);
    }

    /// <summary>Has the policy demand one condition in CEL and nothing else.</summary>
    public void Demand(string condition, string platforms = "linux/amd64, linux/arm64", string merge = "push")
    {
        var document = Bare.Read(".gitopsbot/checkout.yaml")!;
        Bare.Commit("Demand other things", Clock.GetUtcNow(), (".gitopsbot/checkout.yaml", document
            .Replace(document[document.IndexOf("  gates:", StringComparison.Ordinal)..], $"  gates: [{{ name: asked, expression: '{condition}' }}]\n", StringComparison.Ordinal)
            .Replace("platforms: [linux/amd64, linux/arm64]", $"platforms: [{platforms}]", StringComparison.Ordinal)
            .Replace("merge: push", $"merge: {merge}", StringComparison.Ordinal)));
    }

    /// <summary>One pass of a worker that keeps what it learnt, a minute later.</summary>
    public async Task<RepositoryReport> PassAsync(BotSettings settings)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        var answer = await application.PassAsync(new PassRequest(settings, null, Acts: true, NullLoggerFactory.Instance), TestContext.Current.CancellationToken);
        return Assert.IsType<Answer<PassReport>.Done>(answer).Report.Repositories.Single();
    }

    /// <summary>Pushes an index of two platforms under a version; what is attached hangs where this registry can have it.</summary>
    public async Task<Digest> PublishAsync(RegistryPush push, string version, string result = "PASSED", bool asTags = false, DateTimeOffset? created = null)
    {
        var index = Index(version, created);
        await push.PushAsync(Repository, index, version);
        var subject = asTags ? null : index.Descriptor;
        var signature = RegistryWorld.Signature(signer, subject, name, index.Digest);
        var attestation = RegistryWorld.Attestation(signer, subject, index.Digest, result);
        if (asTags)
        {
            await push.PushAsync(Repository, signature, $"sha256-{index.Digest.Hex}.sig");
            await push.PushAsync(Repository, attestation, $"sha256-{index.Digest.Hex}.att");
        }
        else
        {
            await push.AttachAsync(Repository, index.Digest, signature);
            await push.AttachAsync(Repository, index.Digest, attestation);
        }

        return index.Digest;
    }

    /// <summary>What is published under a version.</summary>
    public static BuiltArtifact Index(string version, DateTimeOffset? created = null) => ImageBuilder.Index([
        ImageBuilder.Image($"amd64 {version}", new Platform("linux", "amd64"), created: created), ImageBuilder.Image($"arm64 {version}", new Platform("linux", "arm64"), created: created)]);

    /// <summary>Runs a command as people do, a minute later; what it printed, or the status when it is not the expected one.</summary>
    public async Task<string> RunAsync(string command, int expected = 0)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = await CommandLine.RunAsync(
            [.. command.Split(' '), "--config", Config], new Terminal(output, error, new Dictionary<string, string>(), false), application.Actions, TestContext.Current.CancellationToken);
        Assert.True(status == expected, $"{command} ended with {status}:\n{output}\n{error}");
        return output.ToString();
    }

    public void Dispose()
    {
        application.Dispose();
        Bare.Dispose();
        signer.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
