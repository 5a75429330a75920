using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace GitOpsBot.Git;

/// <summary>
/// The regular files of a commit by path, each read when it is asked for: a book of tens of thousands of pages costs what is looked up in it. For
/// as long as the repository is open, on its thread.
/// </summary>
internal sealed class CommitFiles(ManifestRepository git, string commit) : IReadOnlyDictionary<string, ReadOnlyMemory<byte>>
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>?> read = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyList<string>> paths = new(() => git.ListFiles(commit));

    /// <inheritdoc/>
    public IEnumerable<string> Keys => paths.Value;

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> Values => Keys.Select(k => this[k]);

    /// <inheritdoc/>
    public int Count => paths.Value.Count;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out ReadOnlyMemory<byte> value)
    {
        if (!read.TryGetValue(key, out var known))
        {
            read[key] = known = git.ReadFile(commit, key);
        }

        value = known ?? default;
        return known is not null;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, ReadOnlyMemory<byte>>> GetEnumerator() => Keys.Select(k => KeyValuePair.Create(k, this[k])).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
