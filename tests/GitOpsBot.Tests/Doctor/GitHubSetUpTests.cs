using GitOpsBot.Doctor;
using GitOpsBot.Doctor.Checks;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Testing.GitHub;

namespace GitOpsBot.Tests.Doctor;

/// <summary>The whole of <c>doctor</c> against a GitHub on loopback: one set-up that is right, and each thing that can be wrong with one.</summary>
public sealed class GitHubSetUpTests
{
    private const string HiddenMain = "bypass unseen Who may bypass the ruleset 'main' GitHub shows only to those who may change it.";
    private const string HiddenState = "state branch unseen Who else may bypass the ruleset of gitopsbot/state GitHub shows only to those who may change it.";

    [Fact]
    public async Task A_set_up_that_is_right_wants_nothing_done()
    {
        await using var scene = await DoctorScene.StartAsync();

        var report = await scene.DoctorAsync();

        Assert.Equal([HiddenMain, HiddenState], report.NotOk());
        Assert.Equal(0, report.ExitStatus);
        Assert.Equal(["ok GitHub knows the App GitOpsBot (7).", "ok It is installed on acme/shop.", "ok They reach acme/shop."], report.Of("credentials"));
        Assert.Equal(["ok main demands gitopsbot/promotion of the App alone."], report.Of("required check"));
        Assert.Equal(["ok The App's webhook goes to https://bot.example/webhooks/github and is signed.", "ok The newest delivery, of 2026-11-02T11:55:00Z, arrived."], report.Of("webhook"));
        Assert.Equal(["ok main lets the bot push for checkout in dev."], report.Of("merge: push"));
        Assert.Equal(["ok .github/CODEOWNERS covers .gitopsbot and itself, and main demands it."], report.Of("code owners"));
        Assert.Equal(["ok It lets the artifact be read."], report.Of("registry"));
        Assert.Equal(["ok This machine's clock agrees with its."], report.Of("clock"));
        Assert.DoesNotContain(scene.Server.Requests, r => r.Method is not ("GET" or "HEAD") && !r.Path.EndsWith("/access_tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_come_in_the_order_of_the_checks_whatever_answers_first()
    {
        await using var scene = await DoctorScene.StartAsync();

        var order = (await scene.DoctorAsync()).Lines.Select(l => l.Check).Distinct().ToList();

        Assert.Equal(DoctorChecks.All.Select(c => c.Name).Where(order.Contains), order);
        Assert.Equal(DoctorChecks.All.Count, DoctorChecks.All.Select(c => c.Name).Distinct().Count());
    }

    [Fact]
    public async Task Without_administration_it_says_what_it_could_not_see_and_which_permission_would_let_it()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.AppPermissions.Remove("administration");
        scene.World.SetUp.Rulesets.Clear();
        scene.World.SetUp.Protections["main"] = new BranchProtection { Checks = [(DoctorScene.Check, GitHubWorld.AppId)] };

        var report = await scene.DoctorAsync();

        Assert.Equal(1, report.ExitStatus);
        Assert.Equal(["ok main demands gitopsbot/promotion of the App alone."], report.Of("required check"));
        Assert.Equal(["unseen Who gets past the protection of main, and whether it can be force pushed or deleted, cannot be seen."], report.Of("bypass"));
        Assert.Equal(["unseen Whether main demands that code owners approve cannot be seen."], report.Of("code owners"));
        Assert.All(report.Lines.Where(l => l.Check == "bypass"), l => Assert.Equal("Grant 'administration: read', or see the branch's protection yourself.", l.Finding.What));
    }

    [Theory]
    [InlineData("contents", "read", "todo contents: has read, needs write; without it nothing is promoted: branches cannot be pushed and pull requests cannot be merged.")]
    [InlineData("members", null, "todo members: has nothing, needs read; without it teams have no members, so whom a team lets in may neither approve nor command.")]
    [InlineData("checks", "read", "todo checks: has read, needs write; without it the check gitopsbot/promotion cannot be set, so nothing merges where it is required.")]
    [InlineData("contents", "admin", "ok contents: write.")]
    [InlineData("administration", null, "unseen administration: has nothing; the work needs none, but without read doctor cannot see who may get past the protection of branches.")]
    public void A_missing_permission_is_named_with_what_does_not_work(string permission, string? level, string line)
    {
        var granted = WantedPermission.ForWork.Append(WantedPermission.ForDoctor).Where(p => p.Name != permission).ToDictionary(p => p.Name, p => p.Level);
        if (level is not null)
        {
            granted[permission] = level;
        }

        var lines = Permissions.Find("shop", granted).Select(f => $"{f.Word} {f.Sentence}").ToList();

        Assert.Contains(line, lines);
        Assert.Equal(8, lines.Count);
        Assert.All(lines.Where(l => l != line), l => Assert.StartsWith("ok ", l));
    }

    [Fact]
    public async Task An_installation_that_is_missing_or_suspended_is_told_and_what_depends_on_it_is_not_called_right()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.IsSuspended = true;
        Assert.Equal(["ok GitHub knows the App GitOpsBot (7).", "todo The App's installation on acme/shop is suspended since 2026-01-01."], (await scene.DoctorAsync()).Of("credentials"));

        (scene.World.IsSuspended, scene.World.IsInstalled) = (false, false);
        scene.Restart();
        var report = await scene.DoctorAsync();

        Assert.Equal(["ok GitHub knows the App GitOpsBot (7).", "todo The App is not installed on acme/shop (Not Found)."], report.Of("credentials"));
        Assert.Equal(["todo GitHub App 7 is not installed on acme/shop: install it there, or correct the repository's address."], report.Of("repository"));
        Assert.Empty(report.Of("required check"));
        Assert.Equal(1, report.ExitStatus);
    }

    [Fact]
    public async Task An_App_that_GitHub_does_not_know_is_told_in_its_words()
    {
        await using var scene = await DoctorScene.StartAsync();
        using var other = System.Security.Cryptography.RSA.Create(2048);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(scene.ConfigFile)!, "app.pem"), other.ExportRSAPrivateKeyPem());

        var report = await scene.DoctorAsync();

        Assert.Equal(["todo GitHub does not accept what the App 7 signed: A JSON web token could not be decoded: the signature does not fit."], report.Of("credentials"));
        Assert.Equal(["unseen The App's webhook cannot be seen (401: A JSON web token could not be decoded: the signature does not fit)."], report.Of("webhook"));
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_found_by_the_forges_own()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.SetUp.Skew = TimeSpan.FromSeconds(-75);

        Assert.Equal([$"todo This machine's clock is 75 s ahead of that of {new Uri(scene.Server.Url).Authority}."], (await scene.DoctorAsync()).Of("clock"));
    }

    [Fact]
    public async Task An_archived_repository_and_a_missing_branch_are_told()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.IsArchived = true;
        scene.World.Bare.Git("update-ref", "-d", "refs/heads/main");

        var report = await scene.DoctorAsync();

        Assert.Contains("todo acme/shop is archived, so nothing can be written.", report.Of("credentials"));
        Assert.Equal(["todo The repository shop has no branch main."], report.Of("repository"));
        Assert.Equal(["ok No document names an artifact."], report.Of("registry"));
    }

    [Fact]
    public async Task A_document_that_is_wrong_is_told_with_its_place()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.Bare.Commit("Wrong", scene.Clock.GetUtcNow(), (".gitopsbot/wrong.yaml", "apiVersion: gitopsbot.dev/v1\nkind: Polcy\nmetadata: { name: x }\nspec: {}\n"));

        Assert.StartsWith("todo .gitopsbot/wrong.yaml:2:7: ", Assert.Single((await scene.DoctorAsync()).Of("repository")));
    }

    [Fact]
    public async Task Secrets_are_in_no_line_and_no_log()
    {
        await using var scene = await DoctorScene.StartAsync(isApp: false);
        scene.World.Revoke("ghp_machine");
        scene.WriteToken("ghp_planted_secret");

        var report = await scene.DoctorAsync();

        Assert.Equal(1, report.ExitStatus);
        Assert.All(report.Lines.SelectMany(l => new[] { l.Finding.Sentence, l.Finding.What ?? "", l.Finding.Subject }), text =>
        {
            Assert.DoesNotContain("planted", text);
            Assert.DoesNotContain("hook-secret", text);
        });
    }

    [Fact]
    public async Task A_token_is_told_with_its_kind_its_end_and_its_scopes()
    {
        await using var scene = await DoctorScene.StartAsync(isApp: false);
        scene.World.SetUp.TokenScopes = "public_repo, gist";
        scene.World.SetUp.TokenEnds = "2026-11-10 10:00:00 UTC";

        var report = await scene.DoctorAsync();

        Assert.Equal(
        [
            $"ok the token in {Path.Combine(Path.GetDirectoryName(scene.ConfigFile)!, "token")} is a classic token of shop-machine. Its check is a commit status, which everyone who may write can set: only a GitHub App's cannot be forged.",
            "todo The token ends on 2026-11-10.",
            "todo The token lacks the scope 'read:org': whom a team lets in may neither approve nor command.",
        ], report.Of("credentials"));
        Assert.Equal(["ok main demands gitopsbot/promotion. It is a commit status: everyone who may write can set it, so it advises and does not guard."], report.Of("required check"));

        scene.World.SetUp.TokenScopes = "repo, read:org";
        scene.World.SetUp.TokenEnds = "2027-11-10 10:00:00 UTC";
        scene.Restart();

        Assert.Equal(["The token ends on 2027-11-10.", "They reach acme/shop."], (await scene.DoctorAsync()).Of("credentials").Skip(1).Select(l => l["ok ".Length..]));
    }

    [Fact]
    public async Task Merging_by_a_method_that_the_repository_forbids_is_told()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.Protect(new Protection { Methods = ["merge", "rebase"] });

        Assert.Equal(["todo The bot cannot merge by squash (checkout in staging): the repository does not allow it."], (await scene.DoctorAsync()).Of("merge methods"));
    }

    [Fact]
    public async Task A_push_that_protection_refuses_is_told_with_its_reasons()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.SetUp.Rulesets[0] = DoctorScene.BaseRules() with { Bypass = [] };

        Assert.Equal(
            ["todo The bot may not push to main for checkout in dev: a rule 'pull_request' of the ruleset 'main' holds for the bot; a rule 'required_status_checks' of the ruleset 'main' holds for the bot."],
            (await scene.DoctorAsync()).Of("merge: push"));
    }

    [Fact]
    public async Task Code_owners_that_are_missing_incomplete_or_not_understood_are_told()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.SetUp.OwnersErrors.Add((2, 22, "Unknown owner"));
        scene.World.Bare.Commit("Owners", scene.Clock.GetUtcNow(), (".github/CODEOWNERS", "/environments/ @acme/sre\n"));
        scene.World.SetUp.Rulesets[0] = scene.World.SetUp.Rulesets[0] with { Rules = [.. scene.World.SetUp.Rulesets[0].Rules.Where(r => (string?)r["type"] != "pull_request")] };

        Assert.Equal(
        [
            "todo By .github/CODEOWNERS nobody owns .gitopsbot/ci.pub, .gitopsbot/pipeline.yaml, .gitopsbot/policy.yaml and 1 more.",
            "todo .github/CODEOWNERS:2:22: GitHub says: Unknown owner.",
            "todo main does not demand that code owners approve, so .github/CODEOWNERS is only a suggestion.",
        ], (await scene.DoctorAsync()).Of("code owners"));

        scene.World.Bare.Commit("None", scene.Clock.GetUtcNow(), (".github/CODEOWNERS", null));
        Assert.Equal(["todo There is no CODEOWNERS, so everyone who may approve can approve a change of the policies below .gitopsbot."], (await scene.DoctorAsync()).Of("code owners"));
    }

    [Fact]
    public async Task A_key_that_signs_is_one_that_GitHub_knows_of_the_account()
    {
        await using var scene = await DoctorScene.StartAsync(isApp: false);
        var key = scene.Sign();
        scene.World.SetUp.SigningKeys["shop-machine"] = ["ssh-ed25519 AAAA other"];

        var line = (await scene.DoctorAsync()).Lines.Single(l => l.Check == "signing key" && l.Finding.Subject == "shop");
        Assert.Equal(("todo", "GitHub does not know the key, so the bot's commits are shown as unverified.", $"Add it to the account shop-machine as a signing key: {key}"), (line.Finding.Word, line.Finding.Sentence, line.Finding.What));

        scene.World.SetUp.SigningKeys["shop-machine"] = ["ssh-ed25519 AAAA other", key + " bot@example.com"];
        Assert.Contains("ok GitHub knows the key as one of shop-machine's.", (await scene.DoctorAsync()).Of("signing key"));
    }

    [Fact]
    public async Task An_App_cannot_sign_by_a_key_where_the_branch_demands_signatures_that_GitHub_believes()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.Sign();
        Assert.Contains(
            "ok GitHub shows the App's commits as unverified, since an App has no account to add the key to; 'git verify-commit' and 'audit' do verify them.", (await scene.DoctorAsync()).Of("signing key"));

        var rules = scene.World.SetUp.Rulesets[0];
        scene.World.SetUp.Rulesets[0] = rules with { Rules = [.. rules.Rules, DoctorScene.Rule("required_signatures")] };
        Assert.Contains("todo The base branch demands signatures that GitHub believes, and an App has no account that this key could be added to.", (await scene.DoctorAsync()).Of("signing key"));
    }

    [Fact]
    public async Task A_branch_that_demands_signatures_needs_a_key_or_GitHubs_own()
    {
        await using var scene = await DoctorScene.StartAsync();
        var rules = scene.World.SetUp.Rulesets[0];
        scene.World.SetUp.Rulesets[0] = rules with { Rules = [.. rules.Rules, DoctorScene.Rule("required_signatures")] };
        var line = (await scene.DoctorAsync()).Lines.Single(l => l.Check == "signing key" && l.Finding.Subject == "shop");
        Assert.Equal(
            ("todo", "The base branch demands signatures that GitHub believes, and the bot's commits have none.", "Let GitHub sign: commits made through its API ('github.commits: api')."),
            (line.Finding.Word, line.Finding.Sentence, line.Finding.What));

        scene.LetGitHubCommit();
        Assert.Equal(
            ["ok There is no 'signing.keyFile': what GitHub does not make is unsigned.", "ok GitHub makes and signs the bot's commits ('github.commits: api')."], (await scene.DoctorAsync()).Of("signing key"));
    }

    [Fact]
    public async Task Another_writer_in_the_tree_is_told()
    {
        await using var scene = await DoctorScene.StartAsync();
        scene.World.Bare.Commit("Renovate", scene.Clock.GetUtcNow(), ("renovate.json", "{}"), ("charts/crds.yaml", "# " + new string('x', 1024 * 1024)));

        Assert.Equal(["todo Renovate may write there too: renovate.json does not leave out environments/dev, environments/prod, environments/staging."], (await scene.DoctorAsync()).Of("other writers"));
    }
}
