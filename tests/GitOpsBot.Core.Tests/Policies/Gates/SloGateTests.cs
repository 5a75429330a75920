using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class SloGateTests
{
    private const string Ratio = "slo: { prometheus: main, query: error_ratio, atMost: 0.01 }";
    private const string Half = "slo: { prometheus: main, query: error_ratio, atMost: 0.01, for: 30m }";
    private const string Budget = "slo: { prometheus: main, query: 'errors[$window]', errorBudget: { objective: 99.9, window: 30d, burn: [{ over: 1h, atMost: 14.4 }, { over: 6h, atMost: 6 }] } }";
    private const string Canary = "slo: { prometheus: main, canary: { query: new_latency, baseline: old_latency, atMostRatio: 1.1 } }";
    private const string BudgetWanted = "Expected the error budget of 99.9% over 30d not used up, at most 14.4 times as fast over 1h, at most 6 times as fast over 6h;";

    [Fact]
    public void Passes_when_every_series_holds_and_tells_what_was_measured_apart()
    {
        var passed = AssertPassed(Judge(Ratio, ("error_ratio", [0.001, 0.01])), "Expected 'error_ratio' at most 0.01; found nothing else.");

        Assert.Equal("The highest was 0.01.", passed.Reading);
        Assert.EndsWith("found nothing else. The highest was 0.01.", passed.Told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0100001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Waits_while_one_of_several_series_does_not_hold(double value)
    {
        var waits = AssertPending(Judge(Ratio, ("error_ratio", [0.001, value])), "slo-not-met", "Expected 'error_ratio' at most 0.01; found a value that is not.");

        Assert.Null(waits.LookAgain);
        Assert.StartsWith("It was ", waits.Reading, StringComparison.Ordinal);
    }

    [Fact]
    public void Waits_on_bounds_from_below_and_between()
    {
        Assert.IsType<GateOutcome.Passed>(Judge("slo: { prometheus: main, query: up, atLeast: 1 }", ("up", [1, 2])));
        AssertPending(Judge("slo: { prometheus: main, query: up, atLeast: 1, atMost: 2 }", ("up", [0.5])), "slo-not-met", "Expected 'up' at least 1 and at most 2; found a value that is not.");
    }

    [Fact]
    public void Nothing_found_does_not_count()
    {
        AssertPending(Judge(Ratio, ("error_ratio", [])), "no-data", "Expected 'error_ratio' at most 0.01; main has nothing for 'error_ratio', and nothing does not count.");
    }

    [Fact]
    public void Waits_while_the_server_is_unreachable()
    {
        var facts = Facts() with { Outside = new OutsideFacts(new Dictionary<FactNeed, object> { [new MetricNeed("main", "error_ratio", TimeSpan.Zero)] = new Fact<MetricAnswer>.Unknown("Prometheus main did not answer within 30 s.") }) };

        AssertPending(Gate(Ratio).Evaluate(facts), "unreachable", "Expected 'error_ratio' at most 0.01; main could not be asked: Prometheus main did not answer within 30 s.");
        AssertPending(Gate(Ratio).Evaluate(Facts()), "unreachable", "Expected 'error_ratio' at most 0.01; main could not be asked: nobody asked.");
    }

    [Fact]
    public void Over_a_span_every_step_of_it_must_hold_and_it_says_when_it_may()
    {
        AssertPassed(Span(_ => 0.01), "Expected 'error_ratio' at most 0.01 for 30m; found nothing else.");

        var waits = AssertPending(Span(minute => minute == 20 ? 0.02 : 0.001), "slo-not-met", "Expected 'error_ratio' at most 0.01 for 30m; found a value that is not.");
        Assert.Equal(Now.AddMinutes(20).AddSeconds(15), waits.LookAgain);
        Assert.Equal("It was 0.02 of '{env=\"staging\"}' at 2026-06-15 11:50:00Z.", waits.Reading);
    }

    [Fact]
    public void A_series_that_began_within_the_span_says_nothing_about_the_whole_of_it_unless_another_covers_the_rest()
    {
        AssertPending(Span(minute => minute >= 1 ? 0.001 : null), "no-data", "Expected 'error_ratio' at most 0.01 for 30m; found values for a part of that time only.");
        AssertPending(Span(minute => minute is 14 ? null : 0.001), "no-data", "Expected 'error_ratio' at most 0.01 for 30m; found values for a part of that time only.");
        Assert.IsType<GateOutcome.Passed>(Span(minute => minute >= 10 ? 0.001 : null, minute => minute <= 10 ? 0.001 : null));
    }

    [Fact]
    public void A_span_is_asked_for_in_bounded_steps()
    {
        Assert.Equal([new MetricNeed("main", "error_ratio", TimeSpan.FromMinutes(30))], Gate(Half).Needs(Facts()));
        Assert.Equal(TimeSpan.FromSeconds(15), new MetricNeed("main", "q", TimeSpan.FromMinutes(5)).Step);
        Assert.Equal(TimeSpan.FromHours(6), new MetricNeed("main", "q", TimeSpan.FromDays(30)).Step);
    }

    [Fact]
    public void An_error_budget_asks_for_each_window_and_passes_while_every_rate_holds()
    {
        Assert.Equal(["errors[1h]", "errors[6h]", "errors[30d]"], Gate(Budget).Needs(Facts()).Cast<MetricNeed>().Select(n => n.Query));

        var passed = AssertPassed(Judge(Budget, ("errors[1h]", [0.0144]), ("errors[6h]", [0.006]), ("errors[30d]", [0.0009])), $"{BudgetWanted} found it so.");
        Assert.Equal("Burn rates: 14.4 over 1h, 6 over 6h, 0.9 over 30d.", passed.Reading);
    }

    [Theory]
    [InlineData(0.015, 0.001, 0.0001, "budget-burning", "over 1h it burns faster.")]
    [InlineData(0.001, 0.0061, 0.0001, "budget-burning", "over 6h it burns faster.")]
    [InlineData(0.001, 0.001, 0.0011, "budget-spent", "it is used up.")]
    [InlineData(0.001, double.NaN, 0.0001, "budget-burning", "over 6h it burns faster.")]
    public void An_error_budget_waits_while_one_window_burns_too_fast(double hour, double six, double month, string code, string end)
    {
        AssertPending(Judge(Budget, ("errors[1h]", [0, hour]), ("errors[6h]", [six]), ("errors[30d]", [month])), code, $"{BudgetWanted} {end}");
    }

    [Fact]
    public void An_error_budget_of_which_one_window_is_empty_waits()
    {
        AssertPending(
            Judge(Budget, ("errors[1h]", [0]), ("errors[6h]", []), ("errors[30d]", [0])), "no-data", $"{BudgetWanted} main has nothing for 'errors[6h]', and nothing does not count.");
    }

    [Fact]
    public void A_canary_may_be_a_little_worse_than_its_baseline_and_no_more()
    {
        const string Wanted = "Expected 'new_latency' at most 1.1 times 'old_latency';";
        AssertPassed(Judge(Canary, ("new_latency", [0.1, 0.22]), ("old_latency", [0.2, 0.3])), $"{Wanted} found it so.");
        AssertPassed(Judge(Canary, ("new_latency", [0]), ("old_latency", [0])), $"{Wanted} found it so.");
        Assert.Equal(
            "It was 0.23 beside 0.2.",
            AssertPending(Judge(Canary, ("new_latency", [0.1, 0.23]), ("old_latency", [0.2, 0.3])), "canary-worse", $"{Wanted} found it higher.").Reading);
        AssertPending(Judge(Canary, ("new_latency", [0.1]), ("old_latency", [0])), "canary-worse", $"{Wanted} found it higher.");
        AssertPending(Judge(Canary, ("new_latency", [-2]), ("old_latency", [-1])), "not-comparable", $"{Wanted} found values that are negative or not numbers, which have no ratio.");
        AssertPending(Judge(Canary, ("new_latency", [0.1]), ("old_latency", [])), "no-data", $"{Wanted} main has nothing for 'old_latency', and nothing does not count.");
    }

    private static GateOutcome Judge(string gate, params (string Query, double[] Values)[] answers) => Gate(gate).Evaluate(Facts() with
    {
        Outside = new OutsideFacts(answers.ToDictionary(
            a => (FactNeed)new MetricNeed("main", a.Query, TimeSpan.Zero),
            object (a) => new Fact<MetricAnswer>.Known(new MetricAnswer([.. a.Values.Select((v, i) => new MetricSeries($"{{pod=\"{i}\"}}", [new MetricSample(Now, v)]))])))),
    });

    // Values at every step of the half hour before now, by whole minutes from its beginning; null leaves a step out.
    private static GateOutcome Span(params Func<int, double?>[] series)
    {
        var begin = Now.AddMinutes(-30);
        var all = series.Select(values => new MetricSeries("{env=\"staging\"}",
            [.. Enumerable.Range(0, 121).Select(k => (At: begin.AddSeconds(15 * k), Value: values(k / 4))).Where(v => v.Value is not null && (v.At - begin).Seconds is 0 or 15 or 30 or 45)
                .Where(v => v.Value != 0.02 || (v.At - begin).Seconds == 0).Select(v => new MetricSample(v.At, v.Value!.Value))])).ToList();
        return Gate(Half).Evaluate(Facts() with
        {
            Outside = new OutsideFacts(new Dictionary<FactNeed, object>
            {
                [new MetricNeed("main", "error_ratio", TimeSpan.FromMinutes(30))] = new Fact<MetricAnswer>.Known(new MetricAnswer(all)),
            }),
        });
    }
}
