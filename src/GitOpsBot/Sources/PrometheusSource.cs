using System.Globalization;
using System.Text.Json;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Sources;

/// <summary>Queries of one Prometheus server by its HTTP interface (API v1, "Expression queries"): instant, or over a span in steps.</summary>
/// <param name="client">The server.</param>
/// <param name="longest">How long a query may last; null for thirty seconds.</param>
internal sealed class PrometheusSource(SourceClient client, TimeSpan? longest = null)
{
    // A query for one answer that gives more series asks for something else.
    private const int MostSeries = 1000;

    // SPEC section 3: no call to the outside waits longer.
    private readonly TimeSpan limit = longest ?? TimeSpan.FromSeconds(30);

    /// <summary>What a query gives at a time, or over the span that ends with it.</summary>
    /// <exception cref="SourceException">The server does not answer, refuses the query, or answers something else.</exception>
    public async Task<MetricAnswer> QueryAsync(MetricNeed need, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string> { ["query"] = need.Query, ["timeout"] = "25s" };
        if (need.Over == TimeSpan.Zero)
        {
            form["time"] = Time(now);
        }
        else
        {
            form["start"] = Time(now - need.Over);
            form["end"] = Time(now);
            form["step"] = need.Step.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        }

        using var content = new FormUrlEncodedContent(form);
        var (status, body) = await client.PostAsync(need.Over == TimeSpan.Zero ? "/api/v1/query" : "/api/v1/query_range", content, limit, cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Read(status, json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            // From outside: whatever is not the form that is documented is no answer.
            throw new SourceException($"{client.Name} answers {status} with something that is not Prometheus's JSON.", isSilent: false, e);
        }
    }

    private MetricAnswer Read(int status, JsonElement root)
    {
        if (root.GetProperty("status").GetString() != "success")
        {
            throw new SourceException($"{client.Name} answers {status}: {Shown.Quoted(root.TryGetProperty("error", out var error) ? error.GetString() ?? "" : "no reason")}.", isSilent: false);
        }

        var data = root.GetProperty("data");
        var result = data.GetProperty("result");
        switch (data.GetProperty("resultType").GetString())
        {
            case "scalar":
                return new MetricAnswer([new MetricSeries("{}", [Sample(result)])]);
            case "vector" or "matrix" when result.GetArrayLength() > MostSeries:
                throw new SourceException($"{client.Name} answers with {result.GetArrayLength()} series; at most {MostSeries} are read.", isSilent: false);
            case "vector":
                return new MetricAnswer([.. result.EnumerateArray().Select(s => new MetricSeries(Labels(s.GetProperty("metric")), [Sample(s.GetProperty("value"))]))]);
            case "matrix":
                return new MetricAnswer([.. result.EnumerateArray()
                    .Select(s => new MetricSeries(Labels(s.GetProperty("metric")), [.. s.GetProperty("values").EnumerateArray().Select(Sample)]))
                    .Where(s => s.Samples.Count > 0)]);
            default:
                throw new SourceException($"{client.Name} answers with something that is not a number: the query must give numbers.", isSilent: false);
        }
    }

    private static MetricSample Sample(JsonElement pair) => new(
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(pair[0].GetDouble() * 1000)),
        pair[1].GetString() switch
        {
            "NaN" => double.NaN,
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => double.Parse(text!, NumberStyles.Float, CultureInfo.InvariantCulture),
        });

    private static string Labels(JsonElement metric) => $"{{{string.Join(", ", metric.EnumerateObject().Select(l => $"{l.Name}=\"{l.Value.GetString()}\""))}}}";

    private static string Time(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1000m).ToString("0.000", CultureInfo.InvariantCulture);
}
