namespace GitOpsBot.Benchmarks;

/// <summary>What every row needs: a folder, how often to measure, and our program as users run it.</summary>
internal sealed class Bench(string folder, int runs, TextWriter log)
{
    private string? published;

    /// <summary>Where worlds are built and mirrors lie. What has a name that says its content is found again.</summary>
    public string Folder => folder;

    /// <summary>How often each side does the same.</summary>
    public int Runs => runs;

    /// <summary>Says how far it is.</summary>
    public void Say(string what) => log.WriteLine($"  {what}");

    /// <summary>A folder of its own for whoever asks; empty.</summary>
    public string Scratch() => Directory.CreateDirectory(Path.Combine(folder, "scratch", Guid.NewGuid().ToString("N"))).FullName;

    /// <summary>
    /// Our program, published as the Dockerfile does it: a Release build with its code compiled ahead, for the framework that is installed. Built once in a run.
    /// </summary>
    public string Program()
    {
        if (published is null)
        {
            Say("our program is published");
            var to = Path.Combine(folder, "published");
            // Apart from the checkout's own output, which is another kind of build.
            Tool.Run("dotnet", Checkout(), [
                "publish", "src/GitOpsBot", "-c", "Release", "--use-current-runtime", "--no-self-contained", "-p:PublishReadyToRun=true", "-p:RunAnalyzers=false",
                "--artifacts-path", Path.Combine(folder, "artifacts"), "-o", to, "-v", "q", "--nologo",
            ]);
            published = Path.Combine(to, "gitopsbot");
        }

        return published;
    }

    /// <summary>Starts <see cref="Benchmark.WorkAsync"/> of a row in a process of its own.</summary>
    public OursProcess StartOurs(Benchmark row, params IReadOnlyList<string> arguments) =>
        new(Tool.Start(Environment.ProcessPath!, null, [Entry.Inside, row.Name, .. arguments]));

    /// <summary>Lets both sides do the same in turns, so that what else the machine does hits both.</summary>
    public static void InTurns(int times, params IReadOnlyList<(Sample Sample, Func<TimeSpan> Work)> sides)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var (sample, work) in sides)
            {
                sample.Add(work());
            }
        }
    }

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GitOpsBot.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("This program does not lie in a checkout of the bot.");
    }
}
