using System.Globalization;
using GitOpsBot.Core.Documents;
using GitOpsBot.Doctor.GitHub;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Doctor.Checks;

/// <summary>The App's webhook goes to this bot, is signed, and arrives.</summary>
internal static class Deliveries
{
    private const string Address = "/webhooks/github";

    // What the bot acts on; what it does not hear of it sees at its interval.
    private static readonly string[] Events = ["push", "pull_request", "pull_request_review", "issue_comment", "check_run", "check_suite", "status", "merge_group"];

    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("webhook", setUp => setUp.OnGitHub.DistinctBy(g => (g.Facts.Host, g.Facts.AppId)).Select(g => new Look(
        g.Facts.Host, g.Facts.AppId is null ? g.Repository.Settings.Name : "App", cancellationToken => LookAsync(g.Repository.Settings.Name, g.Facts, setUp.Settings, cancellationToken))));

    private static async Task<IReadOnlyList<Finding>> LookAsync(string name, GitHubFacts facts, BotSettings settings, CancellationToken cancellationToken)
    {
        var isOpen = settings.GitHub!.WebhookSecret is not null;
        var waits = $"what happens on GitHub is seen every {Said(settings.Interval)}";
        if (facts.AppId is null)
        {
            return [new Finding.Ok(name, isOpen ? $"{Address} accepts what is signed with the secret; whether it arrives, GitHub shows in the webhook's settings." : $"No webhooks are accepted, since 'github.webhookSecretFile' is not set; {waits}.")];
        }

        var answer = await facts.Hook.GetAsync(cancellationToken);
        if (answer is GitHubAnswer<JsonHook>.Refused { Status: not 404 } refused)
        {
            return [new Finding.Unseen("App", $"The App's webhook cannot be seen ({refused.Status}: {refused.Said}).", "Mend its credentials first.")];
        }

        if (answer.OrNull is not { Url: { Length: > 0 } url } hook)
        {
            return [isOpen
                ? new Finding.ToDo("App", "The settings have a secret for webhooks, but the App sends none.", $"Activate the webhook in the App's settings, to the bot's public address and {Address}, with that secret.")
                : new Finding.Ok("App", $"The App sends no webhooks and none are accepted; {waits}.")];
        }

        if (!isOpen)
        {
            return [new Finding.ToDo("App", $"The App sends webhooks to {Shown.Plain(url)}, but none are accepted, since 'github.webhookSecretFile' is not set.", $"Set it to the secret of the App's webhook, or deactivate that; until then {waits}.")];
        }

        var wrong = Wrong(url, hook).Concat(await UnheardAsync(facts, cancellationToken)).ToList();
        return [.. wrong.Count == 0 ? [new Finding.Ok("App", $"The App's webhook goes to {Shown.Plain(url)} and is signed.")] : wrong, Arrived(await facts.Deliveries.GetAsync(cancellationToken))];
    }

    private static IEnumerable<Finding> Wrong(string url, JsonHook hook)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !address.AbsolutePath.EndsWith(Address, StringComparison.Ordinal))
        {
            yield return new Finding.ToDo("App", $"The App's webhook goes to {Shown.Plain(url)}, which is not where the bot listens.", $"Let its address end with {Address}.");
        }

        if (string.IsNullOrEmpty(hook.Secret))
        {
            yield return new Finding.ToDo("App", "The App's webhook is not signed, so the bot refuses all of it.", "Enter the secret of 'github.webhookSecretFile' in the App's settings.");
        }

        if (hook.InsecureSsl is { } flag && flag.ToString() == "1")
        {
            yield return new Finding.ToDo("App", "GitHub does not look at the certificate of the webhook's address.", "Enable SSL verification in the App's settings.");
        }
    }

    private static async Task<IEnumerable<Finding>> UnheardAsync(GitHubFacts facts, CancellationToken cancellationToken) =>
        (await facts.App.GetAsync(cancellationToken)).OrNull?.Events is { } events && Events.Except(events).ToList() is { Count: > 0 } missing
            ? [new Finding.ToDo("App", $"The App does not subscribe to {string.Join(", ", missing)}: those are only seen at the interval.", "Subscribe to them in the App's settings (Permissions and events).")]
            : [];

    /// <summary>What the newest deliveries tell.</summary>
    public static Finding Arrived(GitHubAnswer<List<JsonDelivery>> answer)
    {
        if (answer is GitHubAnswer<List<JsonDelivery>>.Refused refused)
        {
            return new Finding.Unseen("App", $"The deliveries of the App's webhook cannot be seen ({refused.Status}: {refused.Said}).", "See the App's settings, Advanced, Recent deliveries.") { IsNeverShown = true };
        }

        var all = answer.OrNull!.OrderByDescending(d => d.DeliveredAt).ToList();
        if (all is not [var newest, ..])
        {
            return new Finding.Ok("App", "GitHub has not delivered anything yet.");
        }

        var failed = all.Count(d => !Has(d));
        var when = newest.DeliveredAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Has(newest)
            ? new Finding.Ok("App", $"The newest delivery, of {when}, arrived{(failed > 0 ? $"; {failed} of the last {all.Count} did not" : "")}.")
            : new Finding.ToDo("App", $"The newest delivery, of {when}, failed: {Shown.Plain(newest.Status ?? "no reason")}{(newest.StatusCode is > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({newest.StatusCode})") : "")}; {failed} of the last {all.Count} failed.", Mends(newest.StatusCode));
    }

    private static bool Has(JsonDelivery delivery) => delivery.StatusCode is >= 200 and < 300;

    private static string Mends(int? status) => status switch
    {
        401 => "The secrets differ: enter the one of 'github.webhookSecretFile' in the App's settings again.",
        404 => $"The address is not the bot's, or the worker runs with other settings: let it end with {Address}, and start the worker with 'github.webhookSecretFile'.",
        413 => "Something before the bot refuses large bodies: let it pass 25 MiB.",
        >= 500 => "Something before the bot cannot reach it: see that the worker runs and where it listens ('http.listen').",
        _ => "See that the address can be reached from GitHub, and that its certificate is valid.",
    };

    private static string Said(TimeSpan interval) => interval.TotalSeconds < 120 ? $"{interval.TotalSeconds:0} s" : $"{interval.TotalMinutes:0} minutes";
}
