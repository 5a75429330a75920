using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>The program itself, <c>run</c> in processes of their own: killed by the system between a request and its effect, or between that and its answer, and two of them at once.</summary>
public sealed class KilledProgramTests
{
    // Every kind of request of the story that changes anything, in no order.
    private static readonly string[] Kinds =
    [
        "push refs/heads/main", "push refs/heads/promote/staging/checkout", "push refs/heads/promote/prod/checkout", "push refs/heads/gitopsbot/state",
        "POST pulls", "PUT issues/N/labels", "POST check-runs", "PUT pulls/N/merge", "POST issues/comments/N/reactions", "PATCH check-runs/N", "PATCH pulls/N", "POST issues/N/comments",
    ];

    [Fact]
    public async Task Killed_before_and_after_every_kind_of_request_with_its_data_and_without_it_everything_is_completed_once()
    {
        await using var scene = await Scene.StartAsync(isApp: true, at: DateTimeOffset.UtcNow);
        await using var bot = new Running(scene, "data");
        var kills = new ConcurrentDictionary<(string Kind, bool IsAfter), bool>(Kinds.SelectMany(k => new[] { (k, false), (k, true) }).Select(k => KeyValuePair.Create(k, true)));
        async Task AroundAsync(string kind, HttpContext context, Func<Task> serve)
        {
            if (kills.TryRemove((kind, false), out _))
            {
                bot.Kill();
                return;
            }

            if (kills.TryRemove((kind, true), out _))
            {
                // What is answered goes nowhere.
                context.Response.Body = new MemoryStream();
                await serve();
                bot.Kill();
                context.Abort();
                return;
            }

            await serve();
        }

        scene.Server.AroundPush = (moved, context, serve) => AroundAsync($"push {moved}", context, serve);
        scene.Server.Around = (context, serve) => AroundAsync(
            $"{context.Request.Method} {Regex.Replace(context.Request.Path.Value!.Replace("/api/v3/repos/acme/shop/", "", StringComparison.Ordinal), "[0-9a-f]{40}|[0-9]+", "N")}", context, serve);
        scene.Publish("1.0.0");
        bot.Start();

        await bot.UntilAsync(() => scene.World.Pulls.Exists(p => p is { State: "open", Head: "promote/prod/checkout", Labels.Count: > 0 }));
        scene.World.Say(scene.OpenPull("promote/prod/checkout").Number, "anna", "/hold wait");
        await bot.UntilAsync(() => scene.World.Comments.Exists(c => c.Login == "anna" && c.Reactions.Count == 2));
        await bot.RestAsync(scene);

        ChaosStory.Check(scene);
        Assert.Empty(kills.Keys);
        Assert.Equal(2 * Kinds.Length, bot.Kills);
        scene.World.Bare.Git("fsck", "--strict");
    }

    [Fact]
    public async Task Two_programs_at_once_promote_everything_once_and_answer_once()
    {
        await using var scene = await Scene.StartAsync(isApp: true, at: DateTimeOffset.UtcNow);
        await using var one = new Running(scene, "data");
        await using var other = new Running(scene, "data-2");
        one.Start();
        other.Start();
        string[] versions = ["1.0.0", "1.1.0", "1.2.0"];
        foreach (var version in versions)
        {
            var digest = scene.Publish(version);
            await one.UntilAsync(() => scene.Stands("staging") == digest.Value);
        }

        await one.UntilAsync(() => scene.World.Pulls.Exists(p => p is { State: "open", Head: "promote/prod/checkout", Labels.Count: > 0 } && p.Title.Contains("1.2.0", StringComparison.Ordinal)));
        var anna = scene.World.Say(scene.OpenPull("promote/prod/checkout").Number, "anna", "/hold wait");
        await one.UntilAsync(() => anna.Reactions.Count == 2 && scene.World.Comments.Exists(c => c.Body.Contains("checkout in prod is held.", StringComparison.Ordinal)));
        await one.RestAsync(scene);

        Assert.Equal(
            [.. versions.Reverse().SelectMany(v => new[] { $"Promote checkout {v} to staging", $"Promote checkout {v} to dev" }), "Begin"],
            scene.World.Bare.Git("log", "--format=%s", "main").Trim().Split('\n').Select(s => Regex.Replace(s, " \\(#[0-9]+\\)", "")));
        Assert.Equal(
            [.. versions.Select(v => $"merged Promote checkout {v} to staging"), "open Promote checkout 1.2.0 to prod"],
            scene.World.Pulls.Select(p => $"{(p.MergedAt is null ? p.State : "merged")} {p.Title}").Order(StringComparer.Ordinal));
        Assert.Equal(["eyes", "rocket"], anna.Reactions.Select(r => r.Content));
        Assert.Single(scene.World.Comments, c => c.Login == "gitopsbot[bot]");
        scene.World.Bare.Git("fsck", "--strict");
    }

    /// <summary>One bot: a process with a data directory, started again whenever it is killed, every second time without its data.</summary>
    private sealed class Running : IAsyncDisposable
    {
        // From one kill to the next, on a machine that is busy with everything else, too.
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

        private readonly Scene scene;
        private readonly string config;
        private readonly string data;
        private readonly ConcurrentQueue<string> said = new();
        private readonly Lock door = new();
        private Process? process;
        private int passes;

        public Running(Scene scene, string folder)
        {
            this.scene = scene;
            var root = Path.GetDirectoryName(scene.ConfigFile)!;
            data = Path.Combine(root, folder);
            config = Path.Combine(root, folder + ".yaml");
            File.WriteAllText(config, File.ReadAllText(scene.ConfigFile).Replace("dataDir: ./data", "dataDir: ./" + folder, StringComparison.Ordinal));
        }

        public int Kills { get; private set; }

        public void Start()
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "gitopsbot.dll"), "run", "--config", config])
            {
                start.ArgumentList.Add(argument);
            }

            process = Process.Start(start)!;
            process.OutputDataReceived += (_, line) => Hear(line.Data);
            process.ErrorDataReceived += (_, line) => Hear(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        /// <summary>As a power cut: when this returns, it does nothing any more.</summary>
        public void Kill()
        {
            lock (door)
            {
                process!.Kill();
                process.WaitForExit();
                Kills++;
            }
        }

        /// <summary>Waits; whoever was killed meanwhile is started again.</summary>
        public async Task UntilAsync(Func<bool> isThere)
        {
            for (var began = Stopwatch.StartNew(); !isThere(); await Task.Delay(50, TestContext.Current.CancellationToken))
            {
                Assert.True(began.Elapsed < Patience, string.Join('\n', said.TakeLast(40)));
                // The stand-in's clock is the machine's.
                scene.Clock.SetUtcNow(DateTimeOffset.UtcNow);
                lock (door)
                {
                    if (!process!.HasExited)
                    {
                        continue;
                    }

                    process.Dispose();
                    began.Restart();
                    if (Kills % 2 == 0 && Directory.Exists(data))
                    {
                        Directory.Delete(data, recursive: true);
                    }

                    Start();
                }
            }
        }

        /// <summary>Two passes in which nothing was changed.</summary>
        public async Task RestAsync(Scene scene)
        {
            for (var (seen, from) = ("", passes); ;)
            {
                var changed = $"{scene.Server.Requests.Count(r => r.Method != "GET" && !r.Path.EndsWith("/access_tokens", StringComparison.Ordinal))} {scene.World.Bare.Tip()} {scene.World.Bare.Tip("gitopsbot/state")}";
                (seen, from) = seen == changed ? (seen, from) : (changed, Volatile.Read(ref passes));
                if (Volatile.Read(ref passes) >= from + 3)
                {
                    return;
                }

                var next = Volatile.Read(ref passes) + 1;
                await UntilAsync(() => Volatile.Read(ref passes) >= next);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (process is { } runs)
            {
                if (!runs.HasExited)
                {
                    runs.Kill();
                }

                await runs.WaitForExitAsync(CancellationToken.None);
                runs.Dispose();
            }
        }

        private void Hear(string? line)
        {
            if (line is null)
            {
                return;
            }

            said.Enqueue(line);
            if (line.Contains("pass ended", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref passes);
            }
        }
    }
}
