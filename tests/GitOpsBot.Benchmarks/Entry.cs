using System.CommandLine;

namespace GitOpsBot.Benchmarks;

/// <summary>The command line: all rows, or those that are named; or, for ourselves, one row's work in this process.</summary>
internal static class Entry
{
    /// <summary>First word of a child's command line.</summary>
    public const string Inside = "inside";

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(string[] args, TextReader input, TextWriter output, TextWriter errors)
    {
        if (args is [Inside, var name, .. var arguments])
        {
            await Benchmarks.All.Single(b => b.Name == name).WorkAsync(arguments, new Rounds(input, output));
            return 0;
        }

        var names = new Argument<string[]>("ROW") { Description = "Which rows; without any, all.", Arity = ArgumentArity.ZeroOrMore };
        names.AcceptOnlyFromAmong([.. Benchmarks.All.Select(b => b.Name)]);
        var list = new Option<bool>("--list") { Description = "Says what rows there are." };
        var runs = new Option<int>("--runs") { Description = "How often each side does the same; the median counts.", DefaultValueFactory = _ => 5 };
        var folder = new Option<string?>("--dir") { Description = "Where worlds are built, and found again by the next run. Without it a folder that is removed at the end." };
        var command = new RootCommand("Measures the numbers of SPEC section 10, both sides in turns, and prints their ratios.") { names, list, runs, folder };
        command.SetAction(parsed => parsed.GetValue(list)
            ? List(output)
            : MeasureAsync(Benchmarks.All.Where(b => parsed.GetValue(names) is not { Length: > 0 } wanted || wanted.Contains(b.Name)).ToList(), parsed.GetValue(runs), parsed.GetValue(folder), output, errors));
        return await command.Parse(args).InvokeAsync();
    }

    private static Task<int> List(TextWriter output)
    {
        foreach (var row in Benchmarks.All)
        {
            output.WriteLine($"{row.Name,-25} {row.About}");
        }

        return Task.FromResult(0);
    }

    // 1 when a row could not be measured; a number that was not reached is no failure, the table says it.
    private static async Task<int> MeasureAsync(IReadOnlyList<Benchmark> rows, int runs, string? kept, TextWriter output, TextWriter errors)
    {
        var folder = kept is null ? Directory.CreateTempSubdirectory("gitopsbot-benchmarks-").FullName : Directory.CreateDirectory(kept).FullName;
        var bench = new Bench(folder, runs, errors);
        var figures = new List<Figure>();
        var failed = 0;
        try
        {
            foreach (var row in rows)
            {
                await errors.WriteLineAsync(row.Name);
                try
                {
                    figures.AddRange(await row.MeasureAsync(bench));
                }
                catch (Exception e)
                {
                    failed = 1;
                    figures.Add(new Figure(row.Name, "could not be measured", "", "", "", false));
                    await errors.WriteLineAsync(e.ToString());
                }
            }
        }
        finally
        {
            Directory.Delete(kept is null ? folder : Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName), recursive: true);
        }

        Table.Print(figures, output);
        return failed;
    }
}
