using System.CommandLine;

namespace GitOpsBot.Commands;

/// <summary><c>doctor</c>: looks at a real set-up and says what to do.</summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Of(Terminal terminal, BotActions actions)
    {
        var repository = GlobalOptions.Repository();
        var doctor = new Command("doctor", "Checks a real set-up (credentials, permissions, webhooks, branch protection, registries, trust, clock, data directory) and says what to do; changes nothing.") { repository };
        doctor.Does(terminal, actions, (session, parsed, token) => session.WithSettingsAsync(false, async settings =>
        {
            var chosen = Session.Choose(settings, parsed.GetValue(repository), out var sentence);
            if (chosen is null && (parsed.GetValue(repository) is not null || settings.Repositories.Count == 0))
            {
                return session.Refuse(2, sentence);
            }

            return session.Actions.Doctor is { } look
                ? session.Say(await look(new DoctorRequest(settings, chosen, session.Logs), token), ReportJson.Of, new ReportText(session.Terminal).Print, r => r.ExitStatus)
                : session.NotAvailable("doctor");
        }));
        return doctor;
    }
}
