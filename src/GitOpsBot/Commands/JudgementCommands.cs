using System.CommandLine;
using System.Text.Json.Nodes;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Commands;

/// <summary><c>plan</c>, <c>reconcile</c>, <c>verify</c>, <c>verify-bundle</c>.</summary>
internal static class JudgementCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(Terminal terminal, BotActions actions) =>
    [
        Pass("reconcile", "Makes one pass over the repositories, then ends (for a cron job).", acts: true, terminal, actions),
        Pass("plan", "Says what a pass would decide; writes nothing but caches.", acts: false, terminal, actions),
        Verify(terminal, actions),
        BundleCommand.Of(terminal, actions),
    ];

    private static Command Pass(string name, string description, bool acts, Terminal terminal, BotActions actions)
    {
        var repository = GlobalOptions.Repository();
        var command = new Command(name, description) { repository };
        command.Does(terminal, actions, (session, parsed, token) => session.WithSettingsAsync(true, async settings =>
        {
            var chosen = Session.Choose(settings, parsed.GetValue(repository), out var sentence);
            if (chosen is null && (parsed.GetValue(repository) is not null || settings.Repositories.Count == 0))
            {
                return session.Refuse(2, sentence);
            }

            return session.Actions.Pass is { } pass
                ? session.Say(await pass(new PassRequest(settings, chosen, acts, session.Logs), token), Json, new ReportText(session.Terminal).Print, r => r.ExitStatus)
                : session.NotAvailable(name);

            // The document has no place for it.
            JsonObject Json(PassReport report)
            {
                foreach (var pace in report.Repositories.Select(r => r.Pace).OfType<string>())
                {
                    session.Terminal.Error.WriteLine(pace);
                }

                return ReportJson.Of(report);
            }
        }));
        return command;
    }

    private static Command Verify(Terminal terminal, BotActions actions)
    {
        var reference = new Argument<string>("REFERENCE") { Description = "The artifact: HOST/REPOSITORY:TAG, …@DIGEST, or oci-layout:NAME:TAG." };
        var policy = new Option<string>("--policy") { Description = "The policy to judge by.", HelpName = "NAME", Required = true };
        var question = new ArtifactQuestion();
        var command = new Command("verify", "Shows what is attached to one artifact, what was believed, what was not and why.") { reference, policy };
        question.AddTo(command);
        command.Does(terminal, actions, (session, parsed, token) => session.WithSettingsAsync(true, async settings =>
            question.Read(session, parsed, settings, parsed.GetValue(reference)!, parsed.GetValue(policy)!, out var sentence) is not { } request ? session.Refuse(2, sentence)
            : session.Actions.Verify is { } verify
                ? session.Say(await verify(request, token), ReportJson.Of, new ReportText(session.Terminal).Print, r => r.Verdict is Core.Policies.Verdict.Promote ? 0 : 1)
            : session.NotAvailable("verify")));
        return command;
    }
}
