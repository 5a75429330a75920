namespace GitOpsBot.Core.Policies;

/// <summary>A fact of the outside that a gate says it needs; the bot fetches all of them, and Core judges them. Equal needs are asked once.</summary>
public abstract record FactNeed;

/// <summary>A need that is answered with one type of value.</summary>
/// <typeparam name="T">What answers it.</typeparam>
public abstract record FactNeed<T> : FactNeed;

/// <summary>What a query of metrics gives: at the time of the pass, or at every step of a span that ends with it.</summary>
/// <param name="Source">Name of the Prometheus server in the bot's settings.</param>
/// <param name="Query">PromQL.</param>
/// <param name="Over">How far back; zero for the time of the pass alone.</param>
public sealed record MetricNeed(string Source, string Query, TimeSpan Over) : FactNeed<MetricAnswer>
{
    // Below the usual interval of scraping, the same samples would only be shown again.
    private const double ShortestStep = 15;

    // A day in steps of twelve minutes, half an hour in steps of fifteen seconds: enough to see, and far below the 11,000 that the server allows.
    private const double MostSteps = 120;

    /// <summary>Between two samples of the span; whole seconds.</summary>
    public TimeSpan Step => TimeSpan.FromSeconds(Math.Max(ShortestStep, Math.Ceiling(Over.TotalSeconds / MostSteps)));
}

/// <summary>The commit statuses of one context on the commits of the base branch on which a candidate stood in an environment.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Context">The status's context, <c>argocd/checkout</c>.</param>
public sealed record StatusNeed(string Environment, string Context) : FactNeed<IReadOnlyList<ReportedStatus>>;

/// <summary>What a webhook answers to a document.</summary>
/// <param name="Source">Its name in the bot's settings.</param>
/// <param name="Body">The JSON document that is sent.</param>
/// <param name="Timeout">How long it may take; at most 30 seconds.</param>
public sealed record WebhookNeed(string Source, string Body, TimeSpan Timeout) : FactNeed<string>;

/// <summary>One value of a metric.</summary>
public sealed record MetricSample(DateTimeOffset At, double Value);

/// <summary>One series of a metric.</summary>
/// <param name="Labels">Its labels, as Prometheus writes them; of unknown origin.</param>
/// <param name="Samples">In the order of time; at least one.</param>
public sealed record MetricSeries(string Labels, IReadOnlyList<MetricSample> Samples);

/// <summary>All series of a query; none when it found nothing.</summary>
public sealed record MetricAnswer(IReadOnlyList<MetricSeries> Series);

/// <summary>What somebody reported about a commit.</summary>
public enum ReportedState
{
    /// <summary>It is not decided.</summary>
    Pending,
    /// <summary>It went well.</summary>
    Success,
    /// <summary>It did not; the forges' <c>error</c> and <c>failure</c>.</summary>
    Failure,
}

/// <summary>A commit status of somebody else, as the forge holds it.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="State">What it says.</param>
/// <param name="Login">Who created it, as the forge knows them.</param>
/// <param name="At">When the forge received it.</param>
public sealed record ReportedStatus(string Commit, ReportedState State, string Login, DateTimeOffset At);

/// <summary>The facts of the outside that were gathered for one candidate.</summary>
public sealed class OutsideFacts(IReadOnlyDictionary<FactNeed, object> facts)
{
    /// <summary>Nothing was asked.</summary>
    public static OutsideFacts None { get; } = new(new Dictionary<FactNeed, object>());

    /// <summary>The answer; unknown when nobody asked.</summary>
    public Fact<T> Of<T>(FactNeed<T> need) => facts.TryGetValue(need, out var fact) ? (Fact<T>)fact : new Fact<T>.Unknown("nobody asked.");
}
