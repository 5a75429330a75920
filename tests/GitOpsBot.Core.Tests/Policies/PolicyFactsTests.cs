using System.Text;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Policies;

public sealed class PolicyFactsTests
{
    [Theory]
    [InlineData("artifact.version == '1.4.2' && !has(artifact.tag) && artifact.labels.team == 'shop' && artifact.created < now", true)]
    [InlineData("environment == 'prod' && pipeline == 'checkout'", true)]
    [InlineData("statement.predicateType == 'x' && predicate.result == 'PASSED' && predicate.count == 3 && predicate.ratio < 0.6 && predicate.ok && predicate.none == null", true)]
    [InlineData("predicate.text == '3' && predicate.list == [1, 'a', {'b': 2}] && predicate.version == '1.4.2'", true)]
    [InlineData("signer.authority == 'ci' && times.verified == timestamp('2026-06-15T11:00:00Z') && !has(times.stated)", true)]
    [InlineData("predicate.result == 'FAILED'", false)]
    [InlineData("predicate.nope", false)]
    [InlineData("predicate.count", null)]
    public void Are_read_as_the_gates_would_see_them(string text, bool? holds)
    {
        const string yaml = """
            artifact: { version: 1.4.2, labels: { team: shop }, created: 2026-06-01T00:00:00Z }
            environment: prod
            pipeline: checkout
            now: 2026-06-15T12:00:00Z
            signer: { authority: ci }
            times: { verified: 2026-06-15T11:00:00Z }
            statement:
              predicateType: x
              predicate: { result: PASSED, count: 3, ratio: 0.5, ok: true, none: null, text: "3", list: [1, a, { b: 2 }], version: 1.4.2 }
            """;

        var explained = PolicyExpression.ReadAny(text, out _)!.Explain(Read(yaml, out var problems)!);

        Assert.Empty(problems);
        Assert.Equal(holds, explained.Holds);
    }

    [Fact]
    public void Json_is_read_as_well() => Assert.True(
        PolicyExpression.ReadAny("predicate.result == 'PASSED'", out _)!.Explain(Read("""{"predicate": {"result": "PASSED"}}""", out _)!).Holds);

    [Theory]
    [InlineData("[]", "f.yaml:1:1: Expected a mapping with any of the keys artifact, environment, pipeline, statement, predicate, signer, times, now, found a list.")]
    [InlineData("artefact: {}", "f.yaml:1:1: There is no fact 'artefact'. Did you mean 'artifact'?")]
    [InlineData("artifact: { verison: 1 }", "f.yaml:1:13: There is no field 'verison' in artifact. Did you mean 'version'?")]
    [InlineData("now: today", "f.yaml:1:6: Expected a time such as 2026-12-31T00:00:00Z, found 'today'.")]
    [InlineData("environment: {}", "f.yaml:1:14: Expected string, found a mapping.")]
    [InlineData("statement: x", "f.yaml:1:12: Expected a mapping, found 'x'.")]
    [InlineData("signer: x", "f.yaml:1:9: Expected a mapping, found 'x'.")]
    public void Say_what_is_wrong_with_them(string yaml, string problem)
    {
        Assert.Null(Read(yaml, out var problems));
        Assert.Equal([problem], problems.Select(p => p.ToString()));
    }

    private static PolicyFacts? Read(string yaml, out List<Problem> problems)
    {
        problems = [];
        return PolicyFacts.Read(Assert.Single(YamlReader.Read("f.yaml", Encoding.UTF8.GetBytes(yaml)).Documents), JudgedWorld.Now, problems);
    }
}
