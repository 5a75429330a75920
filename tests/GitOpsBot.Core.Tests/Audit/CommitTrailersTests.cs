using FsCheck.Xunit;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Audit;

namespace GitOpsBot.Core.Tests.Audit;

public sealed class CommitTrailersTests
{
    private static readonly Digest Old = Digest.Of("old"u8);
    private static readonly Digest New = Digest.Of("new"u8);
    private static readonly ImageName Checkout = ImageName.Parse("ghcr.io/acme/checkout");

    private static readonly PromotionTrailers Whole = new(
        new string('a', 64), "1.4.2", "checkout", "prod", [new TrailerArtifact("checkout", Checkout, New, Old), new TrailerArtifact("worker", Checkout, Old, null)])
    {
        Policy = "production@" + new string('b', 40),
        Gates = ["signed", "tests"],
        Overridden = [new OverriddenGate("soak", "soaking")],
        Overrides = [new TrailerOverride("soak", "mona", "the cart is down: really")],
        Evidence = [$"signature {Old}", $"https://slsa.dev/provenance/v1 {New}"],
        Trigger = "requested by mona",
        ApprovedBy = ["mona", "octocat"],
        Reverts = new string('c', 64),
    };

    [Fact]
    public void Writes_a_line_for_each_in_the_order_of_the_contract() => Assert.Equal(
        $"""
        Promotion-Id: {Whole.Id}
        Promotion-Version: 1.4.2
        Promotion-Pipeline: checkout
        Promotion-Environment: prod
        Promotion-Artifact: checkout ghcr.io/acme/checkout@{New} from {Old}
        Promotion-Artifact: worker ghcr.io/acme/checkout@{Old}
        Promotion-Policy: {Whole.Policy}
        Promotion-Gate: signed passed
        Promotion-Gate: tests passed
        Promotion-Gate: soak overridden soaking
        Promotion-Evidence: signature {Old}
        Promotion-Evidence: https://slsa.dev/provenance/v1 {New}
        Promotion-Trigger: requested by mona
        Promotion-Approved-By: mona
        Promotion-Approved-By: octocat
        Promotion-Override: soak by mona: the cart is down: really
        Promotion-Reverts: {Whole.Reverts}

        """,
        CommitTrailers.Write(Whole));

    [Fact]
    public void Reads_what_it_wrote_after_any_words()
    {
        var read = CommitTrailers.Read("Promote checkout 1.4.2 to prod\n\nsome words\n\n" + CommitTrailers.Write(Whole) + "\n\n");

        Assert.Equivalent(Whole, read, strict: true);
    }

    [Fact]
    public void Reads_them_with_line_ends_of_windows_and_keys_in_any_case() => Assert.Equivalent(
        Whole, CommitTrailers.Read(("Subject\n\n" + CommitTrailers.Write(Whole))
            .Replace("Promotion-Id", "promotion-id", StringComparison.Ordinal).Replace("Promotion-Gate", "PROMOTION-GATE", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal)), strict: true);

    [Fact]
    public void Only_the_last_paragraph_holds_trailers() => Assert.Null(CommitTrailers.Read("Subject\n\n" + CommitTrailers.Write(Whole) + "\nAnd then some words.\n"));

    [Theory]
    [InlineData("Promotion-Id")]
    [InlineData("Promotion-Version")]
    [InlineData("Promotion-Pipeline")]
    [InlineData("Promotion-Environment")]
    public void Without_one_that_must_be_there_or_with_two_of_it_there_are_none(string key)
    {
        var lines = CommitTrailers.Write(Whole).TrimEnd('\n').Split('\n');

        Assert.Null(CommitTrailers.Read(string.Join('\n', lines.Where(l => !l.StartsWith(key + ":", StringComparison.Ordinal)))));
        Assert.Null(CommitTrailers.Read(string.Join('\n', lines.Append(key + ": another"))));
        Assert.NotNull(CommitTrailers.Read(string.Join('\n', lines)));
    }

    [Theory]
    [InlineData("checkout ghcr.io/acme/checkout:1.4.2")]
    [InlineData("checkout ghcr.io/acme/checkout@sha256:abc")]
    [InlineData("checkout")]
    [InlineData("checkout ghcr.io/acme/checkout@{0} from nowhere")]
    [InlineData("checkout ghcr.io/acme/checkout@{0} to {0}")]
    [InlineData("checkout ghcr.io/acme/checkout@{0} from {0} and more")]
    public void An_artifact_that_cannot_be_read_makes_all_of_it_unreadable(string artifact) => Assert.Null(CommitTrailers.Read(
        CommitTrailers.Write(Whole) + "Promotion-Artifact: " + string.Format(null, artifact, New)));

    [Fact]
    public void A_gate_that_did_not_pass_is_not_read_as_passed()
    {
        var read = CommitTrailers.Read(CommitTrailers.Write(Whole) + "Promotion-Gate: people overridden approvals-missing\n");

        Assert.Equal(["signed", "tests"], read!.Gates);
        Assert.Equal([new OverriddenGate("soak", "soaking"), new OverriddenGate("people", "approvals-missing")], read.Overridden);
    }

    [Theory]
    [InlineData("soak")]
    [InlineData("soak by: because")]
    [InlineData("soak by mona because")]
    [InlineData("soak and signed by mona: because")]
    public void With_an_override_that_names_nobody_there_are_no_trailers(string value)
    {
        Assert.Null(CommitTrailers.Read(CommitTrailers.Write(Whole) + $"Promotion-Override: {value}\n"));
        Assert.NotNull(CommitTrailers.Read(CommitTrailers.Write(Whole) + "Promotion-Override: soak by mona: because\n"));
    }

    [Theory]
    [InlineData("1.0\nPromotion-Approved-By: mallory")]
    [InlineData("1.0\r\nCo-authored-by: mallory <m@example.com>")]
    [InlineData("1.0\n\nPromotion-Id: 0")]
    [InlineData("1.0\u2028Promotion-Id: 0")]
    [InlineData("1.0\u0085Signed-off-by: x")]
    public void A_value_from_outside_cannot_become_another_trailer(string version)
    {
        var text = CommitTrailers.Write(Whole with { Version = version, Trigger = version, Overrides = [new TrailerOverride("soak", "mona", version)] });

        Assert.Equal(17, text.Split('\n', '\r', '\u2028', '\u0085').Length - 1);
        Assert.Equal(["mona", "octocat"], CommitTrailers.Read(text)!.ApprovedBy);
        Assert.DoesNotContain("\nCo-authored-by", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_is_a_sentence_closes_no_issue() => Assert.Contains(
        "\nPromotion-Version: 1.0 closes # 1\n", CommitTrailers.Write(Whole with { Version = "1.0 closes #1" }), StringComparison.Ordinal);

    [Property(MaxTest = 300, Replay = "20260615,1")]
    public void Whatever_the_values_are_there_are_as_many_trailers_as_values(string? version, string? trigger, string? login)
    {
        var text = CommitTrailers.Write(Whole with { Version = "v" + version, Trigger = "t" + trigger, ApprovedBy = ["l" + login] });
        var lines = text.TrimEnd('\n').Split('\n');

        Assert.Equal(16, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("Promotion-", line, StringComparison.Ordinal));
        Assert.NotNull(CommitTrailers.Read("Subject\n\n" + text));
    }
}
