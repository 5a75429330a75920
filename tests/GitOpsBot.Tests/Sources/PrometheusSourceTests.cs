using System.Globalization;
using System.Text;
using GitOpsBot.Core.Policies;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Sources;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Sources;

public sealed class PrometheusSourceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_server_answers_what_it_scraped_and_refuses_what_is_no_query()
    {
        await using var shop = await AnsweringServer.StartAsync(200, "# TYPE error_ratio gauge\nerror_ratio{pod=\"a\"} 0.004\nerror_ratio{pod=\"b\"} NaN\n", "text/plain; version=0.0.4");
        await using var server = await StartAsync(shop.Url, null);
        var source = At(server.Url);

        MetricAnswer? found = null;
        for (var tries = 0; tries < 100 && found?.Series.Count is not 2; tries++)
        {
            await Task.Delay(100, Token);
            found = await source.QueryAsync(new MetricNeed("main", "error_ratio{job=\"shop\"}", TimeSpan.Zero), DateTimeOffset.UtcNow, Token);
        }

        Assert.Equal([0.004, double.NaN], found!.Series.SelectMany(s => s.Samples).Select(v => v.Value));
        Assert.Contains("pod=\"a\"", found.Series[0].Labels, StringComparison.Ordinal);
        Assert.Empty((await source.QueryAsync(new MetricNeed("main", "no_such_metric", TimeSpan.Zero), DateTimeOffset.UtcNow, Token)).Series);
        Assert.Equal(double.PositiveInfinity, Assert.Single((await source.QueryAsync(new MetricNeed("main", "scalar(vector(1/0))", TimeSpan.Zero), DateTimeOffset.UtcNow, Token)).Series).Samples[0].Value);

        var refused = await Assert.ThrowsAsync<SourceException>(() => source.QueryAsync(new MetricNeed("main", "sum(", TimeSpan.Zero), DateTimeOffset.UtcNow, Token));
        Assert.StartsWith("Prometheus main answers 400: '", refused.Message, StringComparison.Ordinal);
        Assert.Contains("parse error", refused.Message, StringComparison.Ordinal);
        Assert.False(refused.IsSilent);
    }

    // Errors burn at a known rate for two hours: 2 % until an hour ago, 0.05 % since. A budget of 99.9 % burns at 0.5 now, and at more than ten over the whole.
    [Fact]
    public async Task A_real_server_answers_for_spans_and_burn_rates_of_what_it_remembers()
    {
        var now = new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
        await using var server = await StartAsync(null, Past(now));
        var facts = new FactsReader(
            new OutsideSources(SourceSettings.None with { Prometheus = new Dictionary<string, SourceAddress> { ["main"] = new(server.Url, null) } }), null!, now);

        Assert.Equal("passed", await JudgeAsync(facts, now, "slo: { prometheus: main, query: load, atMost: 0.9, for: 50m }"));
        Assert.Equal("slo-not-met", await JudgeAsync(facts, now, "slo: { prometheus: main, query: load, atMost: 0.9, for: 70m }"));
        Assert.Equal("no-data", await JudgeAsync(facts, now, "slo: { prometheus: main, query: load, atMost: 10, for: 3h }"));
        Assert.Equal("slo-not-met", await JudgeAsync(facts, now, "slo: { prometheus: main, query: load, atLeast: 0.9 }"));
        Assert.Equal("no-data", await JudgeAsync(facts, now, "slo: { prometheus: main, query: 'load{env=\"other\"}', atMost: 1 }"));

        const string Ratio = "query: 'sum(rate(errors_total[$window])) / sum(rate(requests_total[$window]))'";
        Assert.Equal("passed", await JudgeAsync(facts, now, $"slo: {{ prometheus: main, {Ratio}, errorBudget: {{ objective: 95, window: 2h, burn: [{{ over: 30m, atMost: 0.1 }}] }} }}"));
        Assert.Equal("budget-spent", await JudgeAsync(facts, now, $"slo: {{ prometheus: main, {Ratio}, errorBudget: {{ objective: 99.9, window: 2h, burn: [{{ over: 30m, atMost: 1 }}] }} }}"));
        Assert.Equal("budget-burning", await JudgeAsync(facts, now, $"slo: {{ prometheus: main, {Ratio}, errorBudget: {{ objective: 95, window: 2h, burn: [{{ over: 30m, atMost: 0.001 }}] }} }}"));

        Assert.Equal("passed", await JudgeAsync(facts, now, "slo: { prometheus: main, canary: { query: load, baseline: 'load * 0.95', atMostRatio: 1.1 } }"));
        Assert.Equal("canary-worse", await JudgeAsync(facts, now, "slo: { prometheus: main, canary: { query: load, baseline: 'load * 0.5', atMostRatio: 1.1 } }"));
        Assert.Equal("unreachable", await JudgeAsync(facts, now, "slo: { prometheus: main, query: 'sum(', atMost: 1 }"));
    }

    [Theory]
    [InlineData(200, "<html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}}""")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1e300,"1"]}]}}""")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"one"]}]}}""")]
    [InlineData(502, "bad gateway")]
    public async Task Whatever_is_not_the_documented_form_is_no_answer(int status, string body)
    {
        await using var server = await AnsweringServer.StartAsync(status, body);

        var refused = await Assert.ThrowsAsync<SourceException>(() => At(server.Url).QueryAsync(new MetricNeed("main", "up", TimeSpan.Zero), DateTimeOffset.UtcNow, Token));

        Assert.Equal($"Prometheus main answers {status} with something that is not Prometheus's JSON.", refused.Message);
    }

    [Fact]
    public async Task Text_is_no_number_and_thousands_of_series_are_no_answer()
    {
        await using var text = await AnsweringServer.StartAsync(200, """{"status":"success","data":{"resultType":"string","result":[1,"x"]}}""");
        var series = string.Join(',', Enumerable.Repeat("""{"metric":{},"value":[1,"1"]}""", 1001));
        await using var many = await AnsweringServer.StartAsync(200, $$"""{"status":"success","data":{"resultType":"vector","result":[{{series}}] } }""");
        var need = new MetricNeed("main", "up", TimeSpan.Zero);

        Assert.Equal(
            "Prometheus main answers with something that is not a number: the query must give numbers.",
            (await Assert.ThrowsAsync<SourceException>(() => At(text.Url).QueryAsync(need, DateTimeOffset.UtcNow, Token))).Message);
        Assert.Equal(
            "Prometheus main answers with 1001 series; at most 1000 are read.",
            (await Assert.ThrowsAsync<SourceException>(() => At(many.Url).QueryAsync(need, DateTimeOffset.UtcNow, Token))).Message);
    }

    [Fact]
    public async Task Queries_go_by_form_below_the_address_however_it_ends()
    {
        await using var server = await AnsweringServer.StartAsync(200, """{"status":"success","data":{"resultType":"matrix","result":[]}}""");
        var at = new DateTimeOffset(2026, 6, 15, 12, 0, 0, 250, TimeSpan.Zero);

        await At(new Uri(server.Url, "prefix/")).QueryAsync(new MetricNeed("main", "a+b", TimeSpan.FromMinutes(30)), at, Token);

        Assert.Equal(
            ("POST", "/prefix/api/v1/query_range", "query=a%2Bb&timeout=25s&start=1781523000.250&end=1781524800.250&step=15", null), Assert.Single(server.Asked));
    }

    [Fact]
    public async Task One_that_never_answers_is_left_when_its_time_is_over()
    {
        await using var server = await AnsweringServer.StartAsync((context, _) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        var source = new PrometheusSource(new SourceClient("Prometheus main", new SourceAddress(server.Url, null)), TimeSpan.FromSeconds(1));

        var refused = await Assert.ThrowsAsync<SourceException>(() => source.QueryAsync(new MetricNeed("main", "up", TimeSpan.Zero), DateTimeOffset.UtcNow, Token));

        Assert.Equal(("Prometheus main did not answer within 1 s.", true), (refused.Message, refused.IsSilent));
    }

    private static PrometheusSource At(Uri url) => new(new SourceClient("Prometheus main", new SourceAddress(url, null)));

    private static async Task<PrometheusServer> StartAsync(Uri? scrapes, string? past)
    {
        if (!PrometheusServer.IsInstalled)
        {
            Assert.Skip("prometheus is not installed");
        }

        return await PrometheusServer.StartAsync(scrapes, past);
    }

    private static async Task<string> JudgeAsync(FactsReader reader, DateTimeOffset now, string gate)
    {
        var file = Core.Documents.YamlReader.Read("gate.yaml", Encoding.UTF8.GetBytes(gate));
        var (key, value) = Assert.IsType<Core.Documents.YamlNode.Mapping>(Assert.Single(file.Documents)).Entries.Single();
        var problems = new List<Core.Documents.Problem>();
        var made = GateKinds.All.Single(k => k.Key == key.Text).Shape.Read(value, problems);
        Assert.Empty(problems);
        var slo = made.Value!(new GateHeader("slo", key.Place, GateTiming.Open, false));
        var facts = new GateFacts(
            now, "checkout", "prod", [], new Dictionary<string, Stay>(), new Fact<ApprovalFacts>.Unknown("nobody asked."), new Fact<WayBack>.Unknown("nobody asked."));
        var outcome = slo.Evaluate(facts with { Outside = await reader.GatherAsync([.. slo.Needs(facts)], _ => [], Token) });
        return outcome.Code ?? outcome.Word;
    }

    private static string Past(DateTimeOffset now)
    {
        var (requests, errors, load) = (new StringBuilder("# TYPE requests counter\n"), new StringBuilder("# TYPE errors counter\n"), new StringBuilder("# TYPE load gauge\n"));
        double errorsSoFar = 0;
        for (var second = 0; second <= 7200; second += 15)
        {
            var at = now.AddSeconds(second - 7200).ToUnixTimeSeconds();
            errorsSoFar += second <= 3600 ? 15 * 0.02 : 15 * 0.0005;
            requests.Append(CultureInfo.InvariantCulture, $"requests_total {second} {at}\n");
            errors.Append(CultureInfo.InvariantCulture, $"errors_total {errorsSoFar} {at}\n");
            load.Append(CultureInfo.InvariantCulture, $"load {(second <= 3600 ? 1.5 : 0.5)} {at}\n");
        }

        return requests.ToString() + errors + load;
    }
}
