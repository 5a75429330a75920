using System.Net;
using System.Net.Sockets;

namespace GitOpsBot.Registry;

/// <summary>
/// Keeps what a registry says (a redirect, a token address) from reaching into the bot's own network: addresses of this machine, of the link or
/// of private networks are connected to only when the registry itself has an address of the same kind. The address is judged when the
/// connection is made, so a name that changes its meaning gains nothing.
/// </summary>
internal sealed class AddressGuard(string registryHost)
{
    /// <summary>Where an address lies.</summary>
    internal enum Reach
    {
        Public,
        Private,
        LinkLocal,
        Loopback,
        Never,
    }

    /// <summary>Connects, or throws because no address of the host may be connected to.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var addresses = await ResolveAsync(target.Host, cancellationToken);
        // A proxy of the bot's own settings is trusted to be where it is; it resolves the name, not we.
        var isProxy = !string.Equals(Bare(target.Host), Bare(context.InitialRequestMessage.RequestUri?.IdnHost), StringComparison.OrdinalIgnoreCase);
        if (!isProxy)
        {
            var kin = (await ResolveAsync(registryHost, cancellationToken)).Select(ReachOf).ToHashSet();
            addresses = [.. addresses.Where(a => ReachOf(a) is Reach.Public || (ReachOf(a) is not Reach.Never && kin.Contains(ReachOf(a))))];
        }

        if (addresses.Length == 0)
        {
            throw new ForbiddenAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Some write an IPv6 address with brackets, some without; a difference would make it look like a proxy.
    private static string? Bare(string? host) => host?.Trim('[', ']');

    // An address is taken as it is: the resolver throws at some, and knows no brackets.
    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);

    /// <summary>Where an address lies; IPv4 written as IPv6 counts as IPv4.</summary>
    internal static Reach ReachOf(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6)
        {
            var bytes6 = address.GetAddressBytes();
            return IPAddress.IsLoopback(address) ? Reach.Loopback
                : address.IsIPv6LinkLocal ? Reach.LinkLocal
                : address.IsIPv6SiteLocal || (bytes6[0] & 0xFE) == 0xFC ? Reach.Private
                : address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any) ? Reach.Never
                // 64:ff9b::/96 leads through a translator to the IPv4 address at its end.
                : bytes6.AsSpan(0, 12).SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) ? ReachOf(new IPAddress(bytes6.AsSpan(12)))
                : Reach.Public;
        }

        var bytes = address.MapToIPv4().GetAddressBytes();
        return (bytes[0], bytes[1]) switch
        {
            (127, _) => Reach.Loopback,
            (169, 254) => Reach.LinkLocal,
            (10, _) or (172, >= 16 and <= 31) or (192, 168) or (100, >= 64 and <= 127) or (198, 18 or 19) => Reach.Private,
            (0, _) or ( >= 224, _) => Reach.Never,
            _ => Reach.Public,
        };
    }

    /// <summary>The address may not be connected to.</summary>
    internal sealed class ForbiddenAddressException() : IOException("The address is one of this machine, the link or a private network.");
}
