using System.Collections.Concurrent;

namespace GitOpsBot.Reconciliation;

/// <summary>Remembers what the last two passes used, and forgets the rest: memory is bounded by what there is to look at, not by what there ever was. Safe to share.</summary>
internal sealed class Generations<TKey, TValue>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Kept> all = new();
    private int turn;

    /// <summary>What is remembered, or was made now.</summary>
    public TValue GetOrAdd(TKey key, Func<TValue> make) => all.TryGetValue(key, out var known) ? known.UsedIn(turn) : Set(key, make());

    /// <summary>What is remembered, where it passes the test.</summary>
    public bool TryGet(TKey key, Func<TValue, bool> isGood, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue known)
    {
        if (all.TryGetValue(key, out var kept) && isGood(kept.Value))
        {
            known = kept.UsedIn(turn);
            return true;
        }

        known = default;
        return false;
    }

    /// <summary>The keys of what the last pass used and this one has not.</summary>
    public IReadOnlyList<TKey> Left => [.. all.Where(a => a.Value.LastUsed == turn - 1).Select(a => a.Key)];

    /// <summary>Remembers this in place of what was.</summary>
    public TValue Set(TKey key, TValue value) => (all[key] = new Kept(value)).UsedIn(turn);

    /// <summary>A pass begins.</summary>
    public void Turn()
    {
        turn++;
        foreach (var (key, kept) in all)
        {
            if (kept.LastUsed < turn - 1)
            {
                all.TryRemove(key, out _);
            }
        }
    }

    private sealed class Kept(TValue value)
    {
        public TValue Value => value;

        public int LastUsed { get; private set; }

        public TValue UsedIn(int turn)
        {
            LastUsed = turn;
            return value;
        }
    }
}
