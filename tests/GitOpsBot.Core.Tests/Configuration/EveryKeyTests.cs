using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Core.Policies;
using GitOpsBot.Testing;

namespace GitOpsBot.Core.Tests.Configuration;

/// <summary>Every key that the format has is written once in documents that are whole, and the contract's own examples are read.</summary>
public sealed partial class EveryKeyTests
{
    private const string Documents = """
        apiVersion: gitopsbot.dev/v1
        kind: Pipeline
        metadata: { name: shop }
        spec:
          match: revision
          aliases: [store]
          artifacts:
            - { name: api, repository: ghcr.io/acme/api, select: { semver: "^1.2", ignore: ["*-rc"] }, platforms: [linux/amd64] }
            - { name: web, repository: ghcr.io/acme/web, select: { newest: { tags: "main-*" } } }
            - { name: job, repository: ghcr.io/acme/job, select: { lexical: { tags: "2026*" } } }
            - { name: tool, repository: oci-layout:tools/tool, select: { tag: main } }
          environments:
            - { name: dev, path: env/dev, policy: small, merge: push, limit: { promotions: 5, per: 1h }, tag: keep }
            - { name: staging, after: [dev], path: env/staging, policy: small, merge: auto, mergeMethod: rebase, settle: 24h, supersede: never }
            - { name: tenants, afterAny: [dev, staging], path: "env/{wave}", policy: small, merge: push, waves: { of: [eu, us], atOnce: 2, stopOn: failure } }
            - { name: prod, after: [tenants], path: env/prod, policy: whole, merge: review, repositories: { api: mirror.example/acme/api }, onFailure: rollback, watch: 45m, emergency: urgent }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Authority
        metadata: { name: ci }
        spec:
          keyless: { issuer: "https://ci.example", subject: "https://ci.example/release" }
          trustedRootFile: root.json
          transparencyLog: required
          allowBundleV01: true
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Authority
        metadata: { name: lab }
        spec: { keyless: { issuerPattern: "https://lab[.]example", subjectPattern: "lab-[0-9]+" } }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Authority
        metadata: { name: desk }
        spec: { keys: [{ file: desk.pub, notBefore: 2026-01-01T00:00:00Z, notAfter: 2027-01-01T00:00:00Z }], transparencyLog: none }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Policy
        metadata: { name: small }
        spec: { gates: [{ name: way-back, rollbackReady: {} }] }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Policy
        metadata: { name: whole }
        spec:
          extends: [small]
          gates:
            - { name: signed, signature: { by: [ci, lab], threshold: 2, covers: platforms }, before: merge, overridable: true, on: rollback }
            - { name: built, provenance: { by: [ci], builder: "https://*", source: "https://git.example/shop", refs: [refs/heads/main] } }
            - { name: tested, attestation: { by: [ci, lab], threshold: 2, predicateType: "https://in-toto.io/attestation/test-result/v0.1", where: 'predicate.result == "PASSED"', maxAge: 30d } }
            - { name: scanned, vulnerabilities: { by: [lab], atMost: { critical: 0, high: 1, medium: 2, low: 3, unknown: 4 }, maxAge: 24h, vexBy: [desk], onlyFixable: true, except: [{ id: CVE-2026-2, until: 2026-12-31, reason: "not used" }] } }
            - { name: listed, sbom: { by: [ci], formats: [spdx], deny: { licenses: [AGPL-3.0-only], packages: ["pkg:npm/event-stream@3.3.6"] } } }
            - { name: soaked, soak: { in: staging, for: 24h } }
            - { name: seen, deployed: { in: staging, status: argocd/shop, by: argocd-bot } }
            - { name: quick, slo: { prometheus: main, query: latency, atMost: 0.5, atLeast: 0, for: 30m } }
            - { name: budget, slo: { prometheus: main, query: 'errors[$window]', errorBudget: { objective: 99.9, window: 30d, burn: [{ over: 1h, atMost: 14.4 }] } } }
            - { name: canary, slo: { prometheus: main, canary: { query: new, baseline: old, atMostRatio: 1.1 } } }
            - { name: people, approvals: { count: 2, from: ["@acme/release", octocat, hubot], notBy: [requester, author, coauthor] } }
            - { name: hours, window: { allow: ["Mon-Thu 09:00-16:00 Europe/Berlin"], deny: ["2026-12-20/2027-01-06"] } }
            - { name: twice, reproducible: { by: [ci, lab] } }
            - { name: asked, webhook: { source: opa, input: default, timeout: 5s } }
            - { name: own, expression: 'artifact.version.startsWith("1.")' }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Policy
        metadata: { name: urgent }
        spec: { extends: [whole], emergency: { from: ["@acme/sre-leads"], approvals: 1, expires: 4h, followUp: 48h } }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Access
        metadata: { name: default }
        spec: { rules: [{ commands: [rollback, freeze], environments: [prod], allow: ["@acme/sre", octocat, "permission:admin"] }] }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Freeze
        metadata: { name: holidays }
        spec: { environments: [prod, tenants], from: 2026-12-20T00:00:00Z, until: 2027-01-06T00:00:00Z, reason: "holidays" }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: PolicyTest
        metadata: { name: whole }
        spec:
          policy: whole
          given: { now: 2026-06-15T12:00:00Z, waves: { tenants: [eu, us] } }
          cases:
            - name: everything is written
              given:
                pipeline: shop
                environment: prod
                artifacts:
                  - name: api
                    repository: ghcr.io/acme/api
                    digest: sha256:0000000000000000000000000000000000000000000000000000000000000001
                    version: 1.2.3
                    labels: { team: a }
                    evidence: [{ by: ci }]
                    platforms: { linux/amd64: [{ by: ci, identity: somebody, time: 2026-06-15T00:00:00Z }] }
                evidence:
                  - { by: lab, predicateType: "https://in-toto.io/attestation/test-result/v0.1", predicate: { result: PASSED }, subject: "sha256:0000000000000000000000000000000000000000000000000000000000000001" }
                  - { rejected: untrusted-key }
                stays: { staging: { since: 2026-06-13T00:00:00Z, until: 2026-06-14T00:00:00Z } }
                approvals: { by: [{ login: mona, teams: ["@acme/release"] }], requester: hubot, authors: [hubot] }
                wayBack: gone
                slo:
                  quick: { values: [{ value: 1, until: 2026-06-15T11:00:00Z }, { value: 0.1 }] }
                  budget: { ratios: { 1h: 0.1 } }
                  canary: { canary: 1, baseline: 2 }
                deployed: { seen: [{ state: success, by: argocd-bot, in: staging, at: 2026-06-14T00:00:00Z }] }
                webhook: { asked: { result: true } }
                unreachable: [approvals]
              expect: { verdict: refuse, gates: { way-back: no-way-back } }
            - { name: one value, given: { slo: { quick: { value: 1 } } }, expect: { verdict: refuse } }

        """;

    [Fact]
    public void Documents_with_every_key_are_whole()
    {
        var set = Load(Documents);

        Assert.Empty(set.Problems.Lines());
        Assert.Equal(["dev", "staging", "tenants-eu", "tenants-us", "prod"], Assert.Single(set.Pipelines).Environments.Select(e => e.Name));
        Assert.Equal(16, set.PolicyFor(set.Pipelines[0].Environments[^1]).Gates.Count);
    }

    [Fact]
    public void No_key_of_the_format_is_missing_in_them()
    {
        var written = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var root in YamlReader.Read("all.yaml", Encoding.UTF8.GetBytes(Documents)).Documents.Cast<YamlNode.Mapping>())
        {
            Collect(root, ((YamlNode.Scalar)root.Entries.Single(e => e.Key.Text == "kind").Value).Text, written);
        }

        var known = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var kind in JsonNode.Parse(ConfigurationSchema.Json(GateKinds.All))!["oneOf"]!.AsArray())
        {
            Collect(kind!.AsObject(), (string)kind["properties"]!["kind"]!["const"]!, known);
        }

        Assert.True(known.Count > 150, $"only {known.Count} keys are known");
        Assert.Empty(known.Select(Once).Except(written.Select(Once), StringComparer.Ordinal));
    }

    // Facts are given to all cases and to one, evidence to all artifacts, to one, and to a platform: written once it is written.
    private static string Once(string path) => Evidence().Replace(Given().Replace(path, "given"), "evidence[]");

    [Fact]
    public void The_contracts_own_examples_are_read()
    {
        var conformance = ConformanceFolder.Find(".");
        if (conformance is null || !File.Exists(Path.Combine(conformance, "..", "SPEC.md")))
        {
            Assert.Skip("The contract is not installed beside the conformance data (GITOPSBOT_CONFORMANCE names its folder).");
        }

        // The first block of YAML is the bot's own settings; the examples leave out the version that every document has.
        var blocks = File.ReadAllText(Path.Combine(conformance, "..", "SPEC.md")).ReplaceLineEndings("\n").Split("```yaml\n").Skip(2).Select(b => b.Split("\n```")[0]);
        var documents = string.Join("\n---\n", blocks).Replace("kind: ", "apiVersion: gitopsbot.dev/v1\nkind: ", StringComparison.Ordinal);
        var more = string.Join("---\n", Written.Authority("acme-scan", "keyless: { issuer: i, subject: s }"), Written.Authority("acme-sec", "keyless: { issuer: i, subject: t }"));

        var set = Load(documents, more, shipped: true);

        Assert.Empty(set.Problems.Lines());
        Assert.Equal(["dev", "staging", "prod"], Assert.Single(set.Pipelines).Environments.Select(e => e.Name));
        Assert.Equal(13, set.PolicyFor(set.Pipelines[0].Environments[^1]).Gates.Count);
        Assert.Equal("christmas", Assert.Single(set.Freezes).Name);
    }

    private static DocumentSet Load(string documents, string more = "", bool shipped = false)
    {
        using var root = typeof(TrustedRoot).Assembly.GetManifestResourceStream(
            typeof(TrustedRoot).Assembly.GetManifestResourceNames().Single(n => n.EndsWith("public-good.json", StringComparison.Ordinal)))!;
        using var reader = new StreamReader(root);
        ConfigurationFile[] files = [Written.File("all.yaml", documents), Written.Key("desk.pub"), Written.File("root.json", reader.ReadToEnd())];
        var policies = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "policies"), "*.yaml").Where(f => !f.EndsWith(".test.yaml", StringComparison.Ordinal));
        return DocumentSet.Load(
            new ConfigurationSources([.. files, .. more.Length == 0 ? Array.Empty<ConfigurationFile>() : [Written.File("more.yaml", more)]])
            {
                Shipped = shipped ? [.. policies.Select(f => new ConfigurationFile(Path.GetFileName(f), File.ReadAllBytes(f), "blob"))] : [],
            },
            GateKinds.All);
    }

    private static void Collect(YamlNode node, string path, SortedSet<string> into)
    {
        switch (node)
        {
            case YamlNode.Mapping mapping:
                foreach (var (key, value) in mapping.Entries)
                {
                    into.Add($"{path}.{key.Text}");
                    Collect(value, $"{path}.{key.Text}", into);
                    // Where the keys are names, any of them will do.
                    Collect(value, path + ".*", into);
                }

                break;
            case YamlNode.Sequence sequence:
                foreach (var item in sequence.Items)
                {
                    Collect(item, path + "[]", into);
                }

                break;
        }
    }

    private static void Collect(JsonObject schema, string path, SortedSet<string> into)
    {
        foreach (var (key, value) in schema["properties"]?.AsObject() ?? [])
        {
            into.Add($"{path}.{key}");
            Collect(value!.AsObject(), $"{path}.{key}", into);
        }

        if (schema["items"] is JsonObject items)
        {
            Collect(items, path + "[]", into);
        }

        if (schema["additionalProperties"] is JsonObject values)
        {
            Collect(values, path + ".*", into);
        }
    }

    [GeneratedRegex(@"\APolicyTest\.spec\.(?:cases\[\]\.)?given")]
    private static partial Regex Given();

    [GeneratedRegex(@"(?:artifacts\[\]\.(?:evidence|platforms\.\*)|(?<=given\.)evidence)\[\]")]
    private static partial Regex Evidence();
}
