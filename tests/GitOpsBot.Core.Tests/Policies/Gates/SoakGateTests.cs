using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class SoakGateTests
{
    private const string Day = "soak: {in: staging, for: 24h}";

    [Fact]
    public void Passes_when_it_has_stood_there_long_enough() => AssertPassed(
        Soak(new Stay(Now.AddHours(-51), null)), "It must stand in staging for 1d; it has stood there since 2026-06-13 09:00:00Z.");

    [Fact]
    public void Passes_at_the_very_second() => AssertPassed(
        Soak(new Stay(Now.AddDays(-1), null)), "It must stand in staging for 1d; it has stood there since 2026-06-14 12:00:00Z.");

    [Fact]
    public void Passes_when_it_stood_long_enough_before_it_was_replaced() => AssertPassed(
        Soak(new Stay(Now.AddDays(-9), Now.AddDays(-8))), "It must stand in staging for 1d; it stood there from 2026-06-06 12:00:00Z to 2026-06-07 12:00:00Z.");

    [Fact]
    public void Holds_until_the_digest_has_soaked_and_says_when_to_look_again()
    {
        var pending = AssertPending(Soak(new Stay(Now.AddDays(-1).AddSeconds(1), null)), "soaking",
            "It must stand in staging for 1d; it has stood there since 2026-06-14 12:00:01Z, and may pass at 2026-06-15 12:00:01Z.");

        Assert.Equal(Now.AddSeconds(1), pending.LookAgain);
    }

    [Fact]
    public void Time_that_passes_after_it_was_replaced_does_not_count()
    {
        var pending = AssertPending(Soak(new Stay(Now.AddDays(-9), Now.AddDays(-9).AddHours(2).AddMinutes(5))), "soak-interrupted",
            "It must stand in staging for 1d; it was replaced after 2h 5m, at 2026-06-06 14:05:00Z, and starts anew when it lands there again.");

        Assert.Null(pending.LookAgain);
    }

    [Fact]
    public void Waits_for_what_never_stood_there() => AssertPending(
        Gate(Day).Evaluate(Facts(Judged())), "not-there-yet", "It must stand in staging for 1d; it never stood there.");

    [Fact]
    public void Standing_in_another_environment_does_not_count() => AssertPending(
        Gate(Day).Evaluate(Facts(Judged()) with { Stays = new Dictionary<string, Stay> { ["staging-eu"] = new(Now.AddDays(-9), null) } }),
        "not-there-yet", "It must stand in staging for 1d; it never stood there.");

    [Fact]
    public void A_time_in_the_future_holds_until_it_has_come()
    {
        var ahead = AssertPending(Soak(new Stay(Now.AddDays(3), null)), "future-time", "The commit that put it into staging says 2026-06-18 12:00:00Z, which is in the future.");
        var replaced = AssertPending(Soak(new Stay(Now.AddHours(-1), Now.AddDays(3))), "future-time", "The commit that replaced it in staging says 2026-06-18 12:00:00Z, which is in the future.");

        Assert.Equal((Now.AddDays(3), Now.AddDays(3)), (ahead.LookAgain, replaced.LookAgain));
    }

    [Theory]
    [InlineData("90m", "90m", 3599, "59m 59s")]
    [InlineData("90s", "90s", 40, "40s")]
    [InlineData("48h", "2d", 26 * 3600, "1d 2h")]
    [InlineData("24h", "1d", 0, "0s")]
    public void Says_durations_as_people_write_them(string wanted, string said, int seconds, string stood) => Assert.StartsWith(
        $"It must stand in staging for {said}; it was replaced after {stood}, ",
        Gate($"soak: {{in: staging, for: {wanted}}}").Evaluate(Facts(Judged()) with { Stays = Stood(new Stay(Now.AddDays(-9), Now.AddDays(-9).AddSeconds(seconds))) }).Reason,
        StringComparison.Ordinal);

    [Fact]
    public void Says_the_same_as_long_as_the_answer_is_the_same()
    {
        var facts = Facts(Judged()) with { Stays = Stood(new Stay(Now.AddHours(-1), null)) };

        Assert.Equal(Gate(Day).Evaluate(facts), Gate(Day).Evaluate(facts with { Now = Now.AddHours(3) }));
        Assert.Equal(Gate(Day).Evaluate(facts with { Now = Now.AddDays(2) }).Reason, Gate(Day).Evaluate(facts with { Now = Now.AddDays(3) }).Reason);
    }

    [Fact]
    public void Names_the_environment_and_is_not_about_evidence()
    {
        var gate = Gate(Day);

        Assert.Equal(["staging"], gate.Environments.Select(e => e.Name));
        Assert.False(gate.IsAboutEvidence);
    }

    [Theory]
    [InlineData("soak: {for: 24h}", "The key 'in' is missing.")]
    [InlineData("soak: {in: staging}", "The key 'for' is missing.")]
    [InlineData("soak: {in: staging, for: 24}", "Expected a duration such as 30s, 15m, 24h or 7d, at most 36500d, found '24'.")]
    public void Does_not_load_without_a_place_and_a_time(string yaml, string problem) => Assert.Equal([problem], Load(yaml).Problems.Select(p => p.Message));

    [Fact]
    public void In_waves_the_member_that_takes_longest_counts()
    {
        var facts = Facts(Judged()) with
        {
            Stays = new Dictionary<string, Stay> { ["staging-a"] = new(Now.AddHours(-30), null), ["staging-b"] = new(Now.AddHours(-20), null), ["staging-c"] = new(Now.AddHours(-22), null) },
            Waves = new Dictionary<string, IReadOnlyList<string>> { ["staging"] = ["staging-a", "staging-b", "staging-c"] },
        };

        var waits = AssertPending(Gate(Day).Evaluate(facts), "soaking", "It must stand in staging-b for 1d; it has stood there since 2026-06-14 16:00:00Z, and may pass at 2026-06-15 16:00:00Z.");
        Assert.Equal(Now.AddHours(4), waits.LookAgain);
        Assert.IsType<GateOutcome.Passed>(Gate(Day).Evaluate(facts with { Now = Now.AddHours(4) }));
    }

    private static GateOutcome Soak(Stay stay) => Gate(Day).Evaluate(Facts(Judged()) with { Stays = Stood(stay) });

    private static Dictionary<string, Stay> Stood(Stay stay) => new() { ["staging"] = stay };
}
