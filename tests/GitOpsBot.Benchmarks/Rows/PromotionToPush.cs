using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using GitOpsBot.Benchmarks.Worlds;
using GitOpsBot.Testing;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>
/// From decision to pushed commit. The row can be read in two ways: a pass has fetched before it decides, so what is left is to commit and to push
/// ("decided"); the other side begins with a fetch or clone, so ours may have to, as well ("with fetch"). The numbers to reach are held against the
/// second, which is the harder one. The server is Git's own, over HTTP on loopback, and the same for all.
/// </summary>
internal sealed partial class PromotionToPush : Benchmark
{
    private const long MostMemory = 150L * 1024 * 1024;

    // A clone of the largest repository takes most of a minute.
    private const int MostClones = 3;

    private static readonly (int Files, double? Clone, double? Plumbing)[] Sizes = [(1000, null, null), (6000, 30, null), (10_000, null, null), (100_000, 100, 2)];

    /// <inheritdoc/>
    public override string Name => "promotion-to-push";

    /// <inheritdoc/>
    public override string About => "from decision to pushed commit, against a clone and against a warm mirror with git's plumbing";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        var figures = new List<Figure>();
        foreach (var (files, clone, plumbing) in Sizes)
        {
            figures.AddRange(await MeasureAsync(bench, files, clone, plumbing));
        }

        return figures;
    }

    /// <inheritdoc/>
    public override Task WorkAsync(IReadOnlyList<string> arguments, Rounds rounds) =>
        Promoter.RunAsync(arguments[0], arguments[1], int.Parse(arguments[2], CultureInfo.InvariantCulture), rounds);

    private async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench, int files, double? clone, double? plumbing)
    {
        var scratch = bench.Scratch();
        var served = FilesWorld.Copy(bench, files, scratch);
        await using var server = await GitServer.StartAsync(scratch);
        var url = server.Url + Path.GetFileName(served);
        bench.Say($"{files} files");
        // The mirror is present: who makes it is another process, whose memory does not count.
        bench.StartOurs(this, url, Path.Combine(scratch, "data"), files.ToString(CultureInfo.InvariantCulture)).Dispose();
        using var ours = bench.StartOurs(this, url, Path.Combine(scratch, "data"), files.ToString(CultureInfo.InvariantCulture));
        var mirror = Path.Combine(scratch, "mirror.git");
        Tool.Git(null, "clone", "-q", "--bare", url, mirror);

        var (whole, decided, git, cloned) = (new Sample(), new Sample(), new Sample(), new Sample());
        var edits = 0;
        Bench.InTurns(bench.Runs, (whole, () => ours.Round(Promoter.WithFetch)), (git, () => Plumb(mirror, files, edits++)), (decided, () => ours.Round(Promoter.Decided)));
        Bench.InTurns(Math.Min(bench.Runs, MostClones), (cloned, () => Clone(url, Path.Combine(scratch, $"work-{edits}"), files, edits++)));
        var peak = ours.PeakBytes;
        return
        [
            Figure.Faster($"promotion to pushed commit, {files} files, with fetch", whole, "clone, edit, commit, push", cloned, clone).With(peak, clone is null ? null : MostMemory),
            Figure.Faster("  the same, decided", decided, "clone, edit, commit, push", cloned, clone),
            Figure.Faster("  with fetch", whole, "warm mirror, git's plumbing", git, plumbing),
            Figure.Faster("  decided", decided, "warm mirror, git's plumbing", git, plumbing),
        ];
    }

    private static TimeSpan Plumb(string mirror, int files, int edit)
    {
        var (app, begin) = (edit * 31 % files, Stopwatch.GetTimestamp());
        Tool.Git(mirror, "fetch", "-q", "origin", "+refs/heads/main:refs/heads/main");
        var (file, folder) = (FilesWorld.FileOf(app), FilesWorld.FolderOf(app));
        var text = Edited(Tool.Git(mirror, "cat-file", "blob", $"main:{file}"), edit);
        var id = Tool.Run("git", mirror, ["hash-object", "-w", "--stdin"], text).Output.Trim();
        foreach (var (at, name) in new[] { (folder, Path.GetFileName(file)), ("environments", Path.GetFileName(folder)), ("", "environments") })
        {
            var entries = Tool.Git(mirror, "ls-tree", at.Length == 0 ? "main" : $"main:{at}").Split('\n');
            id = Tool.Run("git", mirror, ["mktree"], string.Join('\n', entries.Select(e => e.EndsWith("\t" + name, StringComparison.Ordinal) ? Id().Replace(e, id) : e))).Output.Trim();
        }

        var commit = Tool.Git(mirror, "commit-tree", id, "-p", "main", "-m", "Promote").Trim();
        Tool.Git(mirror, "push", "-q", "origin", $"{commit}:refs/heads/main");
        return Stopwatch.GetElapsedTime(begin);
    }

    private static TimeSpan Clone(string url, string folder, int files, int edit)
    {
        var (file, begin) = (FilesWorld.FileOf(edit * 31 % files), Stopwatch.GetTimestamp());
        Tool.Git(null, "clone", "-q", "--depth", "1", url, folder);
        var path = Path.Combine(folder, file);
        File.WriteAllText(path, Edited(File.ReadAllText(path), edit));
        Tool.Git(folder, "commit", "-q", "-a", "-m", "Promote");
        Tool.Git(folder, "push", "-q", "origin", "HEAD:main");
        var took = Stopwatch.GetElapsedTime(begin);
        Directory.Delete(folder, recursive: true);
        return took;
    }

    private static string Edited(string text, int edit) => DigestText().Replace(text, Manifests.Digest(1_000_000 + edit));

    [GeneratedRegex("sha256:[0-9a-f]{64}")]
    private static partial Regex DigestText();

    [GeneratedRegex("[0-9a-f]{40}(?=\t)")]
    private static partial Regex Id();
}
