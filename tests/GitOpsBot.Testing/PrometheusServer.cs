using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GitOpsBot.Testing;

/// <summary>A real Prometheus on a free port of 127.0.0.1, in a folder of its own; gone when disposed.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private PrometheusServer(Process process, string folder, Uri url) => (this.process, this.folder, Url) = (process, folder, url);

    /// <summary>Whether the programs are there.</summary>
    public static bool IsInstalled => new[] { "prometheus", "promtool" }.All(p => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, p))));

    /// <summary>Where it answers.</summary>
    public Uri Url { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="scrapes">A target that it scrapes every second, or null.</param>
    /// <param name="past">Samples in OpenMetrics text, without the last line, that it finds as if it had scraped them; or null.</param>
    public static async Task<PrometheusServer> StartAsync(Uri? scrapes, string? past)
    {
        var folder = Directory.CreateTempSubdirectory("gitopsbot-prometheus-").FullName;
        var data = Path.Combine(folder, "data");
        Directory.CreateDirectory(data);
        if (past is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "past"), past + "# EOF\n");
            await RunAsync("promtool", "tsdb", "create-blocks-from", "openmetrics", Path.Combine(folder, "past"), data);
        }

        var config = "global: { scrape_interval: 1s }\n" + (scrapes is null ? "" : $"scrape_configs:\n  - job_name: shop\n    static_configs: [{{ targets: ['{scrapes.Authority}'] }}]\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), config);
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}/"));
        var started = Start(
            "prometheus", $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={data}", $"--web.listen-address={url.Authority}", "--log.level=error",
            // What a test writes into the past must not be thrown away as too old.
            "--storage.tsdb.retention.time=100y");
        var server = new PrometheusServer(started, folder, url);
        using var http = new HttpClient();
        for (var tries = 0; tries < 200; tries++)
        {
            try
            {
                if ((await http.GetAsync(new Uri(url, "-/ready"))).IsSuccessStatusCode)
                {
                    return server;
                }
            }
            catch (HttpRequestException)
            {
                // It is not listening yet.
            }

            await Task.Delay(100);
        }

        await server.DisposeAsync();
        throw new InvalidOperationException("Prometheus did not become ready within 20 s.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var run = Start(program, arguments);
        await run.WaitForExitAsync();
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with status {run.ExitCode}.");
        }
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
