using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Reads and appends to the branch <c>gitopsbot/state</c>. Every change is one commit on the tip that was read, pushed as a compare-and-swap
/// and made again on the new tip when another bot was first; a change that changes nothing makes no commit.
/// </summary>
internal sealed class StateBook(ManifestRepository git, ICommitPusher pusher, CommitIdentity bot, StepProbe steps)
{
    private const string Ref = "refs/heads/" + BotState.Branch;

    // Two bots and a handful of commands: more lost races in a row than this mean that something else is wrong.
    private const int MostTries = 20;

    /// <summary>The book as it stands now.</summary>
    public BotState Read()
    {
        if (git.Tip(BotState.Branch) is not { } tip)
        {
            return new BotState(null, new Dictionary<string, ReadOnlyMemory<byte>>());
        }

        return new BotState(tip, new CommitFiles(git, tip));
    }

    /// <summary>Changes the book: <paramref name="change"/> looks at it as it stands and says which files to write (null removes).</summary>
    public async Task<BotState> ChangeAsync(
        string message, DateTimeOffset now, Func<BotState, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?>> change, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var state = Read();
            var files = change(state)
                .Where(f => f.Value is { } bytes ? !(state.Files.TryGetValue(f.Key, out var old) && old.Span.SequenceEqual(bytes.Span)) : state.Files.ContainsKey(f.Key))
                .ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
            if (files.Count == 0)
            {
                return state;
            }

            steps.Reach("write state");
            var commit = git.WriteCommit(state.Tip is null ? [] : [state.Tip], state.Tip, files, message, bot, bot, now);
            if (await pusher.PushAsync(Ref, state.Tip, commit, cancellationToken) is PushResult.Moved)
            {
                steps.Reach("state written");
                return Read();
            }
        }

        throw new GitException($"The branch {BotState.Branch} moved {MostTries} times while it was written; trying again at the next pass.", isTransient: true);
    }

    /// <summary>A record as the bytes of its file.</summary>
    public static ReadOnlyMemory<byte>? Page<T>(T value, JsonTypeInfo<T> type) => (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];
}
