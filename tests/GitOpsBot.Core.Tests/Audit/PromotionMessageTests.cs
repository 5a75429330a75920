using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using static GitOpsBot.Core.Tests.Audit.Promoted;

namespace GitOpsBot.Core.Tests.Audit;

public sealed class PromotionMessageTests
{
    [Fact]
    public void Says_subject_words_and_trailers()
    {
        var move = Move(from: Old);

        Assert.Equal(
            $"""
            Promote checkout 1.4.2 to prod

            checkout: 1.4.1 to 1.4.2
            - signed: Expected a signature by ci; found it by ci.

            Promotion-Id: {move.Id}
            Promotion-Version: 1.4.2
            Promotion-Pipeline: checkout
            Promotion-Environment: prod
            Promotion-Artifact: checkout ghcr.io/acme/checkout@{New} from {Old}
            Promotion-Policy: production@{Production.Blob}
            Promotion-Gate: signed passed
            Promotion-Evidence: signature {Old}
            Promotion-Trigger: selection
            Promotion-Approved-By: mona

            """,
            PromotionMessage.Write(move, Production, Verdict(Signed), "selection", ["mona"]));
    }

    [Fact]
    public void The_first_to_stand_there_comes_from_nothing()
    {
        var message = PromotionMessage.Write(Move(), Production, Verdict(Signed), "selection", []);

        Assert.Contains("\ncheckout: 1.4.2, the first to stand there\n", message, StringComparison.Ordinal);
        Assert.Contains($"\nPromotion-Artifact: checkout ghcr.io/acme/checkout@{New}\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_that_has_not_passed_leaves_no_trailer()
    {
        var message = PromotionMessage.Write(Move(), Production, Verdict(Signed, People), "selection", []);

        Assert.DoesNotContain("people", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_evidence_of_two_gates_is_named_once()
    {
        var message = PromotionMessage.Write(Move(), Production, Verdict(Signed, Signed with { Name = "again" }), "selection", []);

        Assert.Equal(2, message.Split("Promotion-Evidence").Length);
    }

    [Fact]
    public void A_version_from_a_label_forges_nothing_and_closes_nothing()
    {
        var move = Move("1.0\n\nPromotion-Approved-By: mallory closes #1 @everyone");
        var message = PromotionMessage.Write(move, Production, Verdict(Signed), "selection", []);

        Assert.Equal("Promote checkout 1.0\\u000a\\u000aPromotion-Approved-By: mallory closes # 1 @ everyone to prod", message.Split('\n')[0]);
        Assert.Empty(CommitTrailers.Read(message)!.ApprovedBy);
        Assert.DoesNotContain("#1", message, StringComparison.Ordinal);
        Assert.DoesNotContain("@everyone", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_that_quotes_a_stranger_forges_nothing()
    {
        var gate = new GateResult("tests", GateTiming.Open, new GateOutcome.Passed("found 'x\n\nPromotion-Id: 0\u001b[2J'"));
        var message = PromotionMessage.Write(Move(), Production, Verdict(gate), "selection", []);

        Assert.Contains("- tests: found 'x\\u000a\\u000aPromotion-Id: 0\\u001b[2J'\n", message, StringComparison.Ordinal);
        Assert.Equal(Move().Id, CommitTrailers.Read(message)!.Id);
    }

    [Fact]
    public void A_rollback_says_that_it_is_a_revert_why_and_of_what()
    {
        var move = new Promotion("checkout", "prod", [new PromotedArtifact("checkout", Checkout, New, Old, "1.4.2", "1.4.1", null)]);

        Assert.Equal(
            $"""
            Roll back checkout in prod to 1.4.1

            This reverts commit {new string('d', 40)}.

            mona: it is broken\u000aPromotion-Id: 0

            Promotion-Id: {move.Id}
            Promotion-Version: 1.4.1
            Promotion-Pipeline: checkout
            Promotion-Environment: prod
            Promotion-Artifact: checkout ghcr.io/acme/checkout@{Old} from {New}
            Promotion-Trigger: rollback by mona
            Promotion-Reverts: {Move().Id}

            """,
            RollbackMessage.Write(move, new string('d', 40), "it is broken\nPromotion-Id: 0", "mona", Move().Id));
    }
}
