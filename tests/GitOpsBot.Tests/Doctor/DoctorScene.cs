using System.Text.Json.Nodes;
using GitOpsBot.Commands;
using GitOpsBot.Doctor;
using GitOpsBot.Testing.GitHub;
using GitOpsBot.Tests.Scenarios.GitHub;

namespace GitOpsBot.Tests.Doctor;

/// <summary>A set-up on the stand-in's GitHub in which everything is as it should be; tests break one thing each.</summary>
internal static class DoctorScene
{
    public const string Check = "gitopsbot/promotion";

    public static async Task<Scene> StartAsync(bool isApp = true)
    {
        var scene = await Scene.StartAsync(isApp);
        scene.Publish("1.0.0");
        scene.World.Bare.Commit("Owners", scene.Clock.GetUtcNow(), (".github/CODEOWNERS", "/.gitopsbot/ @acme/sre\n/.github/CODEOWNERS @acme/sre\n"));
        scene.World.AppPermissions["administration"] = "read";
        scene.World.SetUp.HookUrl = "https://bot.example/webhooks/github";
        scene.World.SetUp.HookSecret = "hook-secret";
        scene.World.SetUp.Deliveries.Add(new StandInDelivery(scene.Clock.GetUtcNow().AddMinutes(-5), 202, "OK"));
        scene.World.SetUp.Rulesets.Add(BaseRules(isApp));
        scene.World.SetUp.Rulesets.Add(StateRules());
        return scene;
    }

    public static StandInRuleset BaseRules(bool isApp = true) => new(
        1, "main", "main", Rule("deletion"), Rule("non_fast_forward"), Rule("pull_request", new JsonObject { ["require_code_owner_review"] = true }),
        Rule("required_status_checks", new JsonObject { ["required_status_checks"] = new JsonArray(new JsonObject { ["context"] = Check, ["integration_id"] = isApp ? GitHubWorld.AppId : null }) }))
    {
        Bypass = [("Integration", GitHubWorld.AppId, "always")],
    };

    public static StandInRuleset StateRules() => new(2, "state", "gitopsbot/state", Rule("update"), Rule("deletion"), Rule("non_fast_forward"))
    {
        Bypass = [("Integration", GitHubWorld.AppId, "always")],
    };

    public static JsonObject Rule(string type, JsonObject? parameters = null) => parameters is null ? new JsonObject { ["type"] = type } : new JsonObject { ["type"] = type, ["parameters"] = parameters };

    /// <summary>What doctor finds.</summary>
    public static async Task<DoctorReport> DoctorAsync(this Scene scene)
    {
        var request = new DoctorRequest(scene.Settings, null, scene.Logs);
        return ((Answer<DoctorReport>.Done)await scene.Bot.Actions.Doctor!(request, TestContext.Current.CancellationToken)).Report;
    }

    /// <summary>The lines of a check, as <c>outcome sentence</c>.</summary>
    public static IReadOnlyList<string> Of(this DoctorReport report, string check) => [.. report.Lines.Where(l => l.Check == check).Select(l => $"{l.Finding.Word} {l.Finding.Sentence}")];

    /// <summary>The lines that are not ok, as <c>check outcome sentence</c>.</summary>
    public static IReadOnlyList<string> NotOk(this DoctorReport report) => [.. report.Lines.Where(l => l.Finding is not Finding.Ok).Select(l => $"{l.Check} {l.Finding.Word} {l.Finding.Sentence}")];
}
