using System.Collections.Concurrent;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Registry;

/// <summary>
/// What tags meant when they were last asked for, for all passes of this process. It only spares questions: an absent tag is never remembered,
/// and before anything is merged the tag is asked for anew. Safe for concurrent use.
/// </summary>
internal sealed class TagMemory(TimeProvider time)
{
    /// <summary>Tags remembered at once; beyond that all is forgotten and asked again.</summary>
    private const int MostRemembered = 500_000;

    private readonly ConcurrentDictionary<(ImageName, string), (Digest Digest, DateTimeOffset At)> _known = new();

    /// <summary>What the tag meant, if that was asked within <paramref name="age"/>; else null.</summary>
    public Digest? Recall(ImageName name, string tag, TimeSpan age) =>
        _known.TryGetValue((name, tag), out var known) && time.GetUtcNow() - known.At < age ? known.Digest : null;

    /// <summary>Notes what it means now; null forgets it.</summary>
    public void Note(ImageName name, string tag, Digest? digest)
    {
        if (digest is null)
        {
            _known.TryRemove((name, tag), out _);
            return;
        }

        if (_known.Count >= MostRemembered)
        {
            _known.Clear();
        }

        _known[(name, tag)] = (digest, time.GetUtcNow());
    }

    /// <summary>Forgets everything about a repository: somebody said that it changed.</summary>
    public void Forget(ImageName name)
    {
        foreach (var key in _known.Keys.Where(k => k.Item1 == name))
        {
            _known.TryRemove(key, out _);
        }
    }
}
