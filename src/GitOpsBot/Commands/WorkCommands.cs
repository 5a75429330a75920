using System.CommandLine;
using System.Text.Json.Nodes;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Webhooks;
using Serilog.Events;

namespace GitOpsBot.Commands;

/// <summary><c>demo</c> and <c>run</c>.</summary>
internal static class WorkCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(Terminal terminal, BotActions actions)
    {
        var folder = new Option<string?>("--dir") { Description = "Where to build it; a temporary folder without it.", HelpName = "DIR" };
        var keep = new Option<bool>("--keep") { Description = "Leave it there afterwards." };
        var demo = new Command("demo", "Builds a small world on this machine and promotes through it; needs no network, account or service.") { folder, keep };
        demo.Does(terminal, actions, async (session, parsed, token) =>
        {
            var narration = session.IsJson ? terminal.Error : terminal.Out;
            return session.Actions.Demo is { } act
                ? session.Say(
                    await act(new DemoRequest(parsed.GetValue(folder), parsed.GetValue(keep), narration, session.Logs), token),
                    status => new JsonObject { ["status"] = status }, _ => { }, status => status)
                : session.NotAvailable("demo");
        });

        var run = new Command("run", "The worker: looks at every repository at start and then on schedule; serves health.");
        run.Does(terminal, actions, (session, _, token) => session.WithSettingsAsync(true, async settings =>
        {
            if (settings.Repositories.Count == 0)
            {
                return session.Refuse(2, "The settings name no repository.");
            }

            if (WebhookSecrets.Problems(settings) is { Count: > 0 } wrong)
            {
                return session.Refuse(2, wrong);
            }

            if (session.Actions.Pass is not { } pass)
            {
                return session.NotAvailable("run");
            }

            WebhookSecrets.LogClosed(settings, session.Logs.CreateLogger("GitOpsBot"));
            await Worker.RunAsync(settings, pass, session.Logs, token, session.Actions.LookAnew);
            return 0;
        }), LogEventLevel.Information);
        return [demo, run];
    }
}
