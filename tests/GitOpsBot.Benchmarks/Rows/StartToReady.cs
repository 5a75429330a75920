using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GitOpsBot.Benchmarks.Worlds;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>The published program from its start until <c>/readyz</c> answers, and its memory when it has had nothing to do for a while.</summary>
internal sealed class StartToReady : Benchmark
{
    // Long enough for whatever ticks once a second to have grown what it grows.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override string Name => "start-to-ready";

    /// <inheritdoc/>
    public override string About => "the published program: start to ready, and memory when idle";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        var program = bench.Program();
        var folder = bench.Scratch();
        using (var import = new FastImport(Path.Combine(folder, "shop.git")))
        {
            import.Commit("Begin", [(".gitopsbot/none.yaml", "")]);
        }

        using var http = new HttpClient();
        var (ready, idle) = (new Sample(), 0L);
        for (var i = 0; i <= bench.Runs; i++)
        {
            var port = FreePort();
            var config = Path.Combine(folder, "gitopsbot.yaml");
            await File.WriteAllTextAsync(config, string.Create(CultureInfo.InvariantCulture, $$"""
                dataDir: {{folder}}/data
                http: { listen: 127.0.0.1:{{port}} }
                repositories: [{ name: shop, url: {{folder}}/shop.git, forge: local }]

                """));
            var begin = Stopwatch.GetTimestamp();
            using var process = Process.Start(Tool.Start(program, folder, ["run", "--config", config]))!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                var took = await UntilReadyAsync(http, port, process, begin);
                // The first start reads the program from disk.
                if (i > 0)
                {
                    ready.Add(took);
                }
                else
                {
                    await Task.Delay(Idle);
                    process.Refresh();
                    idle = process.WorkingSet64;
                }
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }

        return
        [
            Figure.AtMost("start to ready", ready.Median / 1000, "s", 0.5),
            Figure.AtMost("memory when idle", idle / 1e6, "MB", 100),
        ];
    }

    /// <summary>Waits until a worker says that it is ready.</summary>
    internal static async Task<TimeSpan> UntilReadyAsync(HttpClient http, int port, Process process, long begin)
    {
        while (!process.HasExited && Stopwatch.GetElapsedTime(begin) < Patience)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"));
                if (answer.IsSuccessStatusCode)
                {
                    return Stopwatch.GetElapsedTime(begin);
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(5);
        }

        throw new InvalidOperationException("The program did not get ready.");
    }

    /// <summary>A port that nobody listens on.</summary>
    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
