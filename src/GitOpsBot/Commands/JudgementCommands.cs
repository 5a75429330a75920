using System.CommandLine;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Commands;

/// <summary><c>plan</c>, <c>reconcile</c>, <c>verify</c>.</summary>
internal static class JudgementCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(Terminal terminal, BotActions actions) =>
    [
        Pass("reconcile", "Makes one pass over the repositories, then ends (for a cron job).", acts: true, terminal, actions),
        Pass("plan", "Says what a pass would decide; writes nothing but caches.", acts: false, terminal, actions),
        Verify(terminal, actions),
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
                ? session.Say(await pass(new PassRequest(settings, chosen, acts, session.Logs), token), ReportJson.Of, new ReportText(session.Terminal).Print, r => r.ExitStatus)
                : session.NotAvailable(name);
        }));
        return command;
    }

    private static Command Verify(Terminal terminal, BotActions actions)
    {
        var reference = new Argument<string>("REFERENCE") { Description = "The artifact: HOST/REPOSITORY:TAG, …@DIGEST, or oci-layout:NAME:TAG." };
        var policy = new Option<string>("--policy") { Description = "The policy to judge by.", HelpName = "NAME", Required = true };
        var repository = GlobalOptions.Repository();
        var folder = new Option<string?>("--dir") { Description = "Read documents from this folder instead of a repository's base branch.", HelpName = "DIR" };
        var command = new Command("verify", "Shows what is attached to one artifact, what was believed, what was not and why.") { reference, policy, repository, folder };
        command.Does(terminal, actions, (session, parsed, token) => session.WithSettingsAsync(true, async settings =>
        {
            var written = parsed.GetValue(reference)!;
            if (!ImageReference.TryParse(written, out var image))
            {
                return session.Refuse(2, $"{Shown.Quoted(written)} is not an image reference: expected HOST/REPOSITORY:TAG or HOST/REPOSITORY@sha256:DIGEST.");
            }

            var path = parsed.GetValue(folder);
            if (path is not null && parsed.GetValue(repository) is not null)
            {
                return session.Refuse(2, "Expected either --repository or --dir, found both.");
            }

            if (path is not null && !Directory.Exists(path))
            {
                return session.Refuse(2, $"There is no folder {path}.");
            }

            var sentence = "";
            var chosen = path is null ? Session.Choose(settings, parsed.GetValue(repository), out sentence) : null;
            if (path is null && chosen is null)
            {
                return session.Refuse(2, sentence);
            }

            return session.Actions.Verify is { } verify
                ? session.Say(
                    await verify(new VerifyRequest(settings, image, parsed.GetValue(policy)!, chosen, path, session.Logs), token),
                    ReportJson.Of, new ReportText(session.Terminal).Print, r => r.Verdict is Core.Policies.Verdict.Promote ? 0 : 1)
                : session.NotAvailable("verify");
        }));
        return command;
    }
}
