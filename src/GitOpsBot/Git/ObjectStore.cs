using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace GitOpsBot.Git;

/// <summary>The kinds of objects, numbered as packs do.</summary>
internal enum ObjectKind
{
    /// <summary>A commit.</summary>
    Commit = 1,
    /// <summary>A tree.</summary>
    Tree = 2,
    /// <summary>A file's content.</summary>
    Blob = 3,
    /// <summary>An annotated tag.</summary>
    Tag = 4,
}

/// <summary>An object that is there.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Bytes">Its content; null when it is larger than what was asked for.</param>
internal readonly record struct StoredObject(ObjectKind Kind, long Size, byte[]? Bytes);

/// <summary>
/// Reads trees and files' contents of a repository straight from its packs and loose files: looking through the history of thousands of folders
/// reads hundreds of thousands of trees, each of which libgit2 would hand over entry by entry. What is read is checked against its id. Only
/// reads; one instance is for one thread at a time. What is not as it must be is an <see cref="InvalidDataException"/> or <see cref="IOException"/>.
/// </summary>
internal sealed class ObjectStore(string gitDir) : IDisposable
{
    // Objects that differences build on; a tree of 3,000 entries has 110 KB, and its neighbours in history hang on each other.
    private const long LargestMemory = 24L * 1024 * 1024;

    // Git itself makes chains of 50; a longer one than this is made to be long.
    private const int LongestChain = 5000;

    private const int MostAlternates = 10;

    private readonly Dictionary<(PackFile, long), byte[]> bases = [];
    private readonly Dictionary<string, PackFile> packs = new(StringComparer.Ordinal);
    private List<string>? folders;
    private PackFile? lastHit;
    private long remembered;

    /// <summary>An object, its content only when that is no larger than <paramref name="limit"/> bytes; null when it is not in the repository.</summary>
    public StoredObject? Read(ObjectName name, long limit)
    {
        if ((InPacks(name, limit) ?? Loose(name, limit)) is { } found)
        {
            return found;
        }

        // Somebody may have fetched, or packed what was loose, since the packs were listed.
        folders = null;
        return InPacks(name, limit) ?? Loose(name, limit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pack in packs.Values)
        {
            pack.Dispose();
        }

        packs.Clear();
    }

    private StoredObject? InPacks(ObjectName name, long limit)
    {
        List();
        foreach (var pack in lastHit is null ? packs.Values : packs.Values.Prepend(lastHit))
        {
            if (pack.Find(name) is { } offset)
            {
                // Every fetch leaves a pack, and nearly everything is in the first of them.
                lastHit = pack;
                return Checked(name, Unpack(pack, offset, limit));
            }
        }

        return null;
    }

    private StoredObject Unpack(PackFile pack, long offset, long limit)
    {
        var deltas = new Stack<(long Offset, byte[] Delta)>();
        PackedEntry entry;
        byte[]? bytes;
        for (entry = pack.Read(offset); entry.Kind > 4; entry = pack.Read(offset))
        {
            var delta = pack.Inflate(entry);
            if (deltas.Count == 0 && PackDelta.ResultSize(delta) is var size && size > limit)
            {
                return new StoredObject(KindBelow(pack, entry.Base), size, null);
            }

            deltas.Push((offset, delta));
            offset = deltas.Count < LongestChain ? entry.Base : throw new InvalidDataException("A pack holds differences without end.");
        }

        if (deltas.Count == 0 && entry.Size > limit)
        {
            return new StoredObject((ObjectKind)entry.Kind, entry.Size, null);
        }

        if (!bases.TryGetValue((pack, offset), out bytes))
        {
            bytes = pack.Inflate(entry);
            Remember(pack, offset, bytes, deltas.Count > 0);
        }

        while (deltas.TryPop(out var next))
        {
            if (!bases.TryGetValue((pack, next.Offset), out var made))
            {
                made = PackDelta.Apply(bytes, next.Delta);
                Remember(pack, next.Offset, made, true);
            }

            bytes = made;
        }

        return new StoredObject((ObjectKind)entry.Kind, bytes.Length, bytes);
    }

    private static ObjectKind KindBelow(PackFile pack, long offset)
    {
        for (var length = 0; length < LongestChain; length++)
        {
            var entry = pack.Read(offset);
            if (entry.Kind <= 4)
            {
                return (ObjectKind)entry.Kind;
            }

            offset = entry.Base;
        }

        throw new InvalidDataException("A pack holds differences without end.");
    }

    private void Remember(PackFile pack, long offset, byte[] bytes, bool isBase)
    {
        if (!isBase || bytes.Length > LargestMemory / 8)
        {
            return;
        }

        if ((remembered += bytes.Length) > LargestMemory)
        {
            bases.Clear();
            remembered = bytes.Length;
        }

        bases[(pack, offset)] = bytes;
    }

    private StoredObject? Loose(ObjectName name, long limit)
    {
        var hex = name.ToString();
        foreach (var folder in folders!)
        {
            var path = Path.Combine(folder, hex[..2], hex[2..]);
            if (!File.Exists(path))
            {
                continue;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var inflated = new ZLibStream(file, CompressionMode.Decompress);
            var (kind, size) = Header(inflated);
            if (size > limit)
            {
                return new StoredObject(kind, size, null);
            }

            var bytes = new byte[size];
            inflated.ReadExactly(bytes);
            return Checked(name, new StoredObject(kind, size, bytes));
        }

        return null;
    }

    // "tree 123" and a zero byte.
    private static (ObjectKind Kind, long Size) Header(Stream inflated)
    {
        var text = new StringBuilder();
        for (var read = inflated.ReadByte(); read > 0 && text.Length < 32; read = inflated.ReadByte())
        {
            text.Append((char)read);
        }

        var parts = text.ToString().Split(' ');
        return parts.Length == 2 && Enum.TryParse<ObjectKind>(parts[0], ignoreCase: true, out var kind) && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? (kind, size) : throw new InvalidDataException("A loose object is damaged.");
    }

#pragma warning disable CA5350 // Git names objects by SHA-1; what this is checked against is such a name.
    private static StoredObject Checked(ObjectName name, StoredObject found)
    {
        if (found.Bytes is not { } bytes)
        {
            return found;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{found.Kind.ToString().ToLowerInvariant()} {bytes.Length}\0")));
        hash.AppendData(bytes);
        return ObjectName.Read(hash.GetHashAndReset()) == name ? found : throw new InvalidDataException($"The object {name} has another content than its id says.");
    }
#pragma warning restore CA5350

    private void List()
    {
        if (folders is not null)
        {
            return;
        }

        folders = [Path.Combine(gitDir, "objects")];
        for (var i = 0; i < folders.Count; i++)
        {
            var alternates = Path.Combine(folders[i], "info", "alternates");
            if (File.Exists(alternates) && folders.Count < MostAlternates)
            {
                var below = folders[i];
                folders.AddRange(File.ReadLines(alternates).Take(MostAlternates).Where(l => l.Length > 0 && l[0] != '#').Select(l => Path.GetFullPath(l, below)));
            }
        }

        var there = folders.Select(f => Path.Combine(f, "pack")).Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f, "*.idx")).ToHashSet(StringComparer.Ordinal);
        foreach (var path in there.Where(p => !packs.ContainsKey(p)))
        {
            if (PackFile.Open(path) is { } pack)
            {
                packs[path] = pack;
            }
        }
    }
}
