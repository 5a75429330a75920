using GitOpsBot.Commands;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;
using Spectre.Console;

namespace GitOpsBot.Demo;

/// <summary>
/// The main job, told while it happens: the worker's own pass over a small world, several times, with a clock that the story moves. Nothing is
/// staged: what the bot says and does is what it would say and do to any repository.
/// </summary>
internal sealed class DemoStory
{
    // Passes until nothing moves any more; each environment takes two, open and merge.
    private const int MostPasses = 12;

    private readonly DemoWorld world;
    private readonly DemoClock clock;
    private readonly IAnsiConsole console;
    private readonly BotSettings settings;
    private readonly ILoggerFactory logs;

    private DemoStory(DemoWorld world, DemoClock clock, IAnsiConsole console, BotSettings settings, ILoggerFactory logs) =>
        (this.world, this.clock, this.console, this.settings, this.logs) = (world, clock, console, settings, logs);

    /// <summary>Builds the world, tells the story, and leaves the world when it is to be kept. The answer is the exit status.</summary>
    public static async Task<int> TellAsync(DemoRequest request, CancellationToken cancellationToken)
    {
        var folder = request.Folder ?? Path.Combine(Path.GetTempPath(), $"gitopsbot-demo-{Guid.NewGuid():N}"[..24]);
        // The story begins in the past, so that nothing of it lies in the future of whoever works on with the world.
        var clock = new DemoClock(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(10));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(request.Out) });
        if (request.Out != Console.Out || Console.IsOutputRedirected)
        {
            console.Profile.Capabilities.Ansi = false;
            // Lines are the reader's to wrap: a digest broken in two cannot be searched for.
            console.Profile.Width = 2000;
        }

        using var world = new DemoWorld(folder, clock.GetUtcNow());
        if (SettingsReader.Read(world.Config, new Dictionary<string, string>()) is not SettingsResult.Read { Settings: var settings })
        {
            throw new InvalidOperationException("The demo's own settings are wrong.");
        }

        var isGood = await new DemoStory(world, clock, console, settings, request.Logs).TellAsync(cancellationToken);
        if (request.Keep)
        {
            console.WriteLine();
            console.WriteLine($"The world stays in {world.Folder}. Try: gitopsbot plan --config {world.Config}");
        }
        else
        {
            Delete(world.Folder);
        }

        return isGood ? 0 : 1;
    }

    private async Task<bool> TellAsync(CancellationToken cancellationToken)
    {
        Chapter("Two artifacts are published; CI signed them and attested their tests");
        world.Publish("checkout", "1.0.0", clock.GetUtcNow());
        world.Publish("storefront", "2.0.0", clock.GetUtcNow());
        await PassesAsync(cancellationToken);

        Chapter("The soak time is over: production is proposed, and waits for a person");
        clock.Move(TimeSpan.FromHours(25));
        await PassesAsync(cancellationToken);

        Chapter("anna approves; checkout merges by itself, storefront is merged by her");
        await ApproveAsync(cancellationToken);
        await PassesAsync(cancellationToken);

        Chapter("Newer versions that nobody should run: unsigned, failing, tampered with, signed by a stranger");
        world.Publish("checkout", "1.1.0", clock.GetUtcNow(), DemoBuild.Unsigned);
        world.Publish("checkout", "1.2.0", clock.GetUtcNow(), DemoBuild.TestsFailed);
        world.Publish("checkout", "1.3.0", clock.GetUtcNow(), DemoBuild.Tampered);
        world.Publish("storefront", "2.1.0", clock.GetUtcNow(), DemoBuild.SignedByStranger);
        await PassesAsync(cancellationToken);

        Chapter("A good one, 1.4.0, goes to staging");
        var bad = world.Publish("checkout", "1.4.0", clock.GetUtcNow());
        await PassesAsync(cancellationToken);

        Chapter("It turns out to be broken: anna rolls staging back");
        await RollBackAsync(cancellationToken);
        await PassesAsync(cancellationToken);

        Chapter("Days later: what was rolled back did not come back, and went no further");
        clock.Move(TimeSpan.FromDays(3));
        await PassesAsync(cancellationToken);
        using var open = Open();
        var isOut = Folder(open, "staging").All(text => !text.Contains(bad.Value, StringComparison.Ordinal)) && Folder(open, "prod").All(text => !text.Contains(bad.Value, StringComparison.Ordinal));
        console.WriteLine(isOut ? $"1.4.0 ({bad.Short}) stands in dev alone." : $"1.4.0 ({bad.Short}) came back: this must not be.");
        return isOut;
    }

    private static IEnumerable<string> Folder(OpenRepository open, string environment) =>
        open.Git.ReadFolder(open.Git.Tip("main")!, $"environments/{environment}").Files.Select(f => System.Text.Encoding.UTF8.GetString(f.Content.Span));

    private async Task PassesAsync(CancellationToken cancellationToken)
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        for (var passes = 0; passes < MostPasses; passes++)
        {
            clock.Move(TimeSpan.FromMinutes(1));
            using var open = Open();
            var before = open.Git.Tip("main");
            var report = await new PromotionReconciler(open.Parts).PassAsync(acts: true, cancellationToken);
            foreach (var problem in report.Problems.Concat(report.Failures))
            {
                console.WriteLine($"problem: {problem}");
            }

            foreach (var promotion in report.Promotions)
            {
                Say(promotion, said);
            }

            foreach (var commit in open.Git.FirstParents(open.Git.Tip("main")!).TakeWhile(c => c.Sha != before).Reverse())
            {
                Say(open, commit);
            }

            if (report.Promotions.All(p => p.Action == PlanAction.None))
            {
                return;
            }
        }
    }

    private void Say(PlannedPromotion promotion, HashSet<string> said)
    {
        var move = promotion.Promotion;
        var text = $"{move.Pipeline} {move.Version} → {move.Environment}: {promotion.Verdict}, action {promotion.Action.ToString().ToLowerInvariant()}";
        var gates = promotion.Rows.Select(r => $"    {r.Outcome.Word,-8}{r.Name}: {r.Outcome.Reason}").ToList();
        if (said.Add(text + string.Join('\n', gates)))
        {
            console.MarkupLine($"  [bold]{Markup.Escape(text)}[/]");
            foreach (var (line, row) in gates.Zip(promotion.Rows))
            {
                var colour = row.Outcome switch { GateOutcome.Passed => "green", GateOutcome.Pending or GateOutcome.Overridden => "yellow", _ => "red" };
                console.MarkupLine($"[{colour}]{Markup.Escape(line)}[/]");
            }
        }
    }

    private void Say(OpenRepository open, Git.CommitInfo commit)
    {
        console.WriteLine();
        console.MarkupLine($"  [bold]commit {commit.Sha[..12]}[/]");
        foreach (var path in commit.Parents.Count == 0 ? [] : open.Git.ChangedPaths(commit.Parents[0], commit.Sha))
        {
            console.WriteLine($"    {path}");
            var (was, now) = (Lines(open, commit.Parents[0], path), Lines(open, commit.Sha, path));
            foreach (var line in was.Except(now))
            {
                console.MarkupLine($"[red]    -{Markup.Escape(line)}[/]");
            }

            foreach (var line in now.Except(was))
            {
                console.MarkupLine($"[green]    +{Markup.Escape(line)}[/]");
            }
        }

        foreach (var line in commit.Message.TrimEnd().Split('\n'))
        {
            console.MarkupLine($"[dim]    {Markup.Escape(line)}[/]");
        }

        console.WriteLine();
    }

    private static string[] Lines(OpenRepository open, string commit, string path) =>
        open.Git.ReadFile(commit, path) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes.Span).Split('\n') : [];

    private async Task ApproveAsync(CancellationToken cancellationToken)
    {
        var request = new PullRequestRequest(settings, settings.Repositories[0], "anna", logs);
        using var application = new Application(new StepProbe(), clock);
        var actions = application.Actions;
        using var open = Open();
        foreach (var pull in (await open.Forge.ListAsync(cancellationToken)).Where(p => p.State == PullRequestState.Open).OrderBy(p => p.Number))
        {
            console.WriteLine($"  pull request {pull.Number}: {pull.Title}");
            await open.Local!.ApproveAs(pull.Number, "anna");
            if (pull.Head.EndsWith("/storefront", StringComparison.Ordinal) && await actions.MergePullRequest!(request, pull.Number, cancellationToken) is Answer<string>.Done merged)
            {
                console.WriteLine($"  {merged.Report}");
            }
        }
    }

    private async Task RollBackAsync(CancellationToken cancellationToken)
    {
        using var open = Open();
        var merged = (await open.Forge.ListAsync(cancellationToken)).First(p => p.Head == "promote/staging/checkout");
        open.Local!.CommentAs(merged.Number, "anna", "/rollback the cart loses items");
        console.WriteLine($"  anna comments on pull request {merged.Number}: /rollback the cart loses items");
    }

    private OpenRepository Open() => new(
        settings, settings.Repositories[0], Git.ManifestRepository.Open(world.Repository), new Registries(new RegistryOptions([], settings.Layouts)), new StepProbe(), clock);

    private void Chapter(string title)
    {
        console.WriteLine();
        if (console.Profile.Capabilities.Ansi)
        {
            console.Write(new Rule(Markup.Escape(title)) { Justification = Justify.Left });
        }
        else
        {
            console.WriteLine($"== {title}");
        }
    }

    private static void Delete(string folder)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.Attributes = FileAttributes.Normal;
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A clock that the story moves.</summary>
    private sealed class DemoClock(DateTimeOffset start) : TimeProvider
    {
        private DateTimeOffset now = start;

        public override DateTimeOffset GetUtcNow() => now;

        public void Move(TimeSpan by) => now += by;
    }
}
