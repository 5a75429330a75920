using FsCheck.Xunit;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Tests.Configuration;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies;

public sealed class EmergencyTests
{
    private static readonly string Ci = Written.Authority("ci", "keyless: { issuer: i, subject: s }");
    private static readonly GivenOverride Mona = new("soak", "mona", [], "the cart is down", null, Now.AddHours(-1));

    [Fact]
    public void A_gate_that_waits_is_overridden_and_says_by_whom_why_and_until_when()
    {
        var verdict = Judge(Policy(), Facts(Mona));

        var soak = Assert.IsType<GateOutcome.Overridden>(Of(verdict, "soak"));
        Assert.Equal(("overridden", "not-there-yet"), (soak.Word, soak.Code));
        Assert.Equal("Overridden until 2026-06-15 15:00:00Z by mona: the cart is down. Without that: It must stand in staging for 1d; it never stood there.", soak.Reason);
        Assert.Equal(Now.AddHours(3), soak.ChangesAt);
        Assert.Equal("To override soak: Expected 1 approval; found 1 (mona).", Of(verdict, "emergency").Reason);
        Assert.True(verdict is Verdict.Promote { IsEmergency: true });
    }

    [Theory]
    [InlineData("way")]
    [InlineData("sok")]
    [InlineData("emergency")]
    public void Only_a_gate_that_says_overridable_is_overridden_and_no_other_becomes_easier(string gate)
    {
        var verdict = Judge(Policy(), Facts(Mona with { Gate = gate }));

        Assert.Equal(("hold", false), (verdict.Word, verdict.IsEmergency));
        Assert.Equal(["soak", "signed", "way"], verdict.Gates.Select(g => g.Name));
    }

    [Theory]
    [InlineData(-239, true)]
    [InlineData(-240, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void It_lasts_from_when_it_was_given_for_as_long_as_the_policy_says(int minutes, bool counts)
    {
        Assert.Equal(counts, Judge(Policy(), Facts(Mona with { At = Now.AddMinutes(minutes) })).IsEmergency);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("untrusted-key", false)]
    [InlineData("signature-missing", true)]
    public void What_says_no_is_overridden_only_by_who_saw_that_no(string? saw, bool counts)
    {
        var facts = Facts(Mona with { Gate = "signed", Failure = saw }) with { Artifacts = [Judged()], Stays = Stood };

        var verdict = Judge(Policy(signed: "overridable: true"), facts);

        Assert.Equal((counts ? "promote" : "refuse", counts ? "overridden" : "failed", "signature-missing"), (verdict.Word, Of(verdict, "signed").Word, Of(verdict, "signed").Code));
    }

    [Fact]
    public void Who_overrode_a_no_overrode_the_wait_for_an_answer_too()
    {
        var facts = Facts(Mona with { Gate = "signed", Failure = "signature-missing" }) with { Artifacts = [Unreachable()], Stays = Stood };

        Assert.Equal(("promote", "unreachable"), (Judge(Policy(signed: "overridable: true"), facts).Word, Of(Judge(Policy(signed: "overridable: true"), facts), "signed").Code));
    }

    [Fact]
    public void What_passes_by_itself_costs_nothing()
    {
        var verdict = Judge(Policy("approvals: 2"), Facts(Mona) with { Stays = Stood });

        Assert.Equal(("promote", false), (verdict.Word, verdict.IsEmergency));
        Assert.Equal(["soak", "signed", "way"], verdict.Gates.Select(g => g.Name));
    }

    [Theory]
    [InlineData("approvals: 2", "mona", "To override soak: Expected 2 approvals; found 1 (mona).")]
    [InlineData("from: [octocat]", "mona", "To override soak: Expected 1 approval of octocat; found 0; not counted: mona is not named.")]
    [InlineData("from: ['@acme/sre']", "mona", "To override soak: Expected 1 approval of @acme/sre; found 0; not counted: mona is not named.")]
    [InlineData("from: ['@acme/sre']", "octocat", null)]
    [InlineData("from: [octocat]", "OctoCat", null)]
    public void As_many_must_agree_as_the_emergency_policy_says_of_those_it_names(string terms, string login, string? missing)
    {
        var facts = Facts(Mona with { Login = login, Teams = login == "octocat" ? ["@acme/sre"] : [] });

        var outcome = Of(Judge(Policy(terms), facts), "emergency");

        Assert.Equal((missing is null ? null : "approvals-missing", missing ?? outcome.Reason), (outcome.Code, outcome.Reason));
        Assert.Equal(missing is null, Judge(Policy(terms), facts) is Verdict.Promote);
    }

    [Theory]
    [InlineData(-61, false)]
    [InlineData(-60, true)]
    public void Who_approved_since_agrees_and_who_approved_before_did_not_know(int minutes, bool counts)
    {
        var facts = Approved(Facts(Mona), null, new Approval("octocat", [], Now.AddMinutes(minutes)));

        Assert.Equal(counts, Judge(Policy("approvals: 2"), facts) is Verdict.Promote);
    }

    [Fact]
    public void Each_overridden_gate_needs_its_own_agreement()
    {
        var both = Policy("approvals: 2", signed: "overridable: true");
        GivenOverride signed = Mona with { Gate = "signed", Failure = "signature-missing" };
        var facts = Facts(Mona, Mona with { Login = "octocat" }, signed) with { Artifacts = [Judged()] };

        Assert.Equal("To override signed: Expected 2 approvals; found 1 (mona).", Of(Judge(both, facts), "emergency").Reason);
        Assert.IsType<Verdict.Promote>(Judge(both, facts with { Overrides = [.. facts.Overrides, signed with { Login = "octocat" }] }));
    }

    [Theory]
    [InlineData("requester", "mona", "not counted: mona is the requester")]
    [InlineData("author", null, "not counted: mona is an author")]
    public void Who_may_not_approve_the_promotion_may_not_agree_to_its_emergency_either(string notBy, string? requester, string left)
    {
        var policy = Policy(more: $"name: people, approvals: {{ notBy: [{notBy}] }}");
        var facts = Approved(Facts(Mona), requester, new Approval("octocat", [], Now.AddHours(-2)));

        Assert.Equal("passed", Of(Judge(policy, facts), "people").Word);
        Assert.EndsWith($"found 0; {left}.", Of(Judge(policy, facts), "emergency").Reason, StringComparison.Ordinal);
        Assert.IsType<Verdict.Hold>(Judge(policy, facts));
    }

    [Fact]
    public void While_nobody_can_ask_the_forge_nothing_is_agreed_to()
    {
        var facts = Facts(Mona) with { Approvals = new Fact<ApprovalFacts>.Unknown("the forge did not answer.") };

        Assert.Equal(("hold", "unreachable"), (Judge(Policy(), facts).Word, Of(Judge(Policy(), facts), "emergency").Code));
    }

    [Fact]
    public void While_nobody_can_ask_who_overrode_the_gate_says_so_and_what_it_says_itself()
    {
        var verdict = Judge(Policy(), Facts() with { OverridesUnread = "the forge did not answer." });

        Assert.Equal(("hold", "not-there-yet"), (verdict.Word, Of(verdict, "soak").Code));
        Assert.EndsWith("it never stood there. Whether somebody overrode it could not be asked: the forge did not answer.", Of(verdict, "soak").Told, StringComparison.Ordinal);
        Assert.Null(Of(verdict, "signed").Reading);
    }

    [Fact]
    public void What_only_the_emergency_policy_demands_is_asked_as_soon_as_a_gate_is_overridden()
    {
        var set = Set("expires: 4h", "", "", "\n  gates: [{ name: soak, rollbackReady: {} }, { name: emergency, approvals: {} }]");
        var policy = set.PolicyFor(set.Pipelines.Single().Environment("prod")!);

        Assert.Equal(["soak", "signed", "way"], Judge(policy, Facts()).Gates.Select(g => g.Name));
        var gates = Judge(policy, Facts(Mona)).Gates;
        Assert.Equal(["soak", "signed", "way", "urgent/soak", "emergency", "urgent/emergency"], gates.Select(g => g.Name));
        Assert.Equal("approvals-missing", gates[4].Outcome.Code);
    }

    [Fact]
    public void What_the_settings_require_everywhere_is_never_overridable()
    {
        var floor = Written.Policy("floor", "name: soak, soak: { in: staging, for: 24h }, overridable: true");
        string[] documents =
        [
            Written.Pipeline("shop", "name: staging, path: env/staging, policy: own", "name: prod, path: env/prod, policy: own, emergency: urgent"),
            Written.Extending("own", "floor"), Written.Head("Policy", "urgent") + "spec: { emergency: { expires: 4h } }\n",
        ];
        var sources = new ConfigurationSources([.. documents.Select((d, i) => Written.File($"r{i}.yaml", d))]) { Organization = [Written.File("o.yaml", floor)] };
        Emergency? Of(ConfigurationSources from)
        {
            var set = DocumentSet.Load(from, GateKinds.All);
            Assert.Empty(set.Problems.Lines());
            return set.PolicyFor(set.Pipelines.Single().Environment("prod")!).Emergency;
        }

        Assert.Equal(["soak"], Of(sources)!.Overridable);
        var required = Of(sources with { Require = ["floor"] })!;
        Assert.Empty(required.Overridable);
        Assert.Equal(["soak"], required.Floor);
    }

    // Law: whatever was overridden by whomever, a promotion is promoted only when every gate of the policy passed or is one that may be overridden, was
    // overridden by somebody in time, for what it says; and with nothing overridden the answer is the policy's own.
    [Property(MaxTest = 500, Replay = "20260615,1")]
    public void Nothing_is_promoted_unless_every_gate_passed_or_was_overridden_by_people_who_may(int seed)
    {
        var random = new Random(seed);
        T Any<T>(params T[] from) => from[random.Next(from.Length)];
        var (count, from) = (random.Next(1, 3), Any<string[]?>(null, ["mona", "octocat"], ["@acme/sre", "mona"]));
        var policy = Policy(
            $"approvals: {count}{(from is null ? "" : $", from: ['{string.Join("', '", from)}']")}", Any("overridable: true", "overridable: false"), Any("", "name: people, approvals: { notBy: [requester] }, overridable: true"));
        var given = Enumerable.Range(0, random.Next(4)).Select(_ => new GivenOverride(
            Any("soak", "signed", "way", "people", "emergency"), Any("mona", "octocat", "hubot"), Any<string[]>([], ["@acme/sre"]), "because", Any(null, "signature-missing", "untrusted-key"), Now.AddMinutes(-random.Next(-30, 300)))).ToArray();
        var requester = Any(null, "mona");
        var facts = Approved(Facts(given), requester, [.. new[] { "mona", "octocat", "hubot" }.Where(_ => random.Next(3) == 0).Select(l => new Approval(l, [], Now.AddMinutes(-random.Next(300))))]) with
        {
            Stays = random.Next(2) == 0 ? Stood : new Dictionary<string, Stay>(),
            Artifacts = [Any(Judged(), Judged(Signature("ci")), Unreachable())],
            WayBack = new Fact<WayBack>.Known(new WayBack(random.Next(6) != 0, "so it is")),
        };

        var alone = Judge(policy with { Emergency = null }, facts);
        var verdict = Judge(policy, facts);

        foreach (var (own, answer) in alone.Gates.Zip(verdict.Gates))
        {
            Assert.Equal(own.Name, answer.Name);
            if (answer.Outcome is not GateOutcome.Overridden over)
            {
                Assert.Equal((own.Outcome.Word, own.Outcome.Code), (answer.Outcome.Word, answer.Outcome.Code));
                continue;
            }

            Assert.True(policy.Gates.Single(g => g.Name == own.Name).Header.IsOverridable);
            Assert.NotEqual("passed", own.Outcome.Word);
            Assert.NotEmpty(over.By);
            Assert.All(over.By, o => Assert.True(o.Gate == own.Name && o.At <= Now && Now < o.At.AddHours(4) && (own.Outcome is GateOutcome.Pending || o.Failure == own.Outcome.Code)));
            if (verdict is Verdict.Promote)
            {
                var since = over.By.Min(o => o.At);
                var agreed = over.By.Select(o => (o.Login, o.Teams)).Concat(((Fact<ApprovalFacts>.Known)facts.Approvals).Value.Given.Where(a => a.At >= since).Select(a => (a.Login, a.Teams)))
                    .Where(a => (from is null || from.Contains(a.Login) || a.Teams.Any(from.Contains)) && !(requester == a.Login && policy.Gates.Any(g => g.Name == "people")))
                    .Select(a => a.Login).Distinct().Count();
                Assert.True(agreed >= count, $"seed {seed}: {agreed} of {count} agreed");
            }
        }

        Assert.True(verdict is not Verdict.Promote || verdict.Gates.All(g => g.Outcome.IsMet));
        Assert.True(given.Length > 0 || verdict.Word == alone.Word);
    }

    private static readonly Dictionary<string, Stay> Stood = new() { ["staging"] = new Stay(Now.AddDays(-2), null) };

    private static DocumentSet Set(string terms, string signed, string more, string gates = "")
    {
        var set = Written.Load(
            Written.Pipeline("shop", "name: staging, path: env/staging, policy: own", "name: prod, path: env/prod, policy: own, emergency: urgent"),
            Written.Policy("own", [
                "name: soak, soak: { in: staging, for: 24h }, before: merge, overridable: true", $"name: signed, signature: {{ by: [ci] }}{(signed.Length == 0 ? "" : ", " + signed)}", "name: way, rollbackReady: {}",
                .. more.Length == 0 ? Array.Empty<string>() : [more]]),
            Written.Head("Policy", "urgent") + $"spec:\n  emergency: {{ {terms} }}{gates}\n", Ci);
        Assert.Empty(set.Problems.Lines());
        return set;
    }

    private static Policy Policy(string terms = "expires: 4h", string signed = "", string more = "")
    {
        var set = Set(terms, signed, more);
        return set.PolicyFor(set.Pipelines.Single().Environment("prod")!);
    }

    private static GateFacts Facts(params GivenOverride[] overrides) => Approved(JudgedWorld.Facts(Judged(Signature("ci"))) with
    {
        Overrides = overrides,
        WayBack = new Fact<WayBack>.Known(new WayBack(true, "so it is")),
    }, null);

    private static GateFacts Approved(GateFacts facts, string? requester, params Approval[] given) => facts with
    {
        Approvals = new Fact<ApprovalFacts>.Known(new ApprovalFacts(given, requester, new Fact<IReadOnlyList<string>>.Known(["mona"]))),
    };

    private static Verdict Judge(Policy policy, GateFacts facts) => PolicyEvaluator.Evaluate(policy, facts);

    private static GateOutcome Of(Verdict verdict, string gate) => verdict.Gates.Single(g => g.Name == gate).Outcome;
}
