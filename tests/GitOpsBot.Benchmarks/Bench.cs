namespace GitOpsBot.Benchmarks;

/// <summary>What every row needs: a folder, how often to measure, and our program as users run it.</summary>
internal sealed class Bench(string folder, int runs, TextWriter log)
{
    private readonly Dictionary<string, string> published = new(StringComparer.Ordinal);

    /// <summary>Where worlds are built and mirrors lie. What has a name that says its content is found again.</summary>
    public string Folder => folder;

    /// <summary>How often each side does the same.</summary>
    public int Runs => runs;

    /// <summary>Says how far it is.</summary>
    public void Say(string what) => log.WriteLine($"  {what}");

    /// <summary>A folder of its own for whoever asks; empty.</summary>
    public string Scratch() => Directory.CreateDirectory(Path.Combine(folder, "scratch", Guid.NewGuid().ToString("N"))).FullName;

    /// <summary>Our program as it is published.</summary>
    public string Program() => Path.Combine(Published("src/GitOpsBot"), "gitopsbot");

    /// <summary>Starts <see cref="Benchmark.WorkAsync"/> of a row in a process of its own.</summary>
    public OursProcess StartOurs(Benchmark row, params IReadOnlyList<string> arguments) => Start(Environment.ProcessPath!, row, arguments);

    /// <summary>The same, compiled ahead as our program is: for rows that measure what a process does first.</summary>
    public OursProcess StartPublished(Benchmark row, params IReadOnlyList<string> arguments) =>
        Start(Path.Combine(Published("tests/GitOpsBot.Benchmarks"), "GitOpsBot.Benchmarks"), row, arguments);

    private static OursProcess Start(string program, Benchmark row, IReadOnlyList<string> arguments) => new(Tool.Start(program, null, [Entry.Inside, row.Name, .. arguments]));

    // As the Dockerfile does it: a Release build with its code compiled ahead, for the framework that is installed. Once in a run.
    private string Published(string project)
    {
        if (!published.TryGetValue(project, out var to))
        {
            Say($"{project} is published");
            to = Path.Combine(folder, "published", Path.GetFileName(project));
            // Apart from the checkout's own output, which is another kind of build.
            Tool.Run("dotnet", Checkout(), [
                "publish", project, "-c", "Release", "--use-current-runtime", "--no-self-contained", "-p:PublishReadyToRun=true", "-p:RunAnalyzers=false",
                "--artifacts-path", Path.Combine(folder, "artifacts"), "-o", to, "-v", "q", "--nologo",
            ]);
            published[project] = to;
        }

        return to;
    }

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
