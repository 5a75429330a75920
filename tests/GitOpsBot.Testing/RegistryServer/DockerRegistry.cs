using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace GitOpsBot.Testing;

/// <summary>
/// Debian's program <c>docker-registry</c> on a free port of 127.0.0.1, over a folder that several of them may share: fill it through one that
/// asks for nothing, and read it through another over TLS or with credentials. It has no referrers API.
/// </summary>
public sealed class DockerRegistry : IAsyncDisposable
{
    /// <summary>What a test says when it cannot run.</summary>
    public const string NotInstalled = "docker-registry is not installed";

    private readonly Process process;
    private readonly string configuration;
    private int requests;

    private DockerRegistry(Process process, string configuration, int port) => (this.process, this.configuration, Port) = (process, configuration, port);

    /// <summary>Whether the program is there.</summary>
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "docker-registry")));

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Host and port, as image names have it.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>How many requests it has answered, as its access log says; the log is a moment behind.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>Starts one over a folder.</summary>
    /// <param name="storage">Where it keeps what is pushed.</param>
    /// <param name="tls">Its certificate; null for plain HTTP.</param>
    /// <param name="auth">Lines of its section <c>auth</c>, indented by two spaces; empty for none.</param>
    public static async Task<DockerRegistry> StartAsync(string storage, TestCertificates? tls = null, string auth = "")
    {
        for (var tries = 0; ; tries++)
        {
            var port = FreePort();
            var configuration = Path.Combine(storage, $"config-{port}.yml");
            await File.WriteAllTextAsync(configuration, $"""
                version: 0.1
                log: {"{"} level: error {"}"}
                storage: {"{"} filesystem: {"{"} rootdirectory: {storage}/data {"}"}, delete: {"{"} enabled: true {"}"} {"}"}
                http:
                  addr: 127.0.0.1:{port}
                {(tls is null ? "" : $"  tls: {{ certificate: {tls.CertificateFile}, key: {tls.KeyFile} }}")}
                {(auth.Length == 0 ? "" : "auth:\n" + auth)}

                """);
            var start = new ProcessStartInfo("docker-registry") { RedirectStandardError = true, RedirectStandardOutput = true };
            start.ArgumentList.Add("serve");
            start.ArgumentList.Add(configuration);
            var registry = new DockerRegistry(Process.Start(start)!, configuration, port);
            // Its log proper goes to the other stream.
            registry.process.OutputDataReceived += (_, line) => Interlocked.Add(ref registry.requests, line.Data is null ? 0 : 1);
            registry.process.BeginOutputReadLine();
            var said = registry.process.StandardError.ReadToEndAsync();
            if (await registry.IsReadyAsync())
            {
                return registry;
            }

            await registry.DisposeAsync();
            // Somebody else may have taken the port meanwhile.
            if (tries == 3)
            {
                throw new InvalidOperationException($"docker-registry does not start: {await said}");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
        File.Delete(configuration);
    }

    private async Task<bool> IsReadyAsync()
    {
        for (var tries = 0; tries < 400 && !process.HasExited; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(25);
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
