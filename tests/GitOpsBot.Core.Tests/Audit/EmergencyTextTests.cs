using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Audit.Promoted;

namespace GitOpsBot.Core.Tests.Audit;

public sealed class EmergencyTextTests
{
    private static readonly DateTimeOffset At = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private static readonly GateResult Soak = new("soak", GateTiming.Merge, new GateOutcome.Overridden(
        new GateOutcome.Pending("soaking", "It must stand in staging for 1d."), [new GivenOverride("soak", "mona", [], "the cart <b>is</b> down, @acme/all.", null, At)], At.AddHours(4)));

    [Fact]
    public void Says_who_overrode_what_why_until_when_and_what_is_owed_for_it()
    {
        Assert.Equal(
            "\n⚠️ **Emergency:** mona overrode soak (soaking): the cart &lt;b&gt;is&lt;/b&gt; down, @&#8203;acme/all. That counts until 2026-06-15 16:00:00 UTC, for this very promotion and for no other."
            + " What is overridden must pass on the same digest within 2d after the merge; otherwise prod is marked as no longer meeting its policy.\n",
            Text(TimeSpan.FromHours(48), Signed, Soak));
        Assert.EndsWith(" and for no other.\n", Text(null, Soak), StringComparison.Ordinal);
        Assert.Equal("", Text(null, Signed));
    }

    [Fact]
    public void Stands_in_the_pull_request_with_its_label_and_in_the_check()
    {
        var face = PullRequestText.Show(new(Judged(TimeSpan.FromHours(48), Signed, Soak), []), Prod());

        Assert.StartsWith("Merge it: every gate has passed, or is overridden.\n\n", face.Body.Replace("&#8203;", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(Text(TimeSpan.FromHours(48), Signed, Soak), face.Body, StringComparison.Ordinal);
        Assert.Contains("| soak (before the merge) | ⚠️ overridden | Overridden until 2026-06-15 16:", face.Body, StringComparison.Ordinal);
        Assert.Equal(["env/prod", "promotion", "promotion/emergency"], face.Labels);
        Assert.Equal(("success", "Every gate has passed, or is overridden: soak."), face.Status);
    }

    [Fact]
    public void Stands_in_the_trailers_as_overridden_and_not_as_passed()
    {
        var message = PromotionMessage.Write(Move(), Production, Verdict(Signed, Soak), "selection", []);

        Assert.Contains("\nPromotion-Gate: signed passed\nPromotion-Gate: soak overridden soaking\n", message, StringComparison.Ordinal);
        Assert.Contains("\nPromotion-Override: soak by mona: the cart <b>is</b> down, @ acme/all.\n", message, StringComparison.Ordinal);
        Assert.Equal(["signed"], CommitTrailers.Read(message)!.Gates);
    }

    private static string Text(TimeSpan? followUp, params GateResult[] gates) => EmergencyText.Of(Judged(followUp, gates));

    private static Core.Promotions.Judgement Judged(TimeSpan? followUp, params GateResult[] gates) => new(
        Move(), Production with { Emergency = new Emergency("urgent", new EmergencyTerms(null, 1, TimeSpan.FromHours(4), followUp), new HashSet<string> { "soak" }, new HashSet<string>(), []) },
        new Verdict.Promote(gates));
}
