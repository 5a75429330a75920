using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>What a candidate is judged on, as a test writes it; what is left out comes from the facts given to all cases, else there is none.</summary>
internal sealed record WrittenFacts
{
    private const string Unreachable = "the test says that it cannot be reached.";

    private enum Unreached
    {
        Evidence,
        Approvals,
        WayBack,
        Slo,
        Deployed,
        Webhook,
    }

    private static readonly Shape<Unreached> WhatIsNot = Shapes.Choice(
        ("evidence", Unreached.Evidence), ("approvals", Unreached.Approvals), ("wayBack", Unreached.WayBack),
        ("slo", Unreached.Slo), ("deployed", Unreached.Deployed), ("webhook", Unreached.Webhook));

    private static readonly Shape<Stay> AStay = Shapes.Object<Stay>("How long it stood there.", keys =>
    {
        var since = keys.Required("since", Shapes.Instant, "When the commit landed that put it there.");
        var until = keys.Optional("until", Shapes.Instant, default, "When it was replaced; without it, it stands there.");
        return fields => new Stay(fields.Get(since), fields.Has(until) ? fields.Get(until) : null);
    });

    private static readonly Shape<Approval> AnApproval = Shapes.Object<Approval>("An approval.", keys =>
    {
        var login = keys.Required("login", Shapes.Text, "Who approved.");
        var teams = keys.Optional("teams", Shapes.List(Shapes.Text), [], "Teams, @org/team, that this person is in.");
        return fields => new Approval(fields.Get(login), fields.Get(teams), default);
    });

    private static readonly Shape<ApprovalFacts> SomeApprovals = Shapes.Object<ApprovalFacts>("Who approved and who may not.", keys =>
    {
        var by = keys.Optional("by", Shapes.List(AnApproval), [], "Approvals of this promotion.");
        var requester = keys.Optional("requester", Shapes.Text, null!, "Who asked for it; without it, the bot proposed it by itself.");
        var authors = keys.Optional("authors", Shapes.List(Shapes.Text), [], "Authors and co-authors of the promoted source; without it, nobody knows them.");
        return fields => new ApprovalFacts(fields.Get(by), fields.Get(requester), fields.Has(authors)
            ? new Fact<IReadOnlyList<string>>.Known(fields.Get(authors)) : new Fact<IReadOnlyList<string>>.Unknown("the test names no authors."));
    });

    /// <summary>The shape.</summary>
    public static Shape<WrittenFacts> Shape { get; } = Shapes.Object<WrittenFacts>("What it is judged on.", keys =>
    {
        var now = keys.Optional("now", Shapes.Instant, default, "The time of the pass.");
        var pipeline = keys.Optional("pipeline", Shapes.Name, null!, "The pipeline's name; without it, checkout.");
        var environment = keys.Optional("environment", Shapes.Name, null!, "The environment's name; without it, prod.");
        var artifacts = keys.Optional("artifacts", Shapes.List(WrittenArtifact.Shape, 1), null!, "The candidate; without it, one artifact called as the pipeline.");
        var evidence = keys.Optional("evidence", Shapes.List(WrittenEvidence.Shape), null!, "What is attached to every artifact.");
        var stays = keys.Optional("stays", Shapes.Map(AStay), null!, "By environment: how long the candidate stood there last.");
        var approvals = keys.Optional("approvals", SomeApprovals, null!, "Approvals of the promotion.");
        var wayBack = keys.Optional("wayBack", Shapes.Choice(("ready", true), ("gone", false)), true, "Whether what runs now can still be pulled; without it, it can.");
        var slo = keys.Optional("slo", Keyed.Map(WrittenMetrics.Shape), null!, "By gate of that kind: what is measured; without it, nothing.");
        var deployed = keys.Optional("deployed", Keyed.Map(Shapes.List(WrittenStatus.Shape)), null!, "By gate of that kind: the commit statuses where the candidate stands; without it, none.");
        var webhook = keys.Optional("webhook", Keyed.Map(AnyValue.Shape), null!, "By gate of that kind: the document that is answered, { result: true }; without it, no answer.");
        var waves = keys.Optional("waves", Shapes.Map(Shapes.List(Shapes.Name, 1)), null!, "By environment that is promoted in waves: its members, as the pipeline has them; each is an environment ENVIRONMENT-MEMBER.");
        var unreachable = keys.Optional("unreachable", Shapes.List(WhatIsNot), null!, "What could not be asked.");
        return fields => new WrittenFacts
        {
            Now = fields.Has(now) ? fields.Get(now) : null,
            Pipeline = fields.Get(pipeline),
            Environment = fields.Get(environment),
            Artifacts = fields.Get(artifacts),
            Evidence = fields.Get(evidence),
            Stays = fields.Get(stays),
            Approvals = fields.Get(approvals),
            IsReady = fields.Has(wayBack) ? fields.Get(wayBack) : null,
            Unknown = fields.Get(unreachable),
            Waves = fields.Get(waves),
            Outside = new WrittenOutside(fields.Get(slo), fields.Get(deployed), fields.Get(webhook)),
        };
    });

    /// <summary>The time of the pass, where it is written.</summary>
    public DateTimeOffset? Now { get; init; }

    private string? Pipeline { get; init; }

    private string? Environment { get; init; }

    private IReadOnlyList<WrittenArtifact>? Artifacts { get; init; }

    private IReadOnlyList<Func<Digest, EvidenceItem>>? Evidence { get; init; }

    private IReadOnlyDictionary<string, Stay>? Stays { get; init; }

    private ApprovalFacts? Approvals { get; init; }

    private bool? IsReady { get; init; }

    private IReadOnlyDictionary<string, IReadOnlyList<string>>? Waves { get; init; }

    private WrittenOutside Outside { get; init; } = WrittenOutside.None;

    private IReadOnlyList<Unreached>? Unknown { get; init; }

    /// <summary>These facts, with what they leave out taken from others.</summary>
    public WrittenFacts Over(WrittenFacts common) => new()
    {
        Now = Now ?? common.Now,
        Pipeline = Pipeline ?? common.Pipeline,
        Environment = Environment ?? common.Environment,
        Artifacts = Artifacts ?? common.Artifacts,
        Evidence = Evidence ?? common.Evidence,
        Stays = Stays ?? common.Stays,
        Approvals = Approvals ?? common.Approvals,
        IsReady = IsReady ?? common.IsReady,
        Unknown = Unknown ?? common.Unknown,
        Waves = Waves ?? common.Waves,
        Outside = Outside.Over(common.Outside),
    };

    /// <summary>The facts that a policy's gates are asked on; what is written for gates that it does not have is a problem.</summary>
    public GateFacts Facts(Policy policy, List<Problem> problems)
    {
        var facts = Inside();
        return facts with { Outside = Outside.Facts(policy, facts, Silence, problems) };
    }

    private GateFacts Inside()
    {
        var pipeline = Pipeline ?? "checkout";
        var artifacts = Artifacts ?? [new WrittenArtifact(
            pipeline, ImageName.Parse("example.com/" + pipeline), WrittenEvidence.Of("artifact " + pipeline), null, new Dictionary<string, string>(), [],
            new Dictionary<string, IReadOnlyList<Func<Digest, EvidenceItem>>>())];
        return new GateFacts(
            Now!.Value, pipeline, Environment ?? "prod",
            [.. artifacts.Select(a => (a with { Evidence = [.. a.Evidence, .. Evidence ?? []] }).Judged(Is(Unreached.Evidence) ? Unreachable : null))],
            Stays ?? new Dictionary<string, Stay>(),
            Is(Unreached.Approvals) ? new Fact<ApprovalFacts>.Unknown(Unreachable)
                : new Fact<ApprovalFacts>.Known(Approvals ?? new ApprovalFacts([], null, new Fact<IReadOnlyList<string>>.Unknown("the test names no authors."))),
            Is(Unreached.WayBack) ? new Fact<WayBack>.Unknown(Unreachable)
                : new Fact<WayBack>.Known(IsReady == false ? new WayBack(false, "the test says that it is gone") : new WayBack(true, "the test says that it is there")))
        {
            Waves = (Waves ?? new Dictionary<string, IReadOnlyList<string>>()).ToDictionary(
                w => w.Key, w => (IReadOnlyList<string>)[.. w.Value.Select(member => Configuration.Waves.MemberName(w.Key, member))], StringComparer.Ordinal),
        };
    }

    private string? Silence(Type gate) => (gate == typeof(SloGate) && Is(Unreached.Slo)) || (gate == typeof(DeployedGate) && Is(Unreached.Deployed))
        || (gate == typeof(WebhookGate) && Is(Unreached.Webhook)) ? Unreachable : null;

    private bool Is(Unreached what) => Unknown?.Contains(what) == true;
}
