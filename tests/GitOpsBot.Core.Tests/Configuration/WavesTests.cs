using GitOpsBot.Core.Environments;

namespace GitOpsBot.Core.Tests.Configuration;

public sealed class WavesTests
{
    private static readonly string Free = Written.Policy("free", "name: way-back, rollbackReady: {}");

    [Fact]
    public void Every_member_becomes_an_environment_that_follows_the_batch_before_it()
    {
        var pipeline = Load(
            "name: dev, path: env/dev, policy: free",
            "name: prod, after: [dev], path: 'tenants/{wave}/shop', policy: free, merge: auto, waves: { of: [a, b, c, d, e], atOnce: 2 }",
            "name: archive, after: [prod], path: env/archive, policy: free");

        Assert.Equal(
            [
                ("dev", "env/dev", ""), ("prod-a", "tenants/a/shop", "dev"), ("prod-b", "tenants/b/shop", "dev"), ("prod-c", "tenants/c/shop", "prod-a prod-b"),
                ("prod-d", "tenants/d/shop", "prod-a prod-b"), ("prod-e", "tenants/e/shop", "prod-c prod-d"), ("archive", "env/archive", "prod-a prod-b prod-c prod-d prod-e"),
            ],
            pipeline.Environments.Select(e => (e.Name, e.Path, string.Join(' ', e.After.Select(a => a.Name)))));
        Assert.All(pipeline.Environments.Where(e => e.Wave is not null), e => Assert.Equal(MergeMode.Auto, e.Merge));
        Assert.Equal(["prod-a", "prod-b", "prod-c", "prod-d", "prod-e"], pipeline.Waves["prod"]);
    }

    [Fact]
    public void A_refusal_counts_in_what_comes_after_and_with_stopOn_in_every_member()
    {
        var plain = Load("name: prod, path: 'env/{wave}', policy: free, waves: { of: [a, b, c] }");
        var stopping = Load("name: prod, path: 'env/{wave}', policy: free, waves: { of: [a, b, c], stopOn: failure }");

        Assert.Equal(["prod-a"], plain.RefusingFor(plain.Environment("prod-a")!));
        Assert.Equal(["prod-c", "prod-a", "prod-b"], plain.RefusingFor(plain.Environment("prod-c")!));
        Assert.Equal(["prod-a", "prod-b", "prod-c"], stopping.RefusingFor(stopping.Environment("prod-a")!));
    }

    [Fact]
    public void Only_the_first_batch_follows_any_of_several()
    {
        var pipeline = Load(
            "name: eu, path: env/eu, policy: free", "name: us, path: env/us, policy: free",
            "name: prod, afterAny: [eu, us], path: 'prod/{wave}', policy: free, waves: { of: [a, b] }");

        Assert.Equal([("prod-a", true, 2), ("prod-b", false, 1)], pipeline.Environments.Skip(2).Select(e => (e.Name, e.FollowsAny, e.After.Count)));
    }

    [Fact]
    public void Gates_and_freezes_may_name_the_whole()
    {
        var set = Written.Load(
            Written.Pipeline("shop", "name: prod, path: 'prod/{wave}', policy: free, waves: { of: [a, b] }", "name: last, after: [prod], path: last, policy: soaked"), Free,
            Written.Policy("soaked", "name: soak, soak: { in: prod, for: 1h }"),
            Written.Head("Freeze", "one") + "spec: { environments: [prod, prod-a, all], reason: audit }\n");

        Assert.Empty(set.Problems);
        Assert.True(set.Freezes[0].Holds(set.Pipelines[0].Environment("prod-b")!, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void A_name_that_becomes_too_long_is_told()
    {
        var set = Written.Load(Written.Pipeline("shop", $"name: {new string('a', 40)}, path: 'prod/{{wave}}', policy: free, waves: {{ of: [{new string('b', 30)}] }}"), Free);

        Assert.EndsWith("has a name of more than 63 characters.", Assert.Single(set.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("environments: [prd], reason: audit", "4:24: There is no environment 'prd' in any pipeline. Did you mean 'prod'?")]
    [InlineData("environments: [], reason: audit", "4:23: Expected at least 1 item, found 0.")]
    [InlineData("environments: [prod]", "4:7: The key 'reason' is missing.")]
    [InlineData("environments: [prod], from: 2026-12-20, until: 2026-12-20T00:00:00Z, reason: audit", "4:56: until must be later than from: this freeze would never hold.")]
    public void Says_what_is_wrong_with_a_freeze(string spec, string problem)
    {
        var set = Written.Load(Written.Pipeline("shop", "name: prod, path: prod, policy: free"), Free, Written.Head("Freeze", "one") + $"spec: {{ {spec} }}\n");

        Assert.Equal(["f2.yaml:" + problem], set.Problems.Lines());
        Assert.Equal(["shop"], set.Pipelines.Select(p => p.Name));
        Assert.Equal(!spec.Contains("prd", StringComparison.Ordinal), set.Freezes[0].Holds(set.Pipelines[0].Environment("prod")!, DateTimeOffset.UnixEpoch));
    }

    private static Pipeline Load(params string[] environments)
    {
        var set = Written.Load(Written.Pipeline("shop", environments), Free);
        Assert.Empty(set.Problems);
        return Assert.Single(set.Pipelines);
    }
}
