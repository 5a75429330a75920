using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// What GitHub kept about digests when it was last asked. GitHub signs the addresses of bundles anew in each answer, and answers 404 where there are
/// none, so that asking conditionally would still cost quota in every pass; but what is proven stays proven, and what is not there yet mostly comes soon
/// or never. So an answer is asked for again when it has been the same for twice as long: what stands somewhere for months costs a handful of requests a
/// day. Safe for concurrent use; losing it costs a few requests.
/// </summary>
internal sealed class AttestationMemory(TimeProvider clock)
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Latest = TimeSpan.FromHours(4);

    // Something is there: most likely all of it.
    private static readonly TimeSpan SoonestOfSome = TimeSpan.FromMinutes(5);

    // Some thousand digests with provenance each, or a few with large lists of packages.
    private const long MostBytes = 64 * 1024 * 1024;

    private readonly Lock door = new();
    private readonly Dictionary<(string, Digest), Answer> answers = [];
    private readonly Dictionary<(string, Digest, string), AttachedItem> bundles = [];
    private long bytes;

    /// <summary>What is kept, while it need not be asked for again; otherwise null.</summary>
    public IReadOnlyList<AttachedItem>? Recall(string repository, Digest subject)
    {
        lock (door)
        {
            return answers.TryGetValue((repository, subject), out var answer) && clock.GetUtcNow() is var now && now >= answer.Asked && now < answer.Asked + Age(answer) ? answer.Items : null;
        }
    }

    /// <summary>Remembers an answer.</summary>
    /// <param name="repository">Where it was asked, <c>owner/name</c>.</param>
    /// <param name="subject">The digest.</param>
    /// <param name="items">What there is.</param>
    /// <param name="isFree">Whether the same answer costs nothing, so that it may be asked for at any time.</param>
    public IReadOnlyList<AttachedItem> Keep(string repository, Digest subject, IReadOnlyList<AttachedItem> items, bool isFree)
    {
        lock (door)
        {
            var now = clock.GetUtcNow();
            var isSame = answers.TryGetValue((repository, subject), out var before) && before.Items.Select(i => i.Digest).SequenceEqual(items.Select(i => i.Digest));
            answers[(repository, subject)] = new Answer(items, isSame ? before!.First : now, now, isFree);
            Room(isSame ? 0 : 1000 + items.Sum(i => (long)i.Content.Length));
            return items;
        }
    }

    /// <summary>A bundle that was fetched before, or null.</summary>
    public AttachedItem? Bundle(string repository, Digest subject, string place)
    {
        lock (door)
        {
            return bundles.GetValueOrDefault((repository, subject, place));
        }
    }

    /// <summary>Remembers a bundle that was fetched.</summary>
    public AttachedItem KeepBundle(string repository, Digest subject, string place, AttachedItem item)
    {
        lock (door)
        {
            Room(1000 + item.Content.Length);
            return bundles[(repository, subject, place)] = item;
        }
    }

    private static TimeSpan Age(Answer answer)
    {
        var soonest = answer.Items.Count > 0 ? SoonestOfSome : Soonest;
        return answer.IsFree ? TimeSpan.Zero : (answer.Asked - answer.First) is var same && same < soonest ? soonest : same > Latest ? Latest : same;
    }

    private void Room(long more)
    {
        bytes += more;
        if (bytes > MostBytes)
        {
            // Rarely enough that nothing finer pays: each is asked for once more.
            answers.Clear();
            bundles.Clear();
            bytes = more;
        }
    }

    private sealed record Answer(IReadOnlyList<AttachedItem> Items, DateTimeOffset First, DateTimeOffset Asked, bool IsFree);
}
