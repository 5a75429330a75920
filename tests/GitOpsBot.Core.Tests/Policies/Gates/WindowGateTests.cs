using System.Globalization;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class WindowGateTests
{
    private const string Office = "Mon-Thu 09:00-16:00 Europe/Berlin";

    [Theory]
    // In summer Berlin is two hours ahead, in winter one.
    [InlineData(Office, "2026-06-15T07:00:00Z", null)]
    [InlineData(Office, "2026-06-15T06:59:59Z", "2026-06-15T07:00:00Z")]
    [InlineData(Office, "2026-06-15T13:59:59Z", null)]
    [InlineData(Office, "2026-06-15T14:00:00Z", "2026-06-16T07:00:00Z")]
    [InlineData(Office, "2026-01-15T08:00:00Z", null)]
    [InlineData(Office, "2026-01-15T07:30:00Z", "2026-01-15T08:00:00Z")]
    // Over the weekends at which the clocks change, forward and back.
    [InlineData(Office, "2026-03-26T15:00:00Z", "2026-03-30T07:00:00Z")]
    [InlineData(Office, "2026-10-22T15:00:00Z", "2026-10-26T08:00:00Z")]
    [InlineData("Mon-Fri 09:00-16:00 America/New_York", "2026-03-07T00:00:00Z", "2026-03-09T13:00:00Z")]
    [InlineData("Mon-Fri 09:00-16:00 America/New_York", "2026-10-31T00:00:00Z", "2026-11-02T14:00:00Z")]
    // 02:15 to 02:45 does not exist on 29 March 2026 in Berlin.
    [InlineData("Sun 02:15-02:45 Europe/Berlin", "2026-03-28T12:00:00Z", "2026-04-05T00:15:00Z")]
    [InlineData("Sun 02:15-02:45 Europe/Berlin", "2026-03-29T01:00:00Z", "2026-04-05T00:15:00Z")]
    // 02:30 is skipped, 03:00 follows on 01:59:59, and lies in it.
    [InlineData("Sun 02:30-04:00 Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    // On 25 October 2026 the hour from two to three comes twice.
    [InlineData("Sun 02:30-03:00 Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("Sun 02:30-03:00 Europe/Berlin", "2026-10-25T00:59:59Z", null)]
    [InlineData("Sun 02:30-03:00 Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("Sun 02:30-03:00 Europe/Berlin", "2026-10-25T01:45:00Z", null)]
    [InlineData("Sun 02:30-03:00 Europe/Berlin", "2026-10-25T02:00:00Z", "2026-11-01T01:30:00Z")]
    // Over midnight the days are those of the beginning.
    [InlineData("Fri 22:00-02:00 Europe/Berlin", "2026-06-19T23:59:59Z", null)]
    [InlineData("Fri 22:00-02:00 Europe/Berlin", "2026-06-20T00:00:00Z", "2026-06-26T20:00:00Z")]
    [InlineData("Fri 22:00-02:00 Europe/Berlin", "2026-06-18T23:00:00Z", "2026-06-19T20:00:00Z")]
    [InlineData("Sat 22:00-24:00 UTC", "2026-06-20T23:59:59Z", null)]
    [InlineData("Sat 22:00-24:00 UTC", "2026-06-21T00:00:00Z", "2026-06-27T22:00:00Z")]
    // Days in every way they are written.
    [InlineData("Fri-Mon 00:00-24:00 UTC", "2026-06-16T00:00:00Z", "2026-06-19T00:00:00Z")]
    [InlineData("Tue,Thu 10:00-11:00 UTC", "2026-06-16T11:00:00Z", "2026-06-18T10:00:00Z")]
    [InlineData("10:00-11:00 Asia/Kolkata", "2026-06-16T05:30:00Z", "2026-06-17T04:30:00Z")]
    public void Is_open_at_its_hours_and_otherwise_says_when_it_opens_next(string hours, string now, string? next)
    {
        var outcome = At($"window: {{ allow: ['{hours}'] }}", now);

        AssertOpens(outcome, hours, next);
    }

    [Theory]
    [InlineData("2026-12-19T23:00:00Z", "2027-01-07T08:00:00Z")]
    [InlineData("2026-12-22T10:00:00Z", "2027-01-07T08:00:00Z")]
    [InlineData("2027-01-06T10:00:00Z", "2027-01-07T08:00:00Z")]
    [InlineData("2027-01-07T10:00:00Z", null)]
    [InlineData("2026-12-17T14:59:59Z", null)]
    public void Denied_dates_are_closed_whatever_the_hour_and_the_last_one_is_among_them(string now, string? next)
    {
        var outcome = At($"window: {{ allow: ['{Office}'], deny: ['2026-12-20/2027-01-06'] }}", now);

        AssertOpens(outcome, $"{Office}, not on 2026-12-20/2027-01-06", next);
    }

    [Fact]
    public void Dates_alone_leave_every_other_hour_open_and_may_have_a_zone_of_their_own()
    {
        AssertOpens(At("window: { deny: ['2026-06-15'] }", "2026-06-15T12:00:00Z"), "any time, not on 2026-06-15", "2026-06-16T00:00:00Z");
        AssertOpens(At("window: { deny: ['2026-06-15 Europe/Berlin'] }", "2026-06-14T22:00:00Z"), "any time, not on 2026-06-15 Europe/Berlin", "2026-06-15T22:00:00Z");
        AssertOpens(At("window: { deny: ['2026-06-15 Europe/Berlin'] }", "2026-06-15T22:00:00Z"), "any time, not on 2026-06-15 Europe/Berlin", null);
    }

    [Fact]
    public void Several_windows_open_at_the_earliest_of_them()
    {
        AssertOpens(
            At("window: { allow: ['Tue 10:00-11:00 UTC', 'Mon 20:00-21:00 UTC'] }", "2026-06-15T12:00:00Z"), "Tue 10:00-11:00 UTC or Mon 20:00-21:00 UTC", "2026-06-15T20:00:00Z");
    }

    [Fact]
    public void Is_due_before_the_merge_and_not_before_the_proposal()
    {
        Assert.Equal(GateTiming.Merge, Gate($"window: {{ allow: ['{Office}'] }}").Header.Before);
    }

    // Law: what it says is the next opening is open, and nothing before it is, minute by minute, over a year with both changes of clocks.
    [Fact]
    public void Law_the_next_opening_is_the_first_open_minute()
    {
        var random = new Random(20260615);
        string[] zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "Africa/Cairo", "UTC"];
        for (var i = 0; i < 150; i++)
        {
            var (from, to) = (random.Next(0, 96) * 15, random.Next(0, 96) * 15);
            if (from == to)
            {
                continue;
            }

            var day = new DateOnly(2026, 1, 1).AddDays(random.Next(0, 365));
            var gate = Gate($"window: {{ allow: ['{Any("Mon", "Sat-Sun", "Tue,Fri")} {Clock(from)}-{Clock(to)} {zones[random.Next(zones.Length)]}'], deny: ['{day:yyyy-MM-dd}/{day.AddDays(random.Next(0, 9)):yyyy-MM-dd}'] }}");
            var now = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddMinutes(random.Next(-4000, 4000));
            if (gate.Evaluate(Facts() with { Now = now }) is GateOutcome.Pending { LookAgain: { } next })
            {
                Assert.IsType<GateOutcome.Passed>(gate.Evaluate(Facts() with { Now = next }));
                for (var at = now; at < next; at = at.AddMinutes(15))
                {
                    Assert.Equal(next, Assert.IsType<GateOutcome.Pending>(gate.Evaluate(Facts() with { Now = at })).LookAgain);
                }
            }
        }

        string Any(params string[] of) => of[random.Next(of.Length)];
        static string Clock(int minutes) => $"{minutes / 60:00}:{minutes % 60:00}";
    }

    private static GateOutcome At(string gate, string now) => Gate(gate).Evaluate(Facts() with { Now = Time(now) });

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static void AssertOpens(GateOutcome outcome, string expected, string? next)
    {
        if (next is null)
        {
            AssertPassed(outcome, $"Expected {expected}; it is open.");
        }
        else
        {
            Assert.Equal(Time(next), AssertPending(outcome, "window-closed", $"Expected {expected}; it opens next at {Time(next).UtcDateTime:u}.").LookAgain);
        }
    }
}
