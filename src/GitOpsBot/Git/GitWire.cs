using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <summary>How one conversation reaches a remote repository.</summary>
internal interface IGitWire : IDisposable
{
    /// <summary>The scheme under which libgit2 finds the transport that speaks over this wire.</summary>
    string Scheme { get; }

    /// <summary>Whether one channel is the whole conversation, as over SSH; over HTTP each step is one.</summary>
    bool IsDuplex { get; }

    /// <summary>Opens a channel to <c>git-upload-pack</c> or <c>git-receive-pack</c>.</summary>
    /// <param name="service">The program at the other end.</param>
    /// <param name="isList">Whether only what refs there are is asked for.</param>
    IGitChannel Open(string service, bool isList);
}

/// <summary>Bytes to and from a program at the other end. What goes wrong is a <see cref="GitException"/>.</summary>
internal interface IGitChannel : IDisposable
{
    /// <summary>Reads some bytes; 0 at the end.</summary>
    int Read(Span<byte> buffer);

    /// <summary>Writes bytes.</summary>
    void Write(ReadOnlySpan<byte> bytes);
}

/// <summary>
/// One fetch or push, on one thread. libgit2 makes its transports itself and knows them by scheme alone, so the wire is handed over beside it, on
/// the thread; no address and no credential ever enters libgit2. What failed on the wire is kept, since libgit2 forgets the exception.
/// </summary>
internal static class GitConversation
{
    private static readonly Lazy<bool> Registered = new(() =>
    {
        GlobalSettings.RegisterSmartSubtransport<RequestTransport>(HttpWire.TransportScheme);
        GlobalSettings.RegisterSmartSubtransport<DuplexTransport>(SshWire.TransportScheme);
        return true;
    });

    [ThreadStatic]
    private static IGitWire? wire;

    [ThreadStatic]
    private static Exception? failure;

    /// <summary>Lets libgit2 talk; it reaches the other end over this wire, whatever the remote's address says.</summary>
    /// <exception cref="GitException">The other end cannot be reached, or says no.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LibGit2SharpException">Anything else that libgit2 found wrong.</exception>
    public static void Hold(IGitWire over, Action talk)
    {
        _ = Registered.Value;
        (wire, failure) = (over, null);
        try
        {
            talk();
        }
        catch (LibGit2SharpException) when (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
        finally
        {
            (wire, failure) = (null, null);
        }
    }

    private static T Over<T>(Func<IGitWire, T> act)
    {
        try
        {
            return act(wire!);
        }
        catch (Exception e)
        {
            failure ??= e;
            throw;
        }
    }

    private static IGitChannel Open(GitSmartSubtransportAction action) => Over(w => w.Open(
        action is GitSmartSubtransportAction.UploadPack or GitSmartSubtransportAction.UploadPackList ? "git-upload-pack" : "git-receive-pack",
        action is GitSmartSubtransportAction.UploadPackList or GitSmartSubtransportAction.ReceivePackList));

    /// <summary>A transport that makes a request for each step, as over HTTP.</summary>
    internal sealed class RequestTransport : RpcSmartSubtransport
    {
        /// <inheritdoc/>
        protected override SmartSubtransportStream Action(string url, GitSmartSubtransportAction action) => new ChannelStream(this, Open(action));
    }

    /// <summary>A transport that keeps one connection, as over SSH.</summary>
    internal sealed class DuplexTransport : SmartSubtransport
    {
        private ChannelStream? stream;

        /// <inheritdoc/>
        protected override SmartSubtransportStream Action(string url, GitSmartSubtransportAction action) => stream ??= new ChannelStream(this, Open(action));

        /// <inheritdoc/>
        protected override void Close()
        {
            stream = null;
            base.Close();
        }
    }

    private sealed class ChannelStream(SmartSubtransport transport, IGitChannel channel) : SmartSubtransportStream(transport)
    {
        private readonly byte[] buffer = new byte[64 * 1024];

        public override int Read(Stream dataStream, long length, out long bytesRead)
        {
            var read = Over(_ => channel.Read(buffer.AsSpan(0, (int)Math.Min(length, buffer.Length))));
            dataStream.Write(buffer, 0, read);
            bytesRead = read;
            return 0;
        }

        public override int Write(Stream dataStream, long length)
        {
            for (var left = length; left > 0;)
            {
                var read = dataStream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                Over(_ =>
                {
                    channel.Write(buffer.AsSpan(0, read));
                    return true;
                });
                left -= read;
            }

            return 0;
        }

        protected override void Free()
        {
            channel.Dispose();
            base.Free();
        }
    }
}
