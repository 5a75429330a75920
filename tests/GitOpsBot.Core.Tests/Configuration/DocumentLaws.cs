using System.Text;
using FsCheck.Xunit;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Configuration.PolicyTests;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Configuration;

public sealed class DocumentLaws
{
    private static readonly string[] Scraps =
        ["", "~", "{}", "[]", "[[]]", "{ a: 1 }", "by", "null", "\"\"", "-1", "99999999999", "../x", "true", "*", "\"\\0\"", "semver", "keyless", "signature", "dev", "prod", "p", "ci"];

    private static readonly string Whole = string.Join("---\n",
        Written.Pipeline("shop", "name: dev, path: env/dev, policy: p, merge: auto", "name: prod, after: [dev], path: env/prod, policy: q, settle: 1h, repositories: { shop: mirror.example/shop }"),
        Written.Policy("p", "name: a, signature: { by: [ci], threshold: 1 }", "name: b, soak: { in: dev, for: 24h }", "name: c, attestation: { by: [ci], predicateType: t, maxAge: 1d }"),
        Written.Policy("q", "name: d, approvals: { count: 2, from: [octocat, hubot] }, before: open", "name: e, provenance: { by: [ci], refs: [refs/heads/main] }").Replace("spec:\n", "spec:\n  extends: [p]\n", StringComparison.Ordinal),
        Written.Policy("r", "name: slo, slo: { prometheus: main, query: up, atMost: 1, for: 1m }", "name: budget, slo: { prometheus: main, query: 'e[$window]', errorBudget: { objective: 99, window: 2d, burn: [{ over: 1h, atMost: 2 }] } }",
            "name: run, deployed: { in: dev, status: s, by: bot }", "name: ask, webhook: { source: opa }"),
        Written.Authority("ci", "keyless: { issuer: i, subjectPattern: s+ }"),
        Written.Head("PolicyTest", "t") + """
            spec: { policy: p, given: { now: 2026-06-15, approvals: { by: [{ login: mona, teams: [dev] }], requester: p, authors: [ci] }, wayBack: gone, unreachable: [approvals] },
              cases: [{ name: a, given: { stays: { dev: { since: 2026-06-14, until: 2026-06-15 } }, artifacts: [{ name: x, version: "1", labels: { a: b }, platforms: { linux/amd64: [{ by: ci }] },
                evidence: [{ by: ci, predicateType: t, predicate: { a: [1, true] }, time: 2026-06-14 }, { rejected: malformed }] }] }, expect: { verdict: hold, gates: { a: passed } } }] }

            """,
        Written.Head("PolicyTest", "u") + """
            spec: { policy: r, cases: [{ name: b, given: { now: 2026-06-15, waves: { dev: [eu] }, stays: { dev-eu: { since: 2026-06-14 } }, slo: { slo: { values: [{ value: 1, until: 2026-06-14 }, {}] }, budget: { ratios: { 1h: NaN } } },
              deployed: { run: [{ state: success, by: bot, in: dev-eu, at: 2026-06-14 }] }, webhook: { ask: { result: [true] } }, unreachable: [webhook] }, expect: { verdict: hold, gates: { slo: no-data } } }] }

            """);

    [Property(MaxTest = 1500, Replay = "20261126,1")]
    public void However_documents_are_broken_they_give_problems_and_only_whole_pipelines(int seed)
    {
        var random = new Random(seed);
        var words = System.Text.RegularExpressions.Regex.Split(Whole, @"(?<=\W)|(?=\W)");
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            words[random.Next(words.Length)] = Scraps[random.Next(Scraps.Length)];
        }

        var set = DocumentSet.Load(new ConfigurationSources([new ConfigurationFile("f.yaml", Encoding.UTF8.GetBytes(string.Concat(words)), "blob")]), GateKinds.All);

        Assert.All(set.Problems, p => Assert.True(p is { File: "f.yaml", Line: >= 1, Column: >= 1, Message: [.., '.' or '?'] } && !p.Message.Any(char.IsControl), p.ToString()));
        Assert.DoesNotContain(set.Pipelines, p => set.Broken.Contains(p.Name));
        Assert.All(PolicyTestReport.Of(set).Results, r => Assert.DoesNotContain(r.Verdict.Gates, g => g.Outcome.Code == "internal-error"));
        foreach (var environment in set.Pipelines.SelectMany(p => p.Environments))
        {
            Assert.All(set.PolicyFor(environment).Gates.SelectMany(g => g.Authorities), a => Assert.Contains(set.Authorities, known => known.Name == a.Name));
        }
    }

    [Fact]
    public void The_documents_of_the_law_are_whole_before_they_are_broken()
    {
        var set = Written.Load(Whole);

        Assert.Empty(set.Problems.Lines());
        Assert.Equal("a b c d e", string.Join(' ', set.PolicyFor(set.Pipelines[0].Environments[1]).Gates.Select(g => g.Name)));
    }
}
