using System.Globalization;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Reconciliation;
using Spectre.Console;

namespace GitOpsBot.Commands;

/// <summary>Reports for people: in colours on a terminal, plain elsewhere. Text from outside cannot move the cursor, hide or reorder.</summary>
internal sealed class ReportText
{
    // Lines are for grep as much as for eyes: never folded when no person looks.
    private const int Unfolded = 10_000;

    private readonly IAnsiConsole console;

    /// <summary>Writes to this terminal's standard output.</summary>
    public ReportText(Terminal terminal)
    {
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(terminal.Out),
            Ansi = terminal.HasColors ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal.HasColors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = Unfolded;
    }

    /// <summary><c>plan</c> and <c>reconcile</c>.</summary>
    public void Print(PassReport report)
    {
        foreach (var repository in report.Repositories)
        {
            Line($"[bold]{Safe(repository.Name)}[/] {(repository.Revision is { } sha ? "at " + Safe(sha) : "could not be read")}");
            foreach (var promotion in repository.Promotions)
            {
                Print(promotion);
            }

            if (repository.Pace is { } pace)
            {
                Line($"  {Safe(pace)}");
            }

            foreach (var failure in repository.FailedLandings)
            {
                Line($"  [red]{Safe($"{failure.Pipeline} in {failure.Environment} failed, on failure {ReportJson.Word(failure.Then)}. {failure.Reason}")}[/]");
            }

            foreach (var standing in repository.Owing)
            {
                Line($"  [yellow]{Safe(standing.Owed!)}[/]");
            }

            foreach (var unproven in repository.Unproven)
            {
                Line($"  [red]{Safe(unproven.Sentence)}[/]");
            }

            foreach (var standing in repository.Unmet)
            {
                Line($"  [red]{Safe(standing.Sentence)}[/]");
            }

            if (repository.Promotions.Count == 0 && repository.Unmet.Count == 0 && repository.Owing.Count == 0 && repository.Unproven.Count == 0 && repository.Problems.Count == 0 && repository.Failures.Count == 0)
            {
                Line("  Nothing to promote.");
            }

            foreach (var problem in repository.Problems.Concat(repository.Failures))
            {
                Line($"  [red]{Safe(problem.ToString())}[/]");
            }
        }
    }

    /// <summary><c>verify</c>.</summary>
    public void Print(VerifyReport report)
    {
        Line($"[bold]{Safe(report.Reference)}[/] is {Safe(report.Digest.Value)}");
        if (report.Evidence.Count == 0)
        {
            Line("  Nothing is attached.");
        }
        else
        {
            console.Write(EvidenceTable.Of(report.Evidence));
        }

        foreach (var said in EvidenceText.Sayings(report.Evidence))
        {
            Line("  " + Safe(said));
        }

        Print(report.Verdict.Gates);
        if (report.Verdict.Gates.All(g => g.Outcome.Code == PolicyEvaluator.NotJudged))
        {
            Line("No gate of this policy is about evidence, so nothing can be said of an artifact by itself.");
        }

        Line($"Verdict: [bold]{report.Verdict.Word}[/]");
    }

    /// <summary><c>policy explain</c>: each part on a line, indented below the part that it belongs to.</summary>
    public void Print(ExpressionReport report)
    {
        foreach (var explanation in report.Explanations)
        {
            if (explanation.Artifact is { } artifact)
            {
                Line($"[bold]{Safe(artifact)}[/]{(explanation.Evidence is { } item ? $" with {Safe(item.PredicateType ?? item.Kind)} by {Safe(item.Authority)} ({Safe(item.Digest.Value)})" : "")}");
            }

            foreach (var part in explanation.Parts)
            {
                var value = part.Error is { } error ? $"[red]error[/]: {Safe(error)}" : Safe(part.Value ?? "not evaluated");
                Line($"{new string(' ', 2 * part.Depth)}{(part.With is { } with ? Safe($"({with}) ") : "")}{Safe(part.Text)} = {value}");
            }
        }

        if (report.Explanations.Count == 0)
        {
            Line("There is no verified evidence to ask it of.");
        }
    }

    /// <summary>An item that is believed: what it is, who signed it, who vouched for that, when, and its number in the log.</summary>
    public void Print(EvidenceItem.Verified verified)
    {
        var issuer = verified.Certificate is { } certificate ? $", vouched for by {Safe(certificate.Issuer)}" : "";
        var time = verified.Time is { } at ? string.Create(CultureInfo.InvariantCulture, $", signed at {at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}") : "";
        var index = verified.LogIndex is { } number ? string.Create(CultureInfo.InvariantCulture, $", log index {number}") : "";
        Line($"  [green]verified[/] {What(verified)} by {Safe(verified.Authority)} ({Safe(verified.Identity)}){issuer}{time}{index}");
    }

    /// <summary><c>doctor</c>: a line for each thing, and under it what is to be done.</summary>
    public void Print(Doctor.DoctorReport report)
    {
        foreach (var (check, finding) in report.Lines)
        {
            var (color, word) = finding switch { Doctor.Finding.Ok => ("green", "ok    "), Doctor.Finding.ToDo => ("red", "to do "), _ => ("yellow", "unseen") };
            Line($"[{color}]{word}[/] [bold]{Safe(check)}[/] {Safe(finding.Subject)}: {Safe(finding.Sentence)}");
            if (finding.What is { } what)
            {
                Line($"         → {Safe(what)}");
            }
        }

        var (todo, unseen) = (report.Lines.Count(l => l.Finding is Doctor.Finding.ToDo), report.Lines.Count(l => l.Finding is Doctor.Finding.Unseen));
        Line(string.Create(CultureInfo.InvariantCulture, $"{report.Lines.Count - todo - unseen} ok, {todo} to do, {unseen} could not be seen."));
    }

    /// <summary><c>pr list</c>.</summary>
    public void Print(IReadOnlyList<PullRequest> pullRequests)
    {
        foreach (var pullRequest in pullRequests)
        {
            Line(Head(pullRequest));
        }

        if (pullRequests.Count == 0)
        {
            Line("No pull requests.");
        }
    }

    /// <summary><c>pr show</c>.</summary>
    public void Print(PullRequestView view)
    {
        Line(Head(view.PullRequest));
        Line($"{Safe(view.PullRequest.Head)} into {Safe(view.PullRequest.Base)}, head {Safe(view.PullRequest.HeadSha)}");
        if (view.Status is { } status)
        {
            Line($"gitopsbot/promotion: {ReportJson.Word(status.State)}: {Safe(status.Description)}");
        }

        foreach (var approval in view.Approvals)
        {
            Line($"Approved by {Safe(approval.Login)} at {Safe(approval.HeadSha)}");
        }

        Lines("", view.PullRequest.Body);
        foreach (var comment in view.Comments)
        {
            Line($"[bold]{Safe(comment.Login)}[/] {comment.At.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}");
            Lines("  ", comment.Text);
        }
    }

    private static string What(EvidenceItem item) => Safe(item.Kind + (item.PredicateType is { } type ? " " + type : ""));

    private void Print(PlannedPromotion planned)
    {
        var number = planned.PullRequest is { } n ? string.Create(CultureInfo.InvariantCulture, $" (pull request {n})") : "";
        Line($"  [bold]{Safe(planned.Promotion.Pipeline)} {Safe(planned.Promotion.Version)} to {Safe(planned.Promotion.Environment)}[/]: {Safe(planned.Verdict)}, {Action(planned.Action)}{number}");
        if (planned.NextStep is { } next)
        {
            Line($"    {Safe(next)}");
        }

        foreach (var artifact in planned.Promotion.Artifacts)
        {
            Line($"    {Safe(artifact.Repository.ToString())} {artifact.From?.Value ?? "nothing"} → {artifact.To.Value}");
        }

        if (planned.Choice is { } choice)
        {
            Line($"    {Safe(choice)}.");
        }

        Print(planned.Rows);
    }

    private void Print(IReadOnlyList<GateResult> gates)
    {
        foreach (var gate in gates)
        {
            var color = gate.Outcome switch { GateOutcome.Passed => "green", GateOutcome.Pending or GateOutcome.Overridden => "yellow", _ => "red" };
            Line($"    [{color}]{gate.Outcome.Word}[/] {Safe(gate.Name)}{(gate.Outcome.Code is { } code ? $" ({Safe(code)})" : "")}: {Safe(gate.Outcome.Told)}");
        }
    }

    private static string Action(PlanAction action) => action == PlanAction.None ? "nothing to do" : ReportJson.Word(action);

    private static string Head(PullRequest p) => string.Create(CultureInfo.InvariantCulture, $"[bold]#{p.Number}[/] {ReportJson.Word(p.State)} {Safe(p.Title)}");

    private void Lines(string indent, string text)
    {
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            Line(indent + Safe(line));
        }
    }

    private void Line(string markup) => console.MarkupLine(markup);

    private static string Safe(string text) => Markup.Escape(Shown.Plain(text));
}
