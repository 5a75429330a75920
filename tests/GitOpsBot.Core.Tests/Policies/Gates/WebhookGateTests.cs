using System.Text.Json;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class WebhookGateTests
{
    private const string Opa = "webhook: { source: opa, input: default, timeout: 7s }";

    [Theory]
    [InlineData("""{"result": true}""", "it said yes.")]
    [InlineData("""{"result": {"allow": true}}""", "it said yes.")]
    [InlineData("""{"result": {"allow": true, "reason": "all is well"}, "decision_id": "1"}""", "it said yes, because 'all is well'.")]
    public void Passes_on_exactly_a_yes(string body, string said)
    {
        AssertPassed(Judge(body), $"Expected a yes of opa; {said}");
    }

    [Theory]
    [InlineData("""{"result": false}""", "denied", "it said no.")]
    [InlineData("""{"result": {"allow": false, "reason": "it is Friday\u001b[2J"}}""", "denied", "it said no, because 'it is Friday\uFFFD[2J'.")]
    [InlineData("{}", "undefined-result", "it has no result, which means that no rule applies.")]
    [InlineData("""{"Result": true}""", "undefined-result", "it has no result, which means that no rule applies.")]
    [InlineData("true", "undefined-result", "it has no result, which means that no rule applies.")]
    [InlineData("""{"result": "true"}""", "undefined-result", "its result is neither true nor false.")]
    [InlineData("""{"result": 1}""", "undefined-result", "its result is neither true nor false.")]
    [InlineData("""{"result": [true]}""", "undefined-result", "its result is neither true nor false.")]
    [InlineData("""{"result": {"allowed": true}}""", "undefined-result", "its result is neither true nor false.")]
    [InlineData("""{"result": {"allow": "true"}}""", "undefined-result", "its result is neither true nor false.")]
    [InlineData("""{"result": null}""", "undefined-result", "its result is neither true nor false.")]
    [InlineData("""{"result": false, "result": true}""", "malformed", "its answer is not JSON that can be read.")]
    [InlineData("""{"result": true""", "malformed", "its answer is not JSON that can be read.")]
    [InlineData("", "malformed", "its answer is not JSON that can be read.")]
    public void Fails_on_everything_else(string body, string code, string said)
    {
        AssertFailed(Judge(body), code, $"Expected a yes of opa; {said}");
    }

    [Fact]
    public void Waits_while_it_does_not_answer()
    {
        var facts = Facts(Judged()) with { Outside = new OutsideFacts(Gate(Opa).Needs(Facts(Judged())).ToDictionary(n => n, object (_) => new Fact<string>.Unknown("The webhook opa did not answer within 7 s."))) };

        AssertPending(Gate(Opa).Evaluate(facts), "unreachable", "Expected a yes of opa; it could not be asked: The webhook opa did not answer within 7 s.");
    }

    [Fact]
    public void Sends_what_was_verified_in_a_form_that_stays()
    {
        var facts = Facts(Judged(Signature("acme-ci"), Rejected("signature", Core.Evidence.RejectionCode.UntrustedKey))) with
        {
            Stays = new Dictionary<string, Stay> { ["staging"] = new Stay(Now.AddDays(-1), null) },
        };

        var need = Assert.IsType<WebhookNeed>(Assert.Single(Gate(Opa).Needs(facts)));

        Assert.Equal(("opa", TimeSpan.FromSeconds(7)), (need.Source, need.Timeout));
        var expected = $$"""
            {"input":{"apiVersion":"gitopsbot.dev/v1","kind":"PromotionInput","gate":"gate","pipeline":"checkout","environment":"prod",
            "artifacts":[{"name":"checkout","repository":"ghcr.io/acme/checkout","digest":"{{Image}}","mediaType":"application/vnd.oci.image.manifest.v1+json","version":"{{Image.Short}}",
            "evidence":[{"kind":"signature","predicateType":null,"authority":"acme-ci","identity":"{{KeyOf("acme-ci")}}","digest":"{{D("payload")}}","time":null}]}],
            "stood":{"staging":{"since":"2026-06-14T12:00:00Z","until":null} } } }
            """;
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(need.Body).RootElement), need.Body);
        Assert.Equal(need, Assert.Single(Gate(Opa).Needs(facts with { Now = Now.AddHours(1) })));
    }

    [Fact]
    public void What_could_not_be_read_is_said_to_be_unknown_and_not_empty()
    {
        var need = Assert.IsType<WebhookNeed>(Assert.Single(Gate(Opa).Needs(Facts(Unreachable()))));

        Assert.Contains("\"evidence\":null", need.Body, StringComparison.Ordinal);
    }

    private static GateOutcome Judge(string body)
    {
        var facts = Facts(Judged());
        return Gate(Opa).Evaluate(facts with { Outside = new OutsideFacts(Gate(Opa).Needs(facts).ToDictionary(n => n, object (_) => new Fact<string>.Known(body))) });
    }
}
