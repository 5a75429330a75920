using System.Text.Json;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// <c>webhook</c>: a decision of somebody else, in the form of Open Policy Agent's REST interface (Data API, "Get a Document with Input"): what is sent is
/// <see cref="WebhookInput"/>; <c>{"result": true}</c> or <c>{"result": {"allow": true}}</c> is a yes, everything else a no. An answer
/// that is no decision fails it, no answer leaves it pending.
/// </summary>
internal sealed record WebhookGate(GateHeader Header, Reference Source, TimeSpan Timeout) : Gate(Header)
{
    // No call to the outside waits longer (SPEC section 3).
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("webhook", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("Whom to ask.", keys =>
    {
        var source = keys.Required("source", Shapes.Reference, "The webhook, by its name under sources.webhooks of the bot's settings.");
        keys.Optional("input", Shapes.Choice(("default", true)), true, "The document that is sent.");
        var timeout = keys.Optional("timeout", Shapes.Duration, UsualTimeout, "How long it may take, at most 30s.");
        return fields =>
        {
            if (fields.Get(timeout) <= LongestTimeout && fields.Get(timeout) > TimeSpan.Zero)
            {
                return new Shaped<Func<GateHeader, Gate>>(true, header => new WebhookGate(header, fields.Get(source), fields.Get(timeout)));
            }

            fields.Says(timeout, "Expected a time from 1s to 30s.");
            return default;
        };
    }));

    /// <inheritdoc/>
    public override bool IsWatched => true;

    /// <inheritdoc/>
    public override bool NeedsEvidence => true;

    /// <inheritdoc/>
    public override IReadOnlyList<SourceReference> Sources => [new SourceReference(SourceKind.Webhook, Source)];

    /// <inheritdoc/>
    public override IEnumerable<FactNeed> Needs(GateFacts facts) => [Need(facts)];

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts) => facts.Outside.Of(Need(facts)) switch
    {
        Fact<string>.Known { Value: var body } => Read(body),
        Fact<string>.Unknown no => new GateOutcome.Pending("unreachable", $"Expected a yes of {Source}; it could not be asked: {no.Reason}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private WebhookNeed Need(GateFacts facts) => new(Source.Name, WebhookInput.Of(Name, facts), Timeout);

    // Attacker-controlled as far as the webhook is: every form that is not exactly a yes is a no.
    private GateOutcome Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("result", out var result))
            {
                return new GateOutcome.Failed("undefined-result", $"Expected a yes of {Source}; it has no result, which means that no rule applies.");
            }

            var (allow, reason) = result.ValueKind == JsonValueKind.Object && result.TryGetProperty("allow", out var inner)
                ? (inner.ValueKind, result.TryGetProperty("reason", out var said) && said.ValueKind == JsonValueKind.String ? Shown.Quoted(said.GetString()!) : null)
                : (result.ValueKind, null);
            var why = reason is null ? "" : $", because {reason}";
            return allow switch
            {
                JsonValueKind.True => new GateOutcome.Passed($"Expected a yes of {Source}; it said yes{why}."),
                JsonValueKind.False => new GateOutcome.Failed("denied", $"Expected a yes of {Source}; it said no{why}."),
                _ => new GateOutcome.Failed("undefined-result", $"Expected a yes of {Source}; its result is neither true nor false."),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new GateOutcome.Failed("malformed", $"Expected a yes of {Source}; its answer is not JSON that can be read.");
        }
    }
}
