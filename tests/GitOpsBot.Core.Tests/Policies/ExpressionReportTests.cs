using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies;

public sealed class ExpressionReportTests
{
    [Fact]
    public void A_where_is_explained_on_each_verified_statement_of_its_type()
    {
        var gate = Gate($$"""attestation: {by: [ci], predicateType: "{{TestType}}", where: 'predicate.result == "PASSED"'}""");
        var (good, bad) = (Attestation("ci", """{"result":"PASSED"}"""), Attestation("stranger", """{"result":"FAILED"}"""));

        var report = ExpressionReport.Of(gate.Condition!, Facts(Judged(good, bad, Attestation("ci", "{}", "other"), Signature("ci"), Attestation("ci", "{}", subject: D("other")))));

        Assert.Equal([(good, true), (bad, false)], report.Explanations.Select(e => (e.Evidence!, e.Holds!.Value)));
        Assert.Equal(["predicate.result == \"PASSED\" = false", "predicate.result = 'FAILED'", "predicate = a map"], report.Explanations[1].Parts.Select(p => $"{p.Text} = {p.Value}"));
    }

    [Fact]
    public void An_expression_about_the_artifact_is_explained_once_for_each_artifact()
    {
        var report = ExpressionReport.Of(Gate("expression: artifact.name == 'checkout'").Condition!, Facts(Judged(), Judged("worker", D("worker"))));

        Assert.Equal([("checkout", null, true), ("worker", null, false)], report.Explanations.Select(e => (e.Artifact, e.Evidence, e.Holds)));
    }

    [Fact]
    public void A_gate_without_a_condition_has_none() => Assert.Null(Gate("rollbackReady: {}").Condition);
}
