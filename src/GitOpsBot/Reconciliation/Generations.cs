using System.Collections.Concurrent;

namespace GitOpsBot.Reconciliation;

/// <summary>Remembers what the last two passes used, and forgets the rest: memory is bounded by what there is to look at, not by what there ever was. Safe to share.</summary>
internal sealed class Generations<TKey, TValue>
    where TKey : notnull
{
    private ConcurrentDictionary<TKey, TValue> young = new();
    private ConcurrentDictionary<TKey, TValue> old = new();

    /// <summary>What is remembered, or was made now.</summary>
    public TValue GetOrAdd(TKey key, Func<TValue> make)
    {
        if (young.TryGetValue(key, out var known))
        {
            return known;
        }

        return young[key] = old.TryGetValue(key, out known) ? known : make();
    }

    /// <summary>What is remembered, where it passes the test.</summary>
    public bool TryGet(TKey key, Func<TValue, bool> isGood, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue known)
    {
        if ((young.TryGetValue(key, out known) || old.TryGetValue(key, out known)) && isGood(known))
        {
            young[key] = known;
            return true;
        }

        return false;
    }

    /// <summary>Remembers this in place of what was.</summary>
    public TValue Set(TKey key, TValue value) => young[key] = value;

    /// <summary>A pass begins.</summary>
    public void Turn() => (old, young) = (young, new ConcurrentDictionary<TKey, TValue>());
}
