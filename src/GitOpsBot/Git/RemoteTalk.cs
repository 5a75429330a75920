using System.Diagnostics;
using LibGit2Sharp;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace GitOpsBot.Git;

/// <summary>What is said to a remote repository: fetches and pushes of one copy of it. Knows nothing of where the copy is or what becomes of it.</summary>
internal sealed partial class RemoteTalk(MirrorSource source, ILogger logger)
{
    // No ref matches: what a push moved is written by RefStore, and only once the remote has said yes.
    private const string NoRefs = "+refs/none/*:refs/none/*";
    private const string RemoteName = "origin";

    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(5);

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

    /// <summary>Whether the remote had what was expected there, and so was asked to move it; its refusal, if that is the answer, comes out.</summary>
    /// <exception cref="GitException">The remote cannot be reached; what became of the push is then not known.</exception>
    public bool Push(Repository repository, string fullRef, string? expected, string? to, out string? refusal)
    {
        var isExpected = false;
        string? said = null;
        try
        {
            Converse(repository, () => repository.Network.Push(
                repository.Network.Remotes[RemoteName],
                [to is null ? ":" + fullRef : $"{(IsOwn(fullRef) ? "+" : "")}{to}:{fullRef}"],
                new PushOptions
                {
                    // Despite its name this is the remote's old id.
                    OnNegotiationCompletedBeforePush = updates => isExpected = updates.All(u => (u.SourceObjectId == ObjectId.Zero ? null : u.SourceObjectId.Sha) == expected),
                    OnPushStatusError = error => said = RepositoryPath.Printable(error.Message),
                }), default);
            return isExpected;
        }
        catch (Exception e) when (e is NonFastForwardException || (e is UserCancelledException && !isExpected))
        {
            return false;
        }
        finally
        {
            refusal = said;
        }
    }

    // The bot alone writes these, and only while the remote still has what was expected.
    private static bool IsOwn(string fullRef) =>
        fullRef.StartsWith("refs/heads/promote/", StringComparison.Ordinal) || fullRef.StartsWith("refs/heads/rollback/", StringComparison.Ordinal);

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
