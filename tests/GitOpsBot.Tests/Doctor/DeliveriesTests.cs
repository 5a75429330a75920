using GitOpsBot.Doctor.Checks;
using GitOpsBot.Doctor.GitHub;
using GitOpsBot.Testing.GitHub;

namespace GitOpsBot.Tests.Doctor;

/// <summary>Whether the App's webhook goes to the bot, is signed, and arrives.</summary>
public sealed class DeliveriesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(401, "Invalid HTTP Response: 401", "The secrets differ: enter the one of 'github.webhookSecretFile' in the App's settings again.")]
    [InlineData(404, "Invalid HTTP Response: 404", "The address is not the bot's, or the worker runs with other settings: let it end with /webhooks/github, and start the worker with 'github.webhookSecretFile'.")]
    [InlineData(413, "Invalid HTTP Response: 413", "Something before the bot refuses large bodies: let it pass 25 MiB.")]
    [InlineData(502, "Invalid HTTP Response: 502", "Something before the bot cannot reach it: see that the worker runs and where it listens ('http.listen').")]
    [InlineData(0, "timed out", "See that the address can be reached from GitHub, and that its certificate is valid.")]
    public void A_delivery_that_failed_says_what_to_do(int status, string said, string advice)
    {
        var finding = Deliveries.Arrived(Told(new JsonDelivery(Noon, said, status, "push"), new JsonDelivery(Noon.AddMinutes(-1), "OK", 202, "push")));

        Assert.Equal(("todo", $"The newest delivery, of 2026-11-02T12:00:00Z, failed: {said}{(status > 0 ? $" ({status})" : "")}; 1 of the last 2 failed."), (finding.Word, finding.Sentence));
        Assert.Equal(advice, finding.What);
    }

    [Fact]
    public void What_failed_before_the_newest_that_arrived_is_only_told()
    {
        var finding = Deliveries.Arrived(Told(new JsonDelivery(Noon.AddMinutes(-1), "timed out", 0, "push"), new JsonDelivery(Noon, "OK", 202, "push")));

        Assert.Equal(("ok", "The newest delivery, of 2026-11-02T12:00:00Z, arrived; 1 of the last 2 did not."), (finding.Word, finding.Sentence));
    }

    [Fact]
    public void Nothing_delivered_yet_is_not_wrong_and_what_is_hidden_is_said()
    {
        Assert.Equal("GitHub has not delivered anything yet.", Deliveries.Arrived(Told()).Sentence);
        Assert.Equal("unseen", Deliveries.Arrived(new GitHubAnswer<List<JsonDelivery>>.Refused(404, "Not Found")).Word);
    }

    [Fact]
    public async Task A_webhook_elsewhere_unsigned_and_with_fewer_events_is_told_thing_by_thing()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.SetUp.HookUrl = "https://bot.example/hooks";
        scene.World.SetUp.HookSecret = null;
        scene.World.SetUp.HookSkipsCertificates = true;
        scene.World.SetUp.Events.Remove("issue_comment");
        scene.World.SetUp.Deliveries.Add(new StandInDelivery(scene.Clock.GetUtcNow(), 401, "Invalid HTTP Response: 401"));

        Assert.Equal(
        [
            "todo The App's webhook goes to https://bot.example/hooks, which is not where the bot listens.",
            "todo The App's webhook is not signed, so the bot refuses all of it.",
            "todo GitHub does not look at the certificate of the webhook's address.",
            "todo The App does not subscribe to issue_comment: those are only seen at the interval.",
            "todo The newest delivery, of 2026-11-02T12:00:00Z, failed: Invalid HTTP Response: 401 (401); 1 of the last 2 failed.",
        ], (await scene.DoctorAsync()).Of("webhook"));
    }

    [Fact]
    public async Task Without_a_webhook_and_without_a_secret_the_bot_works_at_its_interval_and_one_without_the_other_is_told()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.SetUp.HookUrl = null;
        Assert.Equal(["todo The settings have a secret for webhooks, but the App sends none."], (await scene.DoctorAsync()).Of("webhook"));

        scene.ForgetWebhookSecret();
        Assert.Equal(["ok The App sends no webhooks and none are accepted; what happens on GitHub is seen every 1 s."], (await scene.DoctorAsync()).Of("webhook"));

        scene.World.SetUp.HookUrl = "https://bot.example/webhooks/github";
        Assert.Equal(
            ["todo The App sends webhooks to https://bot.example/webhooks/github, but none are accepted, since 'github.webhookSecretFile' is not set."], (await scene.DoctorAsync()).Of("webhook"));
    }

    private static GitHubAnswer<List<JsonDelivery>> Told(params JsonDelivery[] deliveries) => new GitHubAnswer<List<JsonDelivery>>.Told([.. deliveries], null, null);
}
