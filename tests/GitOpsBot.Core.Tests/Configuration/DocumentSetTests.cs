using System.Text;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Manifests;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Configuration;

public sealed class DocumentSetTests
{
    private const string Whole = """
        apiVersion: gitopsbot.dev/v1
        kind: Pipeline
        metadata: { name: checkout }
        spec:
          artifacts:
            - name: checkout
              repository: ghcr.io/acme/checkout
              select: { semver: ">=1.0.0 <2.0.0", ignore: ["*-rc*"] }
              platforms: [linux/amd64, linux/arm64]
          environments:
            - name: dev
              path: environments/dev/checkout/
              policy: baseline
              merge: push
            - { name: staging, after: [dev], path: environments/staging/checkout, policy: baseline, merge: auto, mergeMethod: rebase }
            - name: prod
              after: [staging]
              path: environments/prod/checkout
              policy: production
              settle: 24h
              supersede: never
              tag: keep
              repositories: { checkout: mirror.example/acme/checkout }
          aliases: [till]
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Authority
        metadata: { name: acme-ci }
        spec:
          keys: [{ file: keys/ci-2025.pub, notAfter: 2026-12-31T00:00:00Z }, { file: keys/ci-2026.pub }]
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Authority
        metadata: { name: acme-release }
        spec:
          keyless: { issuer: "https://token.actions.githubusercontent.com", subjectPattern: "https://github.com/acme/.+" }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Policy
        metadata: { name: baseline }
        spec:
          gates:
            - { name: signed, signature: { by: [acme-ci] } }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Policy
        metadata: { name: production }
        spec:
          extends: [baseline]
          gates:
            - { name: soak, soak: { in: staging, for: 24h } }
            - { name: people, approvals: { count: 2, from: ["@acme/release"], notBy: [requester] }, before: open, overridable: true }
            - { name: way-back, rollbackReady: {} }
        """;

    [Fact]
    public void Reads_documents_that_name_each_other()
    {
        var set = Written.Load(Written.File(".gitopsbot/all.yaml", Whole), Written.Key(".gitopsbot/keys/ci-2025.pub"), Written.Key(".gitopsbot/keys/ci-2026.pub"));

        Assert.Empty(set.Problems.Lines());
        Assert.Empty(set.Broken);
        Assert.False(set.HasUnreadableFile);
        var pipeline = Assert.Single(set.Pipelines);
        Assert.Equal(("checkout", new Place(".gitopsbot/all.yaml", 1, 1)), (pipeline.Name, pipeline.Place));
        Assert.Equal(["till"], pipeline.Aliases);
        var artifact = Assert.Single(pipeline.Artifacts);
        Assert.Equal(new Selection.Semver(">=1.0.0 <2.0.0"), artifact.Select);
        Assert.Equal(["*-rc*"], artifact.Ignore);
        Assert.Equal(["linux/amd64", "linux/arm64"], artifact.Platforms.Select(p => p.ToString()));
        Assert.Equal(
            [("dev", "environments/dev/checkout", MergeMode.Push), ("staging", "environments/staging/checkout", MergeMode.Auto), ("prod", "environments/prod/checkout", MergeMode.Review)],
            pipeline.Environments.Select(e => (e.Name, e.Path, e.Merge)));
        Assert.Equal(MergeMethod.Rebase, pipeline.Environments[1].MergeMethod);
        var prod = pipeline.Environments[2];
        Assert.Equal((TimeSpan.FromHours(24), Supersede.Never, true, "mirror.example/acme/checkout"), (prod.Settle, prod.Supersede, prod.KeepsTag, prod.PullsFrom(artifact).ToString()));
        Assert.Equal(["staging"], prod.After.Select(a => a.Name));
    }

    [Fact]
    public void Joins_a_policy_with_what_it_extends_and_keeps_its_own_blob()
    {
        var set = Written.Load(Written.File(".gitopsbot/all.yaml", Whole), Written.Key(".gitopsbot/keys/ci-2025.pub"), Written.Key(".gitopsbot/keys/ci-2026.pub"));

        var policy = set.PolicyFor(set.Pipelines[0].Environments[2]);
        Assert.Equal(("production", "blob-of-.gitopsbot/all.yaml"), (policy.Name, policy.Blob));
        Assert.Equal(
            [("signed", GateTiming.Open, false), ("soak", GateTiming.Open, false), ("people", GateTiming.Open, true), ("way-back", GateTiming.Open, false)],
            policy.Gates.Select(g => (g.Name, g.Header.Before, g.Header.IsOverridable)));
    }

    [Fact]
    public void Reads_authorities_with_their_keys_and_what_they_demand_of_a_log()
    {
        var set = Written.Load(Written.File(".gitopsbot/all.yaml", Whole), Written.Key(".gitopsbot/keys/ci-2025.pub"), Written.Key(".gitopsbot/keys/ci-2026.pub"));

        Assert.Equal([("acme-ci", false), ("acme-release", true)], set.Authorities.Select(a => (a.Name, a.RequiresTransparencyLog)));
        var keys = Assert.IsType<AuthorityTrust.Keys>(set.Authorities[0].Trust).Any;
        Assert.Equal([".gitopsbot/keys/ci-2025.pub", ".gitopsbot/keys/ci-2026.pub"], keys.Select(k => k.File));
        Assert.Equal([new DateTimeOffset(2026, 12, 31, 0, 0, 0, TimeSpan.Zero), null], keys.Select(k => k.NotAfter));
        Assert.Equal(
            new AuthorityTrust.Keyless("https://token.actions.githubusercontent.com", null, null, "https://github.com/acme/.+"), set.Authorities[1].Trust);
    }

    [Fact]
    public void Approvals_wait_for_the_merge_unless_they_say_otherwise()
    {
        var set = Written.Load(Written.Policy("p", "name: people, approvals: {}", "name: way-back, rollbackReady: {}"));

        Assert.Equal([GateTiming.Merge, GateTiming.Open], set.Policies["p"].Gates.Select(g => g.Header.Before));
    }

    [Fact]
    public void What_is_broken_disables_itself_and_what_depends_on_it_and_nothing_else()
    {
        var set = Written.Load(
            Written.Pipeline("good", "name: dev, path: env/good, policy: fine"),
            Written.Pipeline("bad", "name: dev, path: env/bad, policy: odd"),
            Written.Policy("fine", "name: way-back, rollbackReady: {}"),
            Written.Extending("odd", "odder"),
            Written.Policy("odder", "name: signed, signature: { by: [ci] }"),
            Written.Authority("ci", "keys: [{ file: ci.pub }]"));

        Assert.Equal(["good"], set.Pipelines.Select(p => p.Name));
        Assert.Equal(["bad"], set.Broken);
        Assert.Equal(["fine"], set.Policies.Keys);
        Assert.False(set.HasUnreadableFile);
        Assert.Equal(
            [
                "f1.yaml:7:43: The policy 'odd' has problems of its own.",
                "f3.yaml:4:19: The policy 'odder' has problems of its own.",
                "f4.yaml:6:41: The authority 'ci' has problems of its own.",
                "f5.yaml:4:24: There is no file ci.pub.",
            ],
            set.Problems.Lines());
    }

    [Fact]
    public void A_pipeline_whose_document_is_wrong_is_broken_under_all_its_names()
    {
        var set = Written.Load(Written.Pipeline("shop", "name: dev, path: env/shop, polcy: p") + "  aliases: [till]\n");

        Assert.Empty(set.Pipelines);
        Assert.Equal(["shop", "till"], set.Broken.Order());
        Assert.Equal(
            ["f0.yaml:7:7: The key 'policy' is missing.", "f0.yaml:7:36: Unknown key 'polcy'. Did you mean 'policy'?"], set.Problems.Lines());
    }

    [Theory]
    [InlineData("a: [", "f0.yaml:1:5: This is not YAML")]
    [InlineData("just text", "f0.yaml:1:1: Expected a document with the keys apiVersion, kind, metadata, spec, found 'just text'.")]
    [InlineData("metadata: { name: x }", "f0.yaml:1:1: The key 'kind' is missing, or is not text.")]
    [InlineData("kind: Pipelin\nmetadata: { name: x }", "f0.yaml:1:7: Unknown kind 'Pipelin'. Did you mean 'Pipeline'?")]
    [InlineData("apiVersion: gitopsbot.dev/v1\nkind: Pipeline\nmetadata: { name: Not A Name }\nspec: {}", "f0.yaml:3:19: 'Not A Name' is not a valid name")]
    public void Knows_that_there_may_be_documents_it_could_not_read(string text, string problem)
    {
        var set = Written.Load(text);

        Assert.True(set.HasUnreadableFile);
        Assert.Contains(set.Problems.Lines(), p => p.StartsWith(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void What_could_not_be_read_from_outside_is_told_with_the_rest()
    {
        var set = DocumentSet.Load(new ConfigurationSources([Written.File("a.yaml", "x")]) { ReadProblems = [new Problem("z.yaml", 0, 0, "Too large.")] }, GateKinds.All);

        Assert.Equal(["a.yaml", "z.yaml"], set.Problems.Select(p => p.File));
        Assert.True(set.HasUnreadableFile);
    }

    [Fact]
    public void A_wrong_version_of_the_format_is_no_document_of_ours()
    {
        var set = Written.Load("apiVersion: kyverno.io/v1\nkind: Policy\nmetadata: { name: x }\nspec: {}\n");

        Assert.Equal(["f0.yaml:1:13: Expected gitopsbot.dev/v1, found 'kyverno.io/v1'."], set.Problems.Lines());
        Assert.Empty(set.Policies);
    }

    [Fact]
    public void Looking_back_it_names_pipelines_however_broken_and_nothing_in_files_that_are_no_YAML()
    {
        ManifestFile[] files =
        [
            File("a.yaml", Written.Pipeline("checkout", "nme: dev")),
            File("b.yaml", Written.Head("Pipeline", "till").Replace("gitopsbot.dev/v1", "gitopsbot.dev/v0", StringComparison.Ordinal)),
            File("c.yaml", "a: ["),
            File("d.yaml", Written.Policy("p", "name: x")),
            File("e.txt", Written.Pipeline("text")),
        ];

        Assert.Equal(["checkout", "till"], DocumentSet.PipelineNames(files).Order());
    }

    private static ManifestFile File(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));
}
