using System.Diagnostics;
using LibGit2Sharp;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace GitOpsBot.Git;

/// <summary>What is said to a remote repository: fetches and pushes of one copy of it. Knows nothing of where the copy is or what becomes of it.</summary>
internal sealed partial class RemoteTalk(MirrorSource source, ILogger logger)
{
    // No ref matches: what is fetched is said at each fetch.
    private const string NoRefs = "+refs/none/*:refs/none/*";
    private const string RemoteName = "origin";

    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(5);

    private readonly PushTalk pushes = new();

    /// <summary>Makes these refs (a name, or a folder of names with <c>/*</c>) what the remote has; those it does not have are gone here, too.</summary>
    /// <exception cref="GitException">The remote cannot be read.</exception>
    /// <exception cref="LibGit2SharpException">The copy cannot be written, or what the remote sent cannot be used.</exception>
    public void Fetch(Repository repository, IReadOnlyList<string> refs, CancellationToken cancellationToken)
    {
        var reported = Stopwatch.GetTimestamp();
        Converse(repository, () => LibGit2Sharp.Commands.Fetch(repository, RemoteName, refs.Select(r => $"+{r}:{r}"), new FetchOptions
        {
            Prune = true,
            TagFetchMode = TagFetchMode.None,
            OnTransferProgress = progress =>
            {
                if (Stopwatch.GetElapsedTime(reported) > BetweenReports)
                {
                    reported = Stopwatch.GetTimestamp();
                    Log.Receives(logger, source.Name, progress.ReceivedObjects, progress.TotalObjects, progress.ReceivedBytes / (1024 * 1024));
                }

                return !cancellationToken.IsCancellationRequested;
            },
        }, null), cancellationToken);
    }

    /// <summary>Asks the remote to move a ref; null when it has, otherwise why it has not.</summary>
    /// <param name="fullRef">The ref.</param>
    /// <param name="expected">What it names there now; null: it does not exist.</param>
    /// <param name="to">What it shall name; null deletes it.</param>
    /// <param name="pack">What the remote does not have.</param>
    /// <exception cref="GitException">The remote cannot be reached; what became of the push is then not known.</exception>
    public string? Push(string fullRef, string? expected, string? to, PushedPack pack)
    {
        using var wire = source.Wire(default);
        return pushes.Push(wire, fullRef, expected, to, mayLean => pack.Make(ObjectName.Parse(to!), mayLean));
    }

    private void Converse(Repository repository, Action talk, CancellationToken cancellationToken)
    {
        using var wire = source.Wire(cancellationToken);
        var address = wire.Scheme + "://remote/";
        if (repository.Network.Remotes[RemoteName] is not { } remote)
        {
            repository.Network.Remotes.Add(RemoteName, address, NoRefs);
        }
        else if (remote.Url != address)
        {
            repository.Network.Remotes.Update(RemoteName, r => r.Url = address);
        }

        try
        {
            GitConversation.Hold(wire, talk);
        }
        catch (LibGit2SharpException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Repository}: received {Received} of {Total} objects, {Megabytes} MiB.")]
        public static partial void Receives(ILogger logger, string repository, int received, int total, long megabytes);
    }
}
