using System.Globalization;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Configuration.PolicyTests;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Commands;

/// <summary>Reports as JSON, exactly as SPEC section 4 fixes them. Text from outside is escaped to ASCII by the writer.</summary>
internal static class ReportJson
{
    /// <summary><c>plan</c> and <c>reconcile</c>.</summary>
    public static JsonObject Of(PassReport report) => new() { ["repositories"] = Array(report.Repositories, Of) };

    /// <summary><c>validate</c>, and every answer that is only problems.</summary>
    public static JsonObject Of(IReadOnlyList<Problem> problems) => new() { ["problems"] = Array(problems, Of) };

    /// <summary><c>verify</c>.</summary>
    public static JsonObject Of(VerifyReport report) => new()
    {
        ["reference"] = report.Reference,
        ["digest"] = report.Digest.Value,
        ["evidence"] = Array(report.Evidence, Of),
        ["verdict"] = report.Verdict.Word,
        ["gates"] = Array(report.Verdict.Gates, Of),
    };

    /// <summary><c>doctor</c>: every line, and how many of them want something done or could not be seen.</summary>
    public static JsonObject Of(Doctor.DoctorReport report) => new()
    {
        ["lines"] = Array(report.Lines, l => new JsonObject
        {
            ["check"] = l.Check, ["subject"] = l.Finding.Subject, ["outcome"] = l.Finding.Word, ["message"] = l.Finding.Sentence, ["advice"] = l.Finding.What,
        }),
        ["todo"] = report.Lines.Count(l => l.Finding is Doctor.Finding.ToDo),
        ["unseen"] = report.Lines.Count(l => l.Finding is Doctor.Finding.Unseen),
    };

    /// <summary><c>policy test</c>: every case with its gates, and which outcomes of each gate the cases saw.</summary>
    public static JsonObject Of(PolicyTestReport report) => new()
    {
        ["cases"] = Array(report.Results, r => new JsonObject
        {
            ["test"] = r.Test.Name,
            ["policy"] = r.Test.Policy.Name,
            ["case"] = r.Case.Name,
            ["file"] = r.Case.Place.File,
            ["line"] = r.Case.Place.Line,
            ["passed"] = r.Differences.Count == 0,
            ["differences"] = Array(r.Differences, d => JsonValue.Create(d)),
            ["verdict"] = r.Verdict.Word,
            ["gates"] = Array(r.Verdict.Gates, Of),
        }),
        ["coverage"] = Array(report.Coverage, c => new JsonObject
        {
            ["policy"] = c.Policy,
            ["gate"] = c.Gate,
            ["outcomes"] = Array(c.Outcomes, o => JsonValue.Create(o)),
            ["codes"] = Array(c.Codes, o => JsonValue.Create(o)),
        }),
    };

    /// <summary><c>policy explain</c>.</summary>
    public static JsonObject Of(ExpressionReport report) => new()
    {
        ["expression"] = report.Expression,
        ["explanations"] = Array(report.Explanations, e => new JsonObject
        {
            ["artifact"] = e.Artifact,
            ["evidence"] = e.Evidence is { } item ? Of((EvidenceItem)item) : null,
            ["holds"] = e.Holds,
            ["parts"] = Array(e.Parts, p => new JsonObject { ["depth"] = p.Depth, ["text"] = p.Text, ["with"] = p.With, ["value"] = p.Value, ["error"] = p.Error }),
        }),
    };

    /// <summary><c>pr list</c>.</summary>
    public static JsonObject Of(IReadOnlyList<PullRequest> pullRequests) => new() { ["pullRequests"] = Array(pullRequests, Of) };

    /// <summary><c>pr show</c>: an entry of the list with text, labels, approvals, status and comments.</summary>
    public static JsonObject Of(PullRequestView view)
    {
        var shown = Of(view.PullRequest);
        shown["body"] = view.PullRequest.Body;
        shown["labels"] = Array(view.PullRequest.Labels.Order(StringComparer.Ordinal), label => JsonValue.Create(label));
        shown["approvals"] = Array(view.Approvals, a => new JsonObject { ["login"] = a.Login, ["headSha"] = a.HeadSha, ["at"] = Time(a.At) });
        shown["status"] = view.Status is { } status ? new JsonObject { ["state"] = Word(status.State), ["description"] = status.Description } : null;
        shown["comments"] = Array(view.Comments, c => new JsonObject { ["id"] = c.Id, ["login"] = c.Login, ["text"] = c.Text, ["at"] = Time(c.At) });
        return shown;
    }

    /// <summary>The word of a closed set, as printed.</summary>
    public static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static JsonObject Of(RepositoryReport report) => new()
    {
        ["name"] = report.Name,
        ["revision"] = report.Revision,
        ["promotions"] = Array(report.Promotions, Of),
        ["problems"] = Array(report.Problems.Concat(report.Failures), Of),
    };

    private static JsonObject Of(PlannedPromotion planned) => new()
    {
        ["pipeline"] = planned.Promotion.Pipeline,
        ["environment"] = planned.Promotion.Environment,
        ["artifacts"] = Array(planned.Promotion.Artifacts, a => new JsonObject
        {
            ["name"] = a.Name,
            ["repository"] = a.Repository.ToString(),
            ["from"] = a.From?.Value,
            ["to"] = a.To.Value,
            ["version"] = a.Version,
        }),
        ["verdict"] = planned.Verdict,
        ["gates"] = Array(planned.Rows, Of),
        ["action"] = Word(planned.Action),
        ["pullRequest"] = planned.PullRequest,
    };

    private static JsonObject Of(GateResult gate) => new()
    {
        ["name"] = gate.Name,
        // The contract knows three words; an overridden gate is one that stands against nothing, and still has a code.
        ["outcome"] = gate.Outcome is GateOutcome.Overridden ? "passed" : gate.Outcome.Word,
        ["code"] = gate.Outcome.Code,
        ["reason"] = gate.Outcome.Told,
    };

    /// <summary>One item of <c>verify</c>, and all of <c>verify-bundle</c>.</summary>
    public static JsonObject Of(EvidenceItem item)
    {
        var verified = item as EvidenceItem.Verified;
        var rejected = item as EvidenceItem.Rejected;
        return new JsonObject
        {
            ["kind"] = item.Kind,
            ["predicateType"] = item.PredicateType,
            ["authority"] = verified?.Authority ?? rejected?.Authority,
            ["identity"] = verified?.Identity,
            ["outcome"] = verified is null ? "rejected" : "verified",
            ["code"] = rejected?.Rejection.CodeText,
            ["reason"] = rejected?.Rejection.Reason,
            ["digest"] = item.Digest.Value,
            ["time"] = verified?.Time is { } time ? Time(time) : null,
            ["issuer"] = verified?.Certificate?.Issuer,
            ["logIndex"] = verified?.LogIndex,
        };
    }

    private static JsonObject Of(PullRequest pullRequest) => new()
    {
        ["number"] = pullRequest.Number,
        ["title"] = pullRequest.Title,
        ["state"] = Word(pullRequest.State),
        ["head"] = pullRequest.Head,
        ["base"] = pullRequest.Base,
        ["headSha"] = pullRequest.HeadSha,
    };

    private static JsonObject Of(Problem problem) => new()
    {
        ["file"] = problem.File,
        ["line"] = problem.Line,
        ["column"] = problem.Column,
        ["message"] = problem.Message,
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> of) => [.. items.Select(of)];
}
