using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class ExpressionGateTests
{
    [Theory]
    [InlineData("artifact.version.startsWith('1.')", false)]
    [InlineData("has(artifact.tag) && artifact.name == 'a' && artifact.repository != '' && artifact.digest != ''", false)]
    [InlineData("environment == 'prod' && pipeline == 'shop'", false)]
    [InlineData("predicate.artifact.labels == 1", false)]
    [InlineData("artifact.labels.team == 'shop'", true)]
    [InlineData("has(artifact.labels)", true)]
    [InlineData("has(artifact.labels.team)", true)]
    [InlineData("has(artifact.created)", true)]
    [InlineData("artifact.?created.hasValue()", true)]
    [InlineData("dyn(artifact)['labels'] == {}", true)]
    [InlineData(".artifact.created < now", true)]
    [InlineData("[1].all(i, i > 0 && cel.bind(a, artifact, a.version == '1'))", true)]
    [InlineData("dyn(artifact) != null", true)]
    public void Asks_for_an_artifacts_configuration_where_it_reads_what_only_that_says(string text, bool asks)
    {
        var expression = PolicyExpression.ReadAny(text, out var problems);

        Assert.Empty(problems);
        Assert.Equal(asks, expression!.IsAboutConfiguration);
    }

    private const string First = "artifact.version.startsWith(\"1.\")";
    private const string Tested = "predicate.result == \"PASSED\" && signer.authority == \"ci\"";

    [Fact]
    public void Passes_when_it_holds_of_the_artifact() => AssertPassed(Gate($"expression: '{First}'").Evaluate(Facts(Tagged("checkout", "1.4.2"))), $"Expected {First}; it holds.");

    [Fact]
    public void Refuses_with_the_part_that_was_false_and_its_value() => AssertFailed(
        Gate($"expression: 'environment == \"prod\" && {First}'").Evaluate(Facts(Tagged("checkout", "2.0.0"))), "expression-false",
        $"Expected environment == \"prod\" && {First}; found that {First} is false: artifact.version is '2.0.0'.");

    [Fact]
    public void Must_hold_of_every_artifact_of_a_bundle()
    {
        var gate = Gate($"expression: '{First}'");

        AssertPassed(gate.Evaluate(Facts(Tagged("checkout", "1.4.2"), Tagged("worker", "1.0.0"))), $"Expected {First}; it holds of every artifact.");
        AssertFailed(gate.Evaluate(Facts(Tagged("checkout", "1.4.2"), Tagged("worker", "11.0.0"))), "expression-false",
            $"worker: Expected {First}; found that artifact.version is '11.0.0'.");
        AssertFailed(gate.Evaluate(Facts()), "expression-false", $"Expected {First}; found no artifact to judge.");
    }

    [Theory]
    [InlineData("has(artifact.tag) && artifact.tag == '1.4.2' && artifact.version == artifact.tag", null)]
    [InlineData("artifact.name == 'checkout' && artifact.repository == 'ghcr.io/acme/checkout' && artifact.digest.startsWith('sha256:')", null)]
    [InlineData("artifact.labels['team'] == 'shop' && artifact.labels.team == 'shop' && !has(artifact.labels.nope)", null)]
    [InlineData("artifact.created < now && now - artifact.created == duration('12h')", null)]
    [InlineData("pipeline == 'checkout' && environment in ['prod', 'staging']", null)]
    [InlineData("now.getDayOfWeek('Europe/Berlin') in [1, 2, 3, 4] && now.getHours('Europe/Berlin') < 15", null)]
    [InlineData("artifact.labels.nope == 'x'", "artifact.labels.nope is missing")]
    [InlineData("artifact.labels['nope'] == 'x'", "artifact.labels[\"nope\"] is missing")]
    [InlineData("now > timestamp(artifact.labels.team)", "timestamp(artifact.labels.team) cannot be evaluated: 'shop' is no time such as 2026-12-31T00:00:00Z")]
    public void Sees_the_artifact_where_it_goes_and_the_time_of_the_pass(string expression, string? found)
    {
        var outcome = Gate($"expression: \"{expression.Replace("\"", "\\\"", StringComparison.Ordinal)}\"").Evaluate(Facts(Tagged("checkout", "1.4.2")));

        Assert.Equal(found is null ? $"Expected {expression}; it holds." : $"Expected {expression}; found that {found}.", outcome.Reason);
        Assert.Equal(found is null ? null : "expression-false", outcome.Code);
    }

    [Fact]
    public void A_tag_that_nobody_selected_is_missing() => AssertFailed(
        Gate("expression: artifact.tag != ''").Evaluate(Facts(Judged())), "expression-false", "Expected artifact.tag != ''; found that artifact.tag is missing.");

    [Fact]
    public void One_about_evidence_holds_of_one_and_the_same_verified_item_and_names_it()
    {
        var gate = Gate($"expression: '{Tested}'");
        var good = Attestation("ci", """{"result":"PASSED"}""");
        var (failed, stranger) = (Attestation("ci", """{"result":"FAILED"}"""), Attestation("stranger", """{"result":"PASSED"}"""));

        Assert.Equal([good], AssertPassed(gate.Evaluate(Facts(Judged(failed, stranger, good))), $"Expected {Tested}; it holds.").Evidence);
        AssertFailed(gate.Evaluate(Facts(Judged(failed, stranger))), "predicate-value",
            $"Expected {Tested}; found that predicate.result == \"PASSED\" is false: predicate.result is 'FAILED'. It holds of none of 2 pieces of evidence.");
        AssertFailed(gate.Evaluate(Facts(Judged(stranger))), "predicate-value", $"Expected {Tested}; found that signer.authority == \"ci\" is false: signer.authority is 'stranger'.");
    }

    [Fact]
    public void What_is_not_verified_about_this_very_digest_is_no_evidence() => AssertFailed(
        Gate($"expression: '{Tested}'").Evaluate(Facts(Judged(Rejected("attestation", RejectionCode.UntrustedKey, TestType), Attestation("ci", """{"result":"PASSED"}""", subject: D("other"))))),
        "no-evidence", $"Expected {Tested}; found nothing verified about {Image}.");

    [Fact]
    public void Waits_while_evidence_cannot_be_read_and_a_no_of_another_artifact_comes_first()
    {
        var gate = Gate($"expression: '{Tested}'");

        AssertPending(gate.Evaluate(Facts(Unreachable())), "unreachable", $"Expected {Tested}; what is attached could not be read: ghcr.io did not answer.");
        AssertFailed(gate.Evaluate(Facts(Unreachable("worker"), Judged())), "no-evidence", $"checkout: Expected {Tested}; found nothing verified about {Image}.");
    }

    [Fact]
    public void Knows_the_verified_time_and_the_statements_own()
    {
        var item = Attestation("ci", """{"metadata":{"scanFinishedOn":"2026-06-15T06:00:00Z"},"timestamp":"2026-06-15T07:00:00Z"}""", time: Now.AddHours(-1));

        Assert.IsType<GateOutcome.Passed>(Gate("expression: now - times.verified == duration('1h') && times.stated == timestamp('2026-06-15T06:00:00Z')").Evaluate(Facts(Judged(item))));
        AssertFailed(Gate("expression: times.verified < now").Evaluate(Facts(Judged(Attestation("ci", "{}")))), "predicate-value", "Expected times.verified < now; found that times.verified is missing.");
    }

    [Fact]
    public void A_plain_signature_has_a_signer_and_no_statement()
    {
        Assert.IsType<GateOutcome.Passed>(Gate("expression: signer.authority == 'ci'").Evaluate(Facts(Judged(Signature("ci")))));
        AssertFailed(Gate("expression: statement.predicateType == ''").Evaluate(Facts(Judged(Signature("ci")))), "predicate-value",
            "Expected statement.predicateType == ''; found that statement cannot be evaluated: 'statement' is not known here.");
    }

    [Theory]
    [InlineData("artifact.version == '1'", false)]
    [InlineData("predicate.a == 1", true)]
    [InlineData("predicate.a == 1 && environment == 'prod'", false)]
    public void Is_about_evidence_when_verify_can_answer_it(string expression, bool isAbout) => Assert.Equal(isAbout, Gate($"expression: \"{expression}\"").IsAboutEvidence);

    [Theory]
    [InlineData("expression: artifact.version", "policy.yaml:1:13: This condition cannot be used: The whole expression must be bool, and this is string.")]
    [InlineData("expression: ''", "policy.yaml:1:13: '' is not a valid text: expected text that is not empty.")]
    [InlineData("expression: []", "policy.yaml:1:13: Expected text that is not empty, found a list.")]
    [InlineData("expression: now() > now", "policy.yaml:1:13: This condition cannot be used: There is no function 'now'.")]
    [InlineData("expression: true && artifact.verison == ''", "policy.yaml:1:21: This condition cannot be used: There is no field 'verison' in artifact. Did you mean 'version'?")]
    [InlineData("expression: 'true && artifact.verison == \"\"'", "policy.yaml:1:22: This condition cannot be used: There is no field 'verison' in artifact. Did you mean 'version'?")]
    [InlineData("expression: \"true && artifact.verison == ''\"", "policy.yaml:1:22: This condition cannot be used: There is no field 'verison' in artifact. Did you mean 'version'?")]
    [InlineData("expression: \"true && \\u0061rtifact.verison == ''\"", "policy.yaml:1:13: This condition cannot be used: There is no field 'verison' in artifact. Did you mean 'version'?")]
    [InlineData("expression: 'artifact.version == ''1'' && x'", "policy.yaml:1:13: This condition cannot be used: There is no variable 'x'.")]
    [InlineData("expression: |\n    true &&\n\n      artifact.verison == ''\n", "policy.yaml:4:7: This condition cannot be used: There is no field 'verison' in artifact. Did you mean 'version'?")]
    [InlineData("expression: >\n  true &&\n  artifact.verison == ''\n", "policy.yaml:1:13: This condition cannot be used: There is no field 'verison' in artifact. Did you mean 'version'?")]
    public void Does_not_load_when_it_could_only_fail_and_says_where_in_the_file(string yaml, string problem) =>
        Assert.StartsWith(problem, Assert.Single(Load(yaml).Problems).ToString(), StringComparison.Ordinal);

    private static JudgedArtifact Tagged(string name, string tag)
    {
        var judged = Judged(name, D(name));
        return judged with { Artifact = judged.Artifact with { Tag = tag, Created = Now.AddHours(-12), Labels = new Dictionary<string, string> { ["team"] = "shop" } } };
    }
}
