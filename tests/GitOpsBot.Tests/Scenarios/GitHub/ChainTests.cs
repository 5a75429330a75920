namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>One image that many services run on: what goes straight to the base branch goes there in one chain.</summary>
public sealed class ChainTests
{
    private const int Services = 6;

    [Fact]
    public async Task What_moves_many_services_at_once_is_one_commit_each_in_one_push()
    {
        await using var scene = await StartAsync();
        var pushes = Count(scene);
        var digest = scene.Publish("1.0.0");

        await scene.PassAsync();

        Assert.Equal(1, pushes());
        Assert.All(Enumerable.Range(0, Services), i => Assert.Equal(digest.Value, Stands(scene, i)));
        var commits = scene.World.Bare.Git("log", "--format=%H %s", $"-{Services}", "main").Trim().Split('\n');
        Assert.Equal(Enumerable.Range(0, Services).Select(i => $"Promote service-{i} 1.0.0 to dev"), commits.Select(c => c[41..]).Order(StringComparer.Ordinal));
        Assert.All(commits, c => Assert.Equal($"environments/{c.Split(' ')[2]}/app.yaml", scene.World.Bare.Git("diff-tree", "--no-commit-id", "--name-only", "-r", c[..40]).Trim()));
        scene.World.Bare.Git("fsck", "--strict");
    }

    [Fact]
    public async Task When_another_was_first_the_chain_is_made_again_of_those_whose_folder_is_as_it_was_judged()
    {
        await using var scene = await StartAsync();
        var digest = scene.Publish("1.0.0");
        var pushes = 0;
        scene.Server.AroundPush = async (moved, _, serve) =>
        {
            if (moved == "refs/heads/main" && ++pushes == 1)
            {
                scene.World.Bare.Commit("Meanwhile", scene.Clock.GetUtcNow(), ("README.md", "More.\n"), ("environments/service-2/app.yaml", Scene.Deployment + "# changed\n"));
            }

            await serve();
        };

        await scene.PassAsync();

        Assert.Equal(2, pushes);
        Assert.Equal(Enumerable.Range(0, Services).Select(i => i == 2 ? null : digest.Value), Enumerable.Range(0, Services).Select(i => Stands(scene, i)));
        Assert.Equal("More.\n", scene.World.Bare.Read("README.md"));

        await scene.PassAsync();
        Assert.Equal(digest.Value, Stands(scene, 2));
        Assert.EndsWith("# changed\n", scene.World.Bare.Read("environments/service-2/app.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_remote_does_not_take_keeps_out_no_other()
    {
        await using var scene = await StartAsync();
        var hook = Path.Combine(scene.World.Bare.Path, "hooks", "pre-receive");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        await File.WriteAllTextAsync(hook, "#!/bin/sh\nwhile read old new ref; do\n  if [ \"$ref\" = refs/heads/main ] && git diff --name-only $old $new | grep -q service-3; then echo 'not service-3' >&2; exit 1; fi\ndone\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var digest = scene.Publish("1.0.0");

        var report = await scene.PassAsync(expectsProblems: true);

        Assert.Equal(Enumerable.Range(0, Services).Select(i => i == 3 ? null : digest.Value), Enumerable.Range(0, Services).Select(i => Stands(scene, i)));
        var failure = Assert.Single(report.Failures);
        Assert.StartsWith("service-3 in dev: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("pre-receive hook declined", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remote_that_is_not_reached_fails_the_chain_and_the_next_pass_finds_what_happened()
    {
        await using var scene = await StartAsync();
        var digest = scene.Publish("1.0.0");
        var pushes = 0;
        scene.Server.AroundPush = async (moved, context, serve) =>
        {
            if (moved == "refs/heads/main" && ++pushes == 1)
            {
                // What is answered goes nowhere.
                context.Response.Body = new MemoryStream();
                await serve();
                context.Abort();
                return;
            }

            await serve();
        };

        var report = await scene.PassAsync(expectsProblems: true);

        Assert.Equal(1, pushes);
        Assert.Equal(Services, report.Failures.Count(f => f.Message.Contains(" in dev: ", StringComparison.Ordinal)));
        Assert.All(Enumerable.Range(0, Services), i => Assert.Equal(digest.Value, Stands(scene, i)));
        await scene.SettleAsync();
        Assert.Equal(Services + 1, scene.World.Bare.Git("log", "--format=%s", "main").Trim().Split('\n').Count(s => s.StartsWith("Promote", StringComparison.Ordinal) || s == "Services"));
    }

    // Staging was judged by what stood in dev, which this very chain replaces.
    [Fact]
    public async Task What_is_judged_by_a_folder_that_the_chain_changes_waits_for_the_next_pass()
    {
        await using var scene = await Scene.StartAsync(staging: "merge: push");
        var first = scene.Publish("1.0.0");
        await scene.PassAsync();
        var second = scene.Publish("1.1.0");

        await scene.PassAsync();
        Assert.Equal((second.Value, null), (scene.Stands("dev"), scene.Stands("staging")));

        await scene.PassAsync();
        Assert.NotNull(scene.Stands("staging"));
        Assert.NotEqual(first, second);
    }

    private static async Task<Scene> StartAsync()
    {
        var scene = await Scene.StartAsync();
        scene.World.Bare.Commit("Services", scene.Clock.GetUtcNow(),
            [
                (".gitopsbot/pipeline.yaml", string.Join("---\n", Enumerable.Range(0, Services).Select(i => $$"""
                apiVersion: gitopsbot.dev/v1
                kind: Pipeline
                metadata: { name: service-{{i}} }
                spec:
                  artifacts: [{ name: base, repository: oci-layout:demo/checkout, select: { semver: ">=1.0.0" } }]
                  environments: [{ name: dev, path: environments/service-{{i}}, policy: baseline, merge: push }]

                """))),
                .. Enumerable.Range(0, Services).Select(i => ($"environments/service-{i}/app.yaml", Scene.Deployment)),
            ]);
        return scene;
    }

    private static Func<int> Count(Scene scene)
    {
        var pushes = 0;
        scene.Server.AroundPush = async (moved, _, serve) =>
        {
            pushes += moved == "refs/heads/main" ? 1 : 0;
            await serve();
        };
        return () => pushes;
    }

    private static string? Stands(Scene scene, int service) => scene.Stands($"service-{service}");
}
