using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>What a candidate is judged on, as a test writes it; what is left out comes from the facts given to all cases, else there is none.</summary>
internal sealed record WrittenFacts
{
    private const string Unreachable = "the test says that it cannot be reached.";

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
        var unreachable = keys.Optional("unreachable", Shapes.List(Shapes.Choice(("evidence", 'e'), ("approvals", 'a'), ("wayBack", 'w'))), null!, "What could not be asked.");
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

    private IReadOnlyList<char>? Unknown { get; init; }

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
    };

    /// <summary>The facts that gates are asked on.</summary>
    public GateFacts Facts()
    {
        var pipeline = Pipeline ?? "checkout";
        var artifacts = Artifacts ?? [new WrittenArtifact(
            pipeline, ImageName.Parse("example.com/" + pipeline), WrittenEvidence.Of("artifact " + pipeline), null, new Dictionary<string, string>(), [],
            new Dictionary<string, IReadOnlyList<Func<Digest, EvidenceItem>>>())];
        return new GateFacts(
            Now!.Value, pipeline, Environment ?? "prod",
            [.. artifacts.Select(a => (a with { Evidence = [.. a.Evidence, .. Evidence ?? []] }).Judged(Is('e') ? Unreachable : null))],
            Stays ?? new Dictionary<string, Stay>(),
            Is('a') ? new Fact<ApprovalFacts>.Unknown(Unreachable)
                : new Fact<ApprovalFacts>.Known(Approvals ?? new ApprovalFacts([], null, new Fact<IReadOnlyList<string>>.Unknown("the test names no authors."))),
            Is('w') ? new Fact<WayBack>.Unknown(Unreachable)
                : new Fact<WayBack>.Known(IsReady == false ? new WayBack(false, "the test says that it is gone") : new WayBack(true, "the test says that it is there")));
    }

    private bool Is(char what) => Unknown?.Contains(what) == true;
}
