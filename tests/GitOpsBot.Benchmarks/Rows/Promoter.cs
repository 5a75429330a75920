using System.Diagnostics;
using GitOpsBot.Benchmarks.Worlds;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Git;
using GitOpsBot.Reconciliation;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>Our side of <see cref="PromotionToPush"/>: the worker's own parts, with a mirror that is there.</summary>
internal static class Promoter
{
    /// <summary>A round that begins with a fetch.</summary>
    public const string WithFetch = "fetch";

    /// <summary>A round in which the pass has fetched and read the folder before, outside of what is measured.</summary>
    public const string Decided = "decided";

    // Rounds that nobody measures: a worker has been at work for a while.
    private const int WarmUp = 5;

    private static readonly Place Here = new("pipelines.yaml", 1, 1);
    private static readonly CommitIdentity Bot = new("GitOpsBot", "bot@example.com");

    /// <summary>Promotes one app after the other.</summary>
    public static async Task RunAsync(string url, string data, int files, Rounds rounds)
    {
        using var http = HttpRemote.Client();
        var remote = new HttpRemote(new Uri(url), http, _ => ValueTask.FromResult<GitCredentials?>(null), TimeProvider.System);
        var mirror = new Mirror(
            new MirrorSource("bench", new RepositoryAddress.Http(remote.Url), "main", token => new HttpWire(remote, token)), Path.Combine(data, "bench.git"), NullLogger.Instance, TimeProvider.System);
        using var git = await mirror.OpenAsync(default);
        var folders = new FolderReader(git, new RepositoryMemory());
        var commits = new PromotionCommits(git, folders, Bot);
        var number = 2_000_000;
        for (var i = 0; i < WarmUp; i++)
        {
            await PromoteAsync(git, folders, commits, files, number++, WithFetch);
        }

        await rounds.RunAsync(word => PromoteAsync(git, folders, commits, files, number++, word));
    }

    private static async Task<TimeSpan> PromoteAsync(ManifestRepository git, FolderReader folders, PromotionCommits commits, int files, int number, string word)
    {
        var (pipeline, environment) = PipelineOf(number * 17 % files);
        var begin = Stopwatch.GetTimestamp();
        await git.FetchAsync(default);
        var tip = git.Tip("main")!;
        var standing = (FolderState.Stands)folders.Read(tip, pipeline, environment).State;
        if (word == Decided)
        {
            begin = Stopwatch.GetTimestamp();
        }

        var wanted = new Standing([new StandingArtifact("app", Digest.Parse(Manifests.Digest(number)), null)]);
        var commit = commits.Write(tip, pipeline, environment, PromotionCommits.Move(pipeline, environment, standing.What, wanted), "Promote app\n", DateTimeOffset.UtcNow);
        return git.Push("refs/heads/main", tip, commit) is PushResult.Moved ? Stopwatch.GetElapsedTime(begin) : throw new InvalidOperationException("The push lost a race that nobody ran.");
    }

    private static (Pipeline, PromotionEnvironment) PipelineOf(int app)
    {
        var environment = new PromotionEnvironment("prod", FilesWorld.FolderOf(app), new Reference("baseline", Here), Here);
        var artifact = new PipelineArtifact("app", ImageName.Parse(Manifests.Image(FilesWorld.AppOf(app))), new Selection.MovingTag("main"));
        return (new Pipeline("app", Here, [artifact], [environment]), environment);
    }
}
