using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GitOpsBot.Testing;

/// <summary>
/// A proxy on a free port of 127.0.0.1 that only makes tunnels (RFC 9110, section 9.3.6), and remembers everything it was shown in clear: the heads of
/// requests, whatever they ask for.
/// </summary>
public sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;

    /// <summary>Starts one.</summary>
    public ConnectProxy()
    {
        listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        accepting = AcceptAsync();
    }

    /// <summary>Where it is.</summary>
    public string Url { get; }

    /// <summary>The heads of all requests, each with its headers.</summary>
    public ConcurrentQueue<string> Heads { get; } = [];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                open.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(open);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var here = client;
        using var there = new TcpClient();
        try
        {
            var stream = here.GetStream();
            var head = await HeadAsync(stream);
            Heads.Enqueue(head);
            if (head.Split(' ') is not ["CONNECT", var target, ..] || target.Split(':') is not [var host, var port])
            {
                await stream.WriteAsync("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop.Token);
                return;
            }

            await there.ConnectAsync(host, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), stop.Token);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop.Token);
            await Task.WhenAny(stream.CopyToAsync(there.GetStream(), stop.Token), there.GetStream().CopyToAsync(stream, stop.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One of both has gone.
        }
    }

    private async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, stop.Token) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
