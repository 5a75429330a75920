using System.Diagnostics;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Configuration;

public sealed class PipelineProblemTests
{
    private static readonly string Free = Written.Policy("free", "name: way-back, rollbackReady: {}");
    private static readonly string Urgent = Written.Head("Policy", "urgent") + "spec: { extends: [free], emergency: { expires: 1h } }\n";

    [Theory]
    [InlineData("name: dev, path: env/dev, policy: fre", "7:43: There is no policy 'fre'. Did you mean 'free'?")]
    [InlineData("name: dev, path: env/dev, policy: free, after: [stagin]", "7:57: There is no environment 'stagin' in the pipeline 'shop'. Did you mean 'staging'?")]
    [InlineData("name: dev, path: env/dev, policy: free, after: [dev]", "7:57: The environment 'dev' comes after itself.")]
    [InlineData("name: dev, path: env/staging, policy: free", "8:7: ghcr.io/acme/shop in env/staging belongs already to the environment 'dev' of the pipeline 'shop'.")]
    [InlineData("name: dev, path: env, policy: free", "8:7: ghcr.io/acme/shop in env/staging belongs already to the environment 'dev' of the pipeline 'shop'.")]
    [InlineData("name: staging, path: env/dev, policy: free", "8:7: The environment 'staging' stands twice in the pipeline 'shop'.")]
    [InlineData("name: dev, path: .gitopsbot/dev, policy: free", "7:7: The path '.gitopsbot/dev' of the environment 'dev' and the folder of the documents, .gitopsbot, must not lie in each other.")]
    [InlineData("name: dev, path: env/dev, policy: free, repositories: { shp: mirror.example/shop }", "7:7: The environment 'dev' names a repository for 'shp', which is no artifact of the pipeline 'shop'. Did you mean 'shop'?")]
    [InlineData("name: dev, path: env/dev, policy: free, merge: automatic", "7:56: Expected one of review, auto, push, found 'automatic'.")]
    [InlineData("name: dev, path: env/dev, policy: free, settle: 1y", "7:57: Expected a duration such as 30s, 15m, 24h or 7d, at most 36500d, found '1y'.")]
    [InlineData("name: dev, path: env/dev, policy: free, settle: 36501d", "7:57: Expected a duration such as 30s, 15m, 24h or 7d, at most 36500d, found '36501d'.")]
    [InlineData("name: dev, path: env/dev, policy: free, limit: { promotions: 0, per: 1h }", "7:70: Expected a whole number from 1 to 10000, found '0'.")]
    [InlineData("name: dev, path: env/dev, policy: free, after: [staging], afterAny: [staging]", "7:77: Expected after or afterAny, found both: all of several, or any of several.")]
    [InlineData("name: dev, path: 'env/{wave}', policy: free", "7:7: The path 'env/{wave}' holds {wave}, which only an environment with waves has.")]
    [InlineData("name: dev, path: env/dev, policy: free, waves: { of: [a, b] }", "7:7: The path 'env/dev' of an environment with waves must hold {wave}, which stands for the member.")]
    [InlineData("name: stag, path: 'env/x{wave}', policy: free, waves: { of: [ing] } }\n    - { name: stag-ing, path: env/y, policy: free", "8:7: The environment 'stag-ing' stands twice in the pipeline 'shop'.")]
    [InlineData("name: dev, path: 'env/x{wave}', policy: free, waves: { of: [a] } }\n    - { name: dev, path: env/y, policy: free", "8:7: The environment 'dev' is called like one that is promoted in waves.")]
    [InlineData("name: dev, path: 'env/x{wave}', policy: free, waves: { of: [a], stopOn: never }", "7:81: Expected one of failure, found 'never'.")]
    [InlineData("name: dev, path: env/dev, policy: free, onFailure: panic", "7:60: Expected one of rollback, hold, found 'panic'.")]
    [InlineData("name: dev, path: env/dev, policy: free, watch: 30m", "7:56: 'watch' belongs to onFailure, which is missing.")]
    [InlineData("name: dev, path: env/dev, policy: free, emergency: fre", "7:60: There is no policy 'fre'. Did you mean 'free'?")]
    [InlineData("name: dev, path: env/dev, policy: free, emergency: free", "7:60: The policy 'free' does not say 'emergency', so nobody knows what it costs to override a gate.")]
    [InlineData("name: dev, path: env/dev, policy: free, merge: push, emergency: urgent", "7:73: A gate is overridden by a comment on a pull request, and the environment 'dev' says 'merge: push'.")]
    [InlineData("name: dev, path: env/dev, policy: free, after: ", "7:57: The key 'after' has nothing behind it: write a value, or leave the key out.")]
    public void Says_what_is_wrong_with_an_environment(string environment, string problem)
    {
        var set = Written.Load(Written.Pipeline("shop", environment, "name: staging, path: env/staging, policy: free"), Free, Urgent);

        Assert.Equal(["f0.yaml:" + problem], set.Problems.Lines());
        Assert.Empty(set.Pipelines);
        Assert.Equal(["shop"], set.Broken);
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("../up")]
    [InlineData("env/../../up")]
    [InlineData("./env")]
    [InlineData(".")]
    [InlineData("env//dev")]
    [InlineData("env\\\\dev")]
    [InlineData(".git")]
    [InlineData("env/.GIT/hooks")]
    [InlineData(".git./x")]
    [InlineData("GIT~1/x")]
    [InlineData(".g\\u200Cit/x")]
    [InlineData("env\\ndev")]
    [InlineData("C:/x")]
    public void Refuses_a_path_that_could_lead_elsewhere(string path)
    {
        var set = Written.Load(Written.Pipeline("shop", $"name: dev, path: \"{path}\", policy: free"), Free);

        var problem = Assert.Single(set.Problems);
        Assert.Equal((7, 26), (problem.Line, problem.Column));
        Assert.EndsWith("is not a valid folder: expected a folder inside the repository, with forward slashes: not the root, no leading slash, no '.', '..' or '.git'.", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(problem.Message, char.IsControl);
        Assert.Empty(set.Pipelines);
    }

    [Theory]
    [InlineData("name: shop, repository: Ghcr.io/Acme, select: { tag: main }", "'Ghcr.io/Acme' is not a valid image name: expected HOST/REPOSITORY in lower case, or oci-layout:NAME[/PATH].")]
    [InlineData("name: shop, repository: \"oci-layout:../x\", select: { tag: main }", "'oci-layout:../x' is not a valid image name: expected HOST/REPOSITORY in lower case, or oci-layout:NAME[/PATH].")]
    [InlineData("name: shop, repository: ghcr.io/a, select: { semver: \">=one\" }", "'>=one' is not a valid range of versions: expected npm's notation, such as '>=1.0.0 <2.0.0', '^1.4' or '1.x'.")]
    [InlineData("name: shop, repository: ghcr.io/a, select: { semver: \"1.x\", tag: main }", "Expected exactly one of semver, newest, lexical, tag, found semver and tag.")]
    [InlineData("name: shop, repository: ghcr.io/a, select: {}", "Expected exactly one of semver, newest, lexical, tag, found none.")]
    [InlineData("name: shop, repository: ghcr.io/a, select: { newest: {} }", "The key 'tags' is missing.")]
    [InlineData("name: shop, repository: ghcr.io/a, select: { newest: { tags: \"(main|dev)-.*\" } }", "'(main|dev)-.*' is not a valid pattern of tags: expected the characters of a tag, where * stands for any of them, such as main-*.")]
    [InlineData("name: shop, repository: ghcr.io/a, select: { lexical: { tags: \"\" } }", "'' is not a valid pattern of tags: expected the characters of a tag, where * stands for any of them, such as main-*.")]
    [InlineData("name: shop, repository: ghcr.io/a, select: { tag: \"a b\" }", "'a b' is not a valid tag: expected a tag of letters, digits, '.', '_' and '-'.")]
    [InlineData("name: shop, repository: ghcr.io/a, select: { tag: main }, platforms: [linux]", "'linux' is not a valid platform: expected os/architecture[/variant], such as linux/amd64 (unknown/unknown is not a platform).")]
    [InlineData("name: shop, repository: ghcr.io/a, select: { tag: main }, platforms: [unknown/unknown]", "'unknown/unknown' is not a valid platform: expected os/architecture[/variant], such as linux/amd64 (unknown/unknown is not a platform).")]
    [InlineData("name: shop, repository: ghcr.io/a, select: { tag: main } }, { name: shop, repository: ghcr.io/b, select: { tag: main }", "The artifact 'shop' stands twice in the pipeline 'shop'.")]
    [InlineData("name: shop, repository: nginx, select: { tag: main } }, { name: b, repository: docker.io/library/nginx, select: { tag: main }", "Two artifacts of the pipeline 'shop' are published at docker.io/library/nginx.")]
    public void Says_what_is_wrong_with_an_artifact(string artifact, string message)
    {
        var text = Written.Head("Pipeline", "shop") + $"spec:\n  artifacts: [{{ {artifact} }}]\n  environments: [{{ name: dev, path: env, policy: free }}]\n";

        var set = Written.Load(text, Free);

        Assert.Equal([message], set.Problems.Select(p => p.Message));
        Assert.Empty(set.Pipelines);
    }

    [Theory]
    [InlineData("  match: digest\n", "Expected one of version, revision, found 'digest'.")]
    [InlineData("  aliases: [UP]\n", "'UP' is not a valid name: expected a name of lower-case letters, digits and inner hyphens, at most 63.")]
    [InlineData("  artefacts: []\n", "Unknown key 'artefacts'. Did you mean 'artifacts'?")]
    public void Says_what_is_wrong_beside_them(string line, string message)
    {
        Assert.Equal([message], Written.Load(Written.Pipeline("shop", "name: dev, path: env, policy: free") + line, Free).Problems.Select(p => p.Message));
    }

    [Fact]
    public void A_pipeline_needs_artifacts_and_environments()
    {
        var set = Written.Load(Written.Head("Pipeline", "shop") + "spec: { artifacts: [], environments: [] }\n");

        Assert.Equal(
            ["f0.yaml:4:20: Expected at least 1 item, found 0.", "f0.yaml:4:38: Expected at least 1 item, found 0."], set.Problems.Lines());
    }

    [Fact]
    public void Environments_that_wait_for_each_other_are_all_told()
    {
        var set = Written.Load(
            Written.Pipeline("shop", "name: a, path: env/a, policy: free, after: [b]", "name: b, path: env/b, policy: free, after: [a]", "name: c, path: env/c, policy: free, after: [b]"), Free);

        Assert.Equal(
            ["f0.yaml:7:53: The environment 'a' comes after itself through 'b'.", "f0.yaml:8:53: The environment 'b' comes after itself through 'a'."],
            set.Problems.Lines());
    }

    [Fact]
    public void Two_pipelines_that_own_the_same_reference_are_both_disabled()
    {
        var other = Written.Pipeline("other", "name: dev, path: env/dev/sub, policy: free, repositories: { other: ghcr.io/acme/shop }");
        var set = Written.Load(Written.Pipeline("shop", "name: dev, path: env/dev, policy: free"), other, Written.Pipeline("third", "name: dev, path: env/dev, policy: free"), Free);

        Assert.Equal(["f1.yaml:7:7: ghcr.io/acme/shop in env/dev/sub belongs already to the environment 'dev' of the pipeline 'shop'."], set.Problems.Lines());
        Assert.Equal(["third"], set.Pipelines.Select(p => p.Name));
        Assert.Equal(["other", "shop"], set.Broken.Order());
    }

    [Fact]
    public void Folders_that_only_begin_alike_do_not_lie_in_each_other()
    {
        Assert.Empty(Written.Load(Written.Pipeline("shop", "name: a, path: env/a, policy: free", "name: ab, path: env/ab, policy: free"), Free).Problems);
    }

    [Fact]
    public void Two_documents_of_one_name_are_both_disabled()
    {
        var pipeline = Written.Pipeline("shop", "name: dev, path: env/dev, policy: free");
        var set = Written.Load(pipeline, pipeline, Free);

        Assert.Equal(["f1.yaml:1:1: The pipeline 'shop' is defined already at f0.yaml:1."], set.Problems.Lines());
        Assert.Empty(set.Pipelines);
        Assert.Equal(["shop"], set.Broken);
    }

    [Fact]
    public void An_alias_that_is_the_name_of_another_pipeline_is_refused()
    {
        var set = Written.Load(
            Written.Pipeline("shop", "name: dev, path: env/shop, policy: free") + "  aliases: [till]\n", Written.Pipeline("till", "name: dev, path: env/till, policy: free"), Free);

        Assert.Equal(["f0.yaml:1:1: The alias 'till' of the pipeline 'shop' is a name of the pipeline 'till'."], set.Problems.Lines());
        Assert.Equal(["till"], set.Pipelines.Select(p => p.Name));
    }

    [Fact]
    public void A_push_cannot_wait_for_people()
    {
        var set = Written.Load(
            Written.Pipeline("shop", "name: dev, path: env/dev, policy: people, merge: push", "name: prod, path: env/prod, policy: people"),
            Written.Policy("people", "name: two, approvals: { count: 2 }"));

        Assert.Equal(["f0.yaml:7:43: The gate 'two' of the policy 'people' needs a pull request, and the environment 'dev' says 'merge: push'."], set.Problems.Lines());
        Assert.Empty(set.Pipelines);
    }

    [Fact]
    public void A_gate_names_an_environment_of_every_pipeline_that_uses_it()
    {
        var set = Written.Load(
            Written.Pipeline("shop", "name: stage, path: env/dev, policy: free", "name: prod, path: env/prod, policy: soaked"),
            Written.Policy("soaked", "name: soak, soak: { in: staging, for: 1h }"), Free);

        Assert.Equal(
            ["f0.yaml:8:45: The gate 'soak' of the policy 'soaked' names the environment 'staging', which the pipeline 'shop' does not have. Known: prod, stage."],
            set.Problems.Lines());
        Assert.Empty(set.Pipelines);
    }

    [Fact]
    public void A_thousand_pipelines_load_at_once_and_a_hostile_one_is_not_endless()
    {
        var many = Enumerable.Range(0, 1000).Select(i => Written.File($"p{i}.yaml", Written.Pipeline($"p{i}", $"name: dev, path: dev/p{i}, policy: free", $"name: prod, after: [dev], path: prod/p{i}, policy: free")));
        var hostile = Written.File("hostile.yaml", Enumerable.Range(0, 60).Select(i => Written.Pipeline(
            $"h{i}", [.. Enumerable.Range(0, 100).Select(e => $"name: e{e}, path: {string.Concat(Enumerable.Repeat("a/", 31))}b, policy: nothing{e}")])).ToArray());
        var clock = Stopwatch.StartNew();

        var set = DocumentSet.Load(new ConfigurationSources([.. many, hostile, Written.File("free.yaml", Free)]), GateKinds.All);

        Assert.Equal(1000, set.Pipelines.Count);
        Assert.Equal(60, set.Broken.Count);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), clock.Elapsed.ToString());
    }
}
