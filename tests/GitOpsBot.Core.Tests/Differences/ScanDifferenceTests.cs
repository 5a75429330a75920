using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;
using static GitOpsBot.Core.Tests.Differences.Compared;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Differences;

public sealed class ScanDifferenceTests
{
    private const string Strict = "vulnerabilities: {by: [scan], atMost: {critical: 0}}";
    private const string Cleared = "vulnerabilities: {by: [scan], atMost: {critical: 0}, vexBy: [sec]}";
    private const string Excepting = "vulnerabilities: {by: [scan], atMost: {critical: 0}, except: [{id: CVE-3, until: 2026-07-01, reason: not reachable}]}";

    [Fact]
    public void Tells_what_is_new_what_is_fixed_and_what_is_still_there_the_worst_first()
    {
        var difference = Scans(["CVE-1 high", "CVE-2 low", "CVE-5 medium"], ["CVE-4 low", "CVE-2 low", "CVE-3 critical pkg:npm/b@1", "CVE-3 high pkg:npm/a@1"], Strict);

        Assert.Equal(["critical CVE-3 in pkg:npm/a@1, pkg:npm/b@1", "low CVE-4 in pkg:npm/a@1"], difference.New.Select(Say));
        Assert.Equal(["high CVE-1 in pkg:npm/a@1", "medium CVE-5 in pkg:npm/a@1"], difference.Fixed.Select(Say));
        Assert.Equal(["low CVE-2 in pkg:npm/a@1"], difference.Still.Select(Say));
        Assert.Empty(difference.Uncounted);
    }

    [Fact]
    public void Another_name_of_the_same_vulnerability_is_no_other_vulnerability()
    {
        var difference = Scans(["GHSA-1 high pkg:npm/a@1 CVE-1"], ["cve-1 high", "GHSA-2 low pkg:npm/a@1 CVE-2"], Strict);

        Assert.Equal(["high cve-1 in pkg:npm/a@1"], difference.Still.Select(Say));
        Assert.Equal(["low GHSA-2 in pkg:npm/a@1"], difference.New.Select(Say));
        Assert.Empty(difference.Fixed);
    }

    [Fact]
    public void What_is_excepted_does_not_count_and_counts_again_when_that_has_ended()
    {
        var difference = Scans(["CVE-1 high"], ["CVE-3 critical"], Excepting);

        Assert.Empty(difference.New);
        Assert.Equal("excepted until 2026-07-01: not reachable", Assert.Single(difference.Uncounted).Why);
        Assert.Equal(new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero), ScanDifference.ChangesAt(Policy(Strict, Excepting), Now));
        Assert.Null(ScanDifference.ChangesAt(Policy(Strict, Excepting), new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero)));
        var later = Known(ArtifactDifference.Between(
            Policy(Excepting), Judged("checkout", Before, Scan(Before, ["CVE-3 critical"])), Judged("checkout", Image, Scan(Image, ["CVE-3 critical"])), new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero)).Vulnerabilities);
        Assert.Equal("CVE-3", Assert.Single(later.Still).Id);
    }

    [Fact]
    public void What_vex_clears_is_neither_new_nor_fixed()
    {
        var difference = Known(Difference([Scan(Before, ["CVE-1 high"])], [Scan(Image, ["CVE-1 high", "CVE-2 low"]), Vex(Image, "CVE-1")], Cleared).Vulnerabilities);

        Assert.Equal(["low CVE-2 in pkg:npm/a@1"], difference.New.Select(Say));
        Assert.Empty(difference.Fixed.Concat(difference.Still));
        Assert.Equal("component not present, says sec", Assert.Single(difference.Uncounted).Why);
    }

    [Fact]
    public void Vex_of_a_stranger_or_without_a_gate_that_believes_it_clears_nothing()
    {
        EvidenceItem[] after = [Scan(Image, ["CVE-1 high"]), Vex(Image, "CVE-1", "stranger"), Vex(Image, "CVE-1", "scan")];

        Assert.Single(Known(Difference([Scan(Before, [])], after, Cleared).Vulnerabilities).New);
        Assert.Single(Known(Difference([Scan(Before, [])], [.. after, Vex(Image, "CVE-1")]).Vulnerabilities).New);
    }

    [Fact]
    public void What_was_cleared_before_and_counts_now_is_new()
    {
        var difference = Known(Difference([Scan(Before, ["CVE-1 high"]), Vex(Before, "CVE-1")], [Scan(Image, ["CVE-1 high"])], Cleared).Vulnerabilities);

        Assert.Equal("CVE-1", Assert.Single(difference.New).Id);
        Assert.Empty(difference.Fixed.Concat(difference.Still).Concat(difference.Uncounted));
    }

    [Fact]
    public void What_counts_for_one_of_two_gates_counts() => Assert.Equal(
        "CVE-3", Assert.Single(Scans([], ["CVE-3 high"], Excepting, "vulnerabilities: {by: [scan], atMost: {high: 0}}").New).Id);

    [Fact]
    public void Only_scans_that_a_gate_believes_are_compared_and_the_newest_of_each()
    {
        Assert.Equal("What stands there has no verified vulnerability scan to compare with.", Why(Difference([Scan(Before, ["CVE-1 high"], "stranger")], [Scan(Image, [])], Strict).Vulnerabilities));
        var difference = Known(Difference(
            [Scan(Before, ["CVE-1 high"], finished: "2026-06-01T00:00:00Z")],
            [Scan(Image, ["CVE-1 high"], finished: "2026-06-02T00:00:00Z"), Scan(Image, [], finished: "2026-06-03T00:00:00Z")], Strict).Vulnerabilities);
        Assert.Equal("CVE-1", Assert.Single(difference.Fixed).Id);
        Assert.Equal((1, 3), (difference.FromAt!.Value.Day, difference.ToAt!.Value.Day));
    }

    [Fact]
    public void Without_a_gate_every_verified_scan_counts()
    {
        var difference = Known(Difference([Scan(Before, [], "anyone")], [Scan(Image, ["CVE-1 high"], "anyone"), Scan(Image, ["CVE-2 unknown"], "another")]).Vulnerabilities);

        Assert.Equal(["high CVE-1 in pkg:npm/a@1", "unknown CVE-2 in pkg:npm/a@1"], difference.New.Select(Say));
    }

    [Fact]
    public void A_scan_about_something_else_or_that_cannot_be_read_is_none()
    {
        Assert.Null(Difference([Scan(Image, [])], [Scan(Before, [])], Strict).Vulnerabilities);
        Assert.Null(Difference([Attestation("scan", "{}", PredicateTypes.CosignScan, Before)], [], Strict).Vulnerabilities);
    }

    private static ScanDifference Scans(string[] before, string[] after, params string[] gates) => Known(Difference([Scan(Before, before)], [Scan(Image, after)], gates).Vulnerabilities);

    private static string Say(KnownVulnerability known) => $"{known.Severity.ToString().ToLowerInvariant()} {known.Id} in {string.Join(", ", known.Packages)}";
}
