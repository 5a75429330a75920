using GitOpsBot.Core.Artifacts;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>The main job out of real registries: what is published, signed and attested there reaches the environments; what is not does not.</summary>
public sealed class RegistryScenarioTests
{
    [Fact]
    public async Task Promotes_out_of_a_registry_with_the_referrers_api()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);

        await TellAsync(world, push, asTags: false);

        Assert.DoesNotContain(server.Store.Tags("acme/checkout"), t => t.StartsWith("sha256-", StringComparison.Ordinal));
        Assert.Contains(server.Requests, r => r.Path.Contains("/referrers/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Promotes_out_of_a_registry_without_it_by_the_fallback_tag_and_by_the_tags_of_cosign(bool asTags)
    {
        if (!DockerRegistry.IsInstalled)
        {
            Assert.Skip(DockerRegistry.NotInstalled);
        }

        var storage = Directory.CreateTempSubdirectory("docker-registry-").FullName;
        try
        {
            await using var server = await DockerRegistry.StartAsync(storage);
            using var world = new RegistryScenario(server.Host);
            using var push = new RegistryPush(server.Host);

            await TellAsync(world, push, asTags);
        }
        finally
        {
            Directory.Delete(storage, recursive: true);
        }
    }

    [Fact]
    public async Task An_outage_or_an_empty_list_of_tags_moves_nothing_and_says_so()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        await world.PublishAsync(push, "1.0.0");
        for (var passes = 0; passes < 4; passes++)
        {
            await world.RunAsync("reconcile");
        }

        var before = world.Bare.Git("for-each-ref");
        server.Lie = RegistryLies.Status("/v2/", 500);
        Assert.Contains($"{server.Host} failed when asked for acme/checkout (500).", await world.RunAsync("reconcile", expected: 1), StringComparison.Ordinal);
        server.Lie = RegistryLies.Body("/tags/list", "application/json", """{"name":"acme/checkout","tags":[]}"""u8.ToArray());
        await world.RunAsync("reconcile");
        server.Lie = RegistryLies.Body("/tags/list", "application/json", """{"name":"acme/checkout","tags":["0.9.0"]}"""u8.ToArray());
        await world.RunAsync("reconcile");

        Assert.Equal(before, world.Bare.Git("for-each-ref"));
    }

    [Fact]
    public async Task A_registry_that_answers_something_else_the_second_time_moves_nothing()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        await world.PublishAsync(push, "1.0.0");
        var other = RegistryScenario.Index("6.6.6").Manifests[^1];
        var before = world.Bare.Git("for-each-ref");

        server.Lie = RegistryLies.After(1, "/manifests/1.0.0", RegistryLies.Body(
            "/manifests/1.0.0", MediaTypes.Index, other.Bytes.ToArray(), r => r.Headers["Docker-Content-Digest"] = other.Descriptor.Digest.Value));

        Assert.Contains($"failed tag (tag-moved): The tag 1.0.0 of {server.Host}/acme/checkout means {other.Descriptor.Digest} now", await world.RunAsync("reconcile"), StringComparison.Ordinal);
        Assert.Equal(before, world.Bare.Git("for-each-ref"));
    }

    [Theory]
    [InlineData("artifact.version.startsWith(\"1.\")", "push", false, 2)]
    [InlineData("environment == \"dev\" && predicate.result == \"PASSED\"", "push", true, 2)]
    // Nothing moves by the bot's own doing, so the tag need not be asked for once more.
    [InlineData("artifact.version.startsWith(\"1.\")", "review", false, 1)]
    public async Task A_registry_is_asked_for_what_gates_ask_for(string condition, string merge, bool asksForEvidence, int asksForTag)
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        var digest = await world.PublishAsync(push, "1.0.0");
        world.Demand(condition, merge: merge);
        server.ForgetRequests();

        await world.RunAsync("reconcile");

        var branch = merge == "push" ? "main" : "promote/dev/checkout";
        Assert.Contains(digest.Value, world.Bare.Read("environments/dev/kustomization.yaml", branch), StringComparison.Ordinal);
        Assert.Equal(asksForEvidence || merge == "review", server.Requests.Any(r => r.Path.Contains("/referrers/", StringComparison.Ordinal)));
        Assert.Equal(asksForTag, server.Requests.Count(r => r.Path.EndsWith("/manifests/1.0.0", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("artifact.version.startsWith(\"1.\") && artifact.tag != \"\"", "", 1)]
    // Of an index the index says which platforms it has; only of a single image its configuration does.
    [InlineData("artifact.version.startsWith(\"1.\")", "linux/amd64", 1)]
    [InlineData("artifact.labels.all(k, k != \"bad\")", "", 3)]
    [InlineData("artifact.created < now", "", 3)]
    public async Task What_is_newer_costs_a_cold_process_one_request_where_no_gate_reads_its_configuration(string condition, string platforms, int requests)
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        var stands = await world.PublishAsync(push, "1.0.0");
        var created = world.Clock.GetUtcNow().AddDays(-1);
        await world.PublishAsync(push, "1.1.0", created: created);
        var newer = RegistryScenario.Index("1.1.0", created);
        IEnumerable<string> names = [.. newer.Manifests.Concat(newer.Blobs).Select(c => c.Descriptor.Digest.Value), "1.1.0"];
        world.Demand(condition, platforms, "review");
        world.Bare.Commit("Begin with the old one", world.Clock.GetUtcNow(), ("environments/dev/kustomization.yaml", $"images:\n- name: {server.Host}/acme/checkout\n  newTag: 1.0.0\n  digest: {stands}\n"));
        server.ForgetRequests();

        var plan = await world.RunAsync("plan");

        Assert.Contains("checkout 1.1.0 to dev: promote", plan, StringComparison.Ordinal);
        Assert.Equal(
            ["GET /v2/acme/checkout/tags/list?n=1000", "GET /v2/acme/checkout/manifests/1.1.0", "HEAD /v2/acme/checkout/manifests/1.0.0"],
            server.Requests.Take(3).Select(r => r.ToString()));
        Assert.Equal(requests, server.Requests.Count(r => names.Any(n => r.Path.EndsWith($"/{n}", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("amd64", "1.0.0 to dev: promote")]
    [InlineData("arm64", "platform-missing")]
    public async Task Which_platform_a_single_image_is_for_its_configuration_says(string wanted, string said)
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        await push.PushAsync("acme/checkout", ImageBuilder.Image("1.0.0", new Platform("linux", "amd64")), "1.0.0");
        world.Demand("artifact.version == \"1.0.0\"", $"linux/{wanted}");

        Assert.Contains(said, await world.RunAsync("plan"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_named_by_digest_is_called_what_its_label_says()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        var image = ImageBuilder.Image("nightly", labels: new Dictionary<string, string> { ["org.opencontainers.image.version"] = "7.7.7" });
        await push.PushAsync("acme/checkout", image, "nightly");
        world.Demand("artifact.version == \"7.7.7\" && !has(artifact.tag)", "", "review");

        await world.RunAsync($"promote --as anna checkout {image.Digest} to dev");

        Assert.Contains("checkout 7.7.7 to dev: promote", await world.RunAsync("plan"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("  newTag: stable\n", ", tag: keep")]
    public async Task A_pull_request_that_nothing_newer_takes_over_keeps_its_version_where_the_folder_does_not_say_it(string beside, string keeps)
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        world.Demand("artifact.version.startsWith(\"1.\")", merge: $"review, supersede: never{keeps}");
        var stands = await world.PublishAsync(push, "1.0.0");
        world.Bare.Commit("Begin", world.Clock.GetUtcNow(), ("environments/dev/kustomization.yaml", $"images:\n- name: {server.Host}/acme/checkout\n{beside}  digest: {stands}\n"));
        await world.PublishAsync(push, "1.1.0");
        await world.RunAsync("reconcile");
        var before = await world.RunAsync("pr show 1");

        await world.PublishAsync(push, "1.2.0");
        await world.RunAsync("reconcile");

        Assert.Contains("Promote checkout 1.1.0 to dev", before, StringComparison.Ordinal);
        Assert.Equal(before, await world.RunAsync("pr show 1"));

        // Then only the registry can say that the tag was moved.
        await push.PushAsync("acme/checkout", RegistryScenario.Index("6.6.6"), "1.1.0");
        world.Restart();
        await world.RunAsync("reconcile");
        Assert.Contains("selection: No selected tag of", await world.RunAsync("pr show 1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", true, true)]
    [InlineData("", "", false, false)]
    [InlineData("  newTag: 1.0.0\n", "", false, true)]
    [InlineData("  newTag: stable\n", ", tag: keep", true, true)]
    [InlineData("  newTag: stable\n", ", tag: keep", false, false)]
    public async Task What_people_merged_and_what_stands_is_judged_by_the_version_that_it_came_by(string beside, string keeps, bool hasTrailers, bool isSaidInGit)
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        world.Demand(
            "artifact.version.startsWith(\"1.\") && artifact.tag == artifact.version && predicate.result == \"PASSED\"", merge: $"review, onFailure: rollback, watch: 1h{keeps}");
        var stands = await world.PublishAsync(push, "1.0.0");
        world.Bare.Commit("Begin", world.Clock.GetUtcNow(), ("environments/dev/kustomization.yaml", $"images:\n- name: {server.Host}/acme/checkout\n{beside}  digest: {stands}\n"),
            ("environments/prod/deployment.yaml", $"kind: Deployment\nspec:\n  containers:\n  - image: {server.Host}/acme/checkout:1.0.0@{stands}\n"));
        await world.PublishAsync(push, "1.1.0");
        Assert.Contains("checkout 1.1.0 to dev: promote, open", await world.RunAsync("reconcile"), StringComparison.Ordinal);

        // What people merge carries the trailers that its method leaves.
        if (hasTrailers)
        {
            world.Bare.Git("update-ref", "refs/heads/main", "promote/dev/checkout");
        }
        else
        {
            world.Merge("promote/dev/checkout");
        }

        var after = "";
        for (var passes = 0; passes < 3; passes++)
        {
            after += await world.RunAsync("reconcile");
        }

        Assert.Contains("checkout 1.1.0 to prod: promote", after, StringComparison.Ordinal);
        Assert.DoesNotContain("on failure", after, StringComparison.Ordinal);
        Assert.DoesNotContain("no longer meets", after, StringComparison.Ordinal);
        Assert.DoesNotContain("unproven", after, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("acme/checkout:1.1.0@sha256:", world.Bare.Read("environments/prod/deployment.yaml"), StringComparison.Ordinal);

        // Where the folder or the trailer says it, a tag that is moved later changes nothing of what stands.
        await push.PushAsync("acme/checkout", RegistryScenario.Index("6.6.6"), "1.1.0");
        world.Restart();
        Assert.NotEqual(isSaidInGit, (await world.RunAsync("reconcile")).Contains("in dev no longer meets", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registry_that_does_not_list_its_tags_says_nothing_of_what_landed_or_stands()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        world.Demand("artifact.version.startsWith(\"1.\") && predicate.result == \"PASSED\"");
        world.Bare.Commit("People merge", world.Clock.GetUtcNow(),
            (".gitopsbot/checkout.yaml", world.Bare.Read(".gitopsbot/checkout.yaml")!.Replace("merge: auto", "merge: review, onFailure: rollback, watch: 1h", StringComparison.Ordinal)));
        await world.PublishAsync(push, "1.1.0");
        await world.RunAsync("reconcile");
        await world.RunAsync("reconcile");
        world.Merge("promote/prod/checkout");

        server.Lie = RegistryLies.Status("/tags/list", 403);
        world.Restart();
        var silent = await world.RunAsync("reconcile", expected: 1);
        server.Lie = null;
        var after = await world.RunAsync("reconcile");

        Assert.All(new[] { silent, after }, said => Assert.DoesNotContain("in prod", said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("semver: \">=1.0.0\", ignore: [\"1.1.0\"]")]
    [InlineData("semver: \">=1.2.0\"")]
    public async Task A_pull_request_for_what_is_not_selected_any_more_says_so_and_is_not_merged(string select)
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        world.Demand("artifact.digest.startsWith(\"sha256:\")", merge: "review");
        var stands = await world.PublishAsync(push, "1.0.0");
        world.Bare.Commit("Begin", world.Clock.GetUtcNow(), ("environments/dev/kustomization.yaml", $"images:\n- name: {server.Host}/acme/checkout\n  newTag: 1.0.0\n  digest: {stands}\n"));
        await world.PublishAsync(push, "1.1.0");
        await world.RunAsync("reconcile");
        Assert.Contains("Promote checkout 1.1.0 to dev", await world.RunAsync("pr show 1"), StringComparison.Ordinal);

        var document = world.Bare.Read(".gitopsbot/checkout.yaml")!;
        world.Bare.Commit("Not this one", world.Clock.GetUtcNow(), (".gitopsbot/checkout.yaml", document.Replace("semver: \">=1.0.0\"", select, StringComparison.Ordinal)));
        await world.RunAsync("reconcile");

        Assert.Contains("gitopsbot/promotion: failure: selection: No selected tag of", await world.RunAsync("pr show 1"), StringComparison.Ordinal);
        await world.RunAsync("pr merge 1 --as anna", expected: 1);

        // What a person asks for by name need not be selected.
        await world.RunAsync($"promote --as anna checkout {RegistryScenario.Index("1.1.0").Digest} to dev");
        await world.RunAsync("reconcile");
        Assert.Contains("gitopsbot/promotion: success", await world.RunAsync("pr show 1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_newest_by_creation_moves_and_the_plan_says_what_it_beat_and_an_undated_one_holds()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host, "newest: { tags: \"main-*\" }");
        using var push = new RegistryPush(server.Host);
        await world.PublishAsync(push, "main-9", created: world.Clock.GetUtcNow().AddDays(-2));
        var newest = await world.PublishAsync(push, "main-10", created: world.Clock.GetUtcNow().AddDays(-1));

        Assert.Contains("main-10 is the newest of 2 tags 'main-*', before main-9.", await world.RunAsync("reconcile"), StringComparison.Ordinal);
        for (var passes = 0; passes < 3; passes++)
        {
            await world.RunAsync("reconcile");
        }

        AssertStands(world, newest);
        await world.PublishAsync(push, "main-old", created: world.Clock.GetUtcNow().AddDays(-30));
        Assert.Contains("Nothing to promote.", await world.RunAsync("reconcile"), StringComparison.Ordinal);

        await world.PublishAsync(push, "main-11", created: DateTimeOffset.UnixEpoch);
        Assert.Contains(
            "pending order (order-unknown): Of " + server.Host + "/acme/checkout, main-11 says that it was created at 1970-01-01 00:00:00Z, which cannot be right, so nobody can say what is newest",
            await world.RunAsync("reconcile"), StringComparison.Ordinal);
        AssertStands(world, newest);
    }

    [Fact]
    public async Task An_environment_with_a_repository_of_its_own_waits_until_the_digest_is_there()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host, pulls: "mirror/checkout");
        using var push = new RegistryPush(server.Host);
        var digest = await world.PublishAsync(push, "1.0.0");

        Assert.Contains($"pending artifact (not-found): {server.Host}/mirror/checkout does not hold {digest} yet, and dev pulls from there.", await world.RunAsync("reconcile"), StringComparison.Ordinal);
        Assert.DoesNotContain("sha256", world.Bare.Read("environments/dev/kustomization.yaml"), StringComparison.Ordinal);

        await push.PushAsync("mirror/checkout", RegistryScenario.Index("1.0.0"));
        for (var passes = 0; passes < 4; passes++)
        {
            await world.RunAsync("reconcile");
        }

        AssertStands(world, digest);
        Assert.Contains($"name: {server.Host}/mirror/checkout # ours", world.Bare.Read("environments/dev/kustomization.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cold_process_asks_two_things_about_what_stands_and_nothing_where_nobody_can_say_what_does()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        await world.PublishAsync(push, "1.0.0");
        world.Demand("artifact.version.startsWith(\"1.\")");
        for (var passes = 0; passes < 4; passes++)
        {
            await world.RunAsync("reconcile");
        }

        world.Restart();
        server.ForgetRequests();
        await world.RunAsync("plan");
        Assert.Equal(["GET /v2/acme/checkout/tags/list?n=1000", "GET /v2/acme/checkout/manifests/1.0.0"], server.Requests.Select(r => r.ToString()));

        var two = string.Concat(new[] { Digest.Of("a"u8), Digest.Of("b"u8) }.Select(d => $"kind: Pod\nspec:\n  containers:\n  - image: {server.Host}/acme/checkout@{d}\n---\n"));
        world.Bare.Commit("Say two things", world.Clock.GetUtcNow(), ("environments/dev/kustomization.yaml", null), ("environments/dev/pods.yaml", two));
        world.Restart();
        server.ForgetRequests();
        await world.RunAsync("plan", expected: 1);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task To_see_that_nothing_is_newer_costs_a_pass_two_requests_and_the_workers_next_one_within_a_minute_one()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        await world.PublishAsync(push, "1.0.0");
        for (var passes = 0; passes < 4; passes++)
        {
            await world.RunAsync("reconcile");
        }

        var settings = Assert.IsType<SettingsResult.Read>(SettingsReader.Read(world.Config, new Dictionary<string, string>())).Settings;
        server.ForgetRequests();
        Assert.Empty((await world.PassAsync(settings)).Promotions);
        Assert.Equal(["GET /v2/acme/checkout/tags/list?n=1000", "HEAD /v2/acme/checkout/manifests/1.0.0"], ByTag().Select(r => r.ToString()));

        server.ForgetRequests();
        Assert.Empty((await world.PassAsync(settings)).Promotions);
        Assert.NotNull(Assert.Single(ByTag()).Validator);

        // What stands is judged again in each pass, and asked for by its digest.
        IEnumerable<ServedRequest> ByTag() => server.Requests.Where(r => r.Path.Contains("/tags/", StringComparison.Ordinal) || r.Path.EndsWith("/1.0.0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_waits_for_other_things_than_evidence_costs_each_pass_the_list_of_tags_and_one_look_at_its_own()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        var digest = await world.PublishAsync(push, "1.0.0");
        world.Demand("artifact.version.startsWith(\"2.\")");
        var settings = Assert.IsType<SettingsResult.Read>(SettingsReader.Read(world.Config, new Dictionary<string, string>())).Settings;
        await world.PassAsync(settings);
        server.ForgetRequests();

        Assert.Equal(digest, Assert.Single((await world.PassAsync(settings)).Promotions).Promotion.Artifacts[0].To);

        Assert.Equal(["GET /v2/acme/checkout/tags/list?n=1000", "HEAD /v2/acme/checkout/manifests/1.0.0"], server.Requests.Select(r => r.ToString()));
    }

    [Fact]
    public async Task What_many_services_wait_for_is_asked_side_by_side_and_costs_no_more_than_one_by_one()
    {
        const int services = 8;
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        var rest = world.Bare.Read(".gitopsbot/checkout.yaml")!.Split("---\n", 2)[1];
        world.Bare.Commit("Services", world.Clock.GetUtcNow(), [
            (".gitopsbot/checkout.yaml", rest),
            (".gitopsbot/services.yaml", string.Join("---\n", Enumerable.Range(0, services).Select(i => $$"""
                apiVersion: gitopsbot.dev/v1
                kind: Pipeline
                metadata: { name: service-{{i}} }
                spec:
                  artifacts: [{ name: app, repository: {{server.Host}}/acme/service-{{i}}, select: { semver: ">=1.0.0" } }]
                  environments: [{ name: dev, path: environments/service-{{i}}, policy: baseline }]

                """))),
            .. Enumerable.Range(0, services).Select(i => ($"environments/service-{i}/app.yaml", $"kind: Deployment\nspec:\n  containers:\n  - image: {server.Host}/acme/service-{i}\n"))]);
        for (var i = 0; i < services; i++)
        {
            await push.PushAsync($"acme/service-{i}", RegistryScenario.Index($"1.0.0 {i}"), "1.0.0");
        }

        var (now, most) = (0, 0);
        server.Lie = async context =>
        {
            if (context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal))
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await Task.Delay(100, TestContext.Current.CancellationToken);
                Interlocked.Decrement(ref now);
            }

            return false;
        };
        var settings = Assert.IsType<SettingsResult.Read>(SettingsReader.Read(world.Config, new Dictionary<string, string>())).Settings;

        // Those that are new, and those that still wait in the next pass.
        for (var passes = 0; passes < 2; passes++)
        {
            most = 0;
            server.ForgetRequests();
            Assert.All((await world.PassAsync(settings)).Promotions, p => Assert.Equal("signature-missing", p.Rows[0].Outcome.Code));
            Assert.InRange(most, 4, services);
        }

        Assert.All(Enumerable.Range(0, services), i => Assert.Equal(
            // The tag that stands in for referrers, and cosign's two.
            [.. Enumerable.Repeat($"GET /v2/acme/service-{i}/manifests", 3), $"GET /v2/acme/service-{i}/referrers", $"GET /v2/acme/service-{i}/tags", $"HEAD /v2/acme/service-{i}/manifests"],
            server.Requests.Where(r => r.Path.Contains($"/service-{i}/", StringComparison.Ordinal)).Select(r => string.Join('/', r.ToString().Split('/')[..5])).Order(StringComparer.Ordinal)));

        // What nobody waits for any more is asked once more, and then not again.
        world.Bare.Commit("No services", world.Clock.GetUtcNow(), (".gitopsbot/services.yaml", ""));
        await world.PassAsync(settings);
        server.ForgetRequests();
        await world.PassAsync(settings);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_folder_whose_objects_are_gone_holds_up_its_own_environment_alone()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        var digest = await world.PublishAsync(push, "1.0.0");
        world.Bare.Commit("Another", world.Clock.GetUtcNow(),
            (".gitopsbot/another.yaml", $$"""
            apiVersion: gitopsbot.dev/v1
            kind: Pipeline
            metadata: { name: another }
            spec:
              artifacts: [{ name: checkout, repository: {{server.Host}}/acme/checkout, select: { semver: ">=1.0.0" } }]
              environments: [{ name: dev, path: environments/another, policy: baseline, merge: push }]
            """),
            ("environments/another/app.yaml", $"kind: Deployment\nspec:\n  containers:\n  - image: {server.Host}/acme/checkout\n"));
        var blob = world.Bare.Git("rev-parse", "main:environments/another/app.yaml").Trim();
        File.Delete(Path.Combine(world.Bare.Path, "objects", blob[..2], blob[2..]));
        var settings = Assert.IsType<SettingsResult.Read>(SettingsReader.Read(world.Config, new Dictionary<string, string>())).Settings;

        var report = await world.PassAsync(settings);

        Assert.Contains(digest.Value, world.Bare.Read("environments/dev/kustomization.yaml"), StringComparison.Ordinal);
        Assert.Contains(report.Failures, f => f.Message.StartsWith("another in dev: ", StringComparison.Ordinal));
        Assert.All(report.Failures, f => Assert.StartsWith("another in dev: ", f.Message, StringComparison.Ordinal));
    }

    private static async Task TellAsync(RegistryScenario world, RegistryPush push, bool asTags)
    {
        var good = await world.PublishAsync(push, "1.0.0", asTags: asTags);
        await world.PublishAsync(push, "1.1.0", result: "FAILED", asTags);

        var said = await world.RunAsync("reconcile");
        Assert.Contains("checkout 1.1.0 to dev: refuse, nothing to do", said, StringComparison.Ordinal);
        Assert.True(said.Contains("checkout 1.0.0 to dev: promote, push", StringComparison.Ordinal), said);
        for (var passes = 0; passes < 3; passes++)
        {
            await world.RunAsync("reconcile");
        }

        AssertStands(world, good);

        var better = await world.PublishAsync(push, "1.2.0", asTags: asTags);
        for (var passes = 0; passes < 4; passes++)
        {
            await world.RunAsync("reconcile");
        }

        AssertStands(world, better);
        var before = world.Bare.Git("for-each-ref");
        Assert.Contains("Nothing to promote.", await world.RunAsync("reconcile"), StringComparison.Ordinal);
        Assert.Equal(before, world.Bare.Git("for-each-ref"));
    }

    private static void AssertStands(RegistryScenario world, Digest digest)
    {
        Assert.Contains($"digest: {digest}", world.Bare.Read("environments/dev/kustomization.yaml"), StringComparison.Ordinal);
        Assert.Contains($"@{digest}'", world.Bare.Read("environments/prod/deployment.yaml"), StringComparison.Ordinal);
    }
}
