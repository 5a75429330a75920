using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace GitOpsBot.Git;

/// <summary>
/// The objects that a remote needs for a commit, as one pack (Git's pack-format documentation). Trees and files go as differences to what stands
/// in the commit before: of a folder with thousands of entries, of which one changed, a few bytes.
/// </summary>
/// <param name="read">Reads an object of this kind, checked against its id.</param>
/// <param name="there">Commits that the remote has, and so everything below them.</param>
/// <param name="isThere">Whether it has another one.</param>
internal sealed class PushedPack(Func<ObjectName, ObjectKind, byte[]> read, IReadOnlySet<ObjectName> there, Func<ObjectName, bool> isThere) : IDisposable
{
    // What one promotion writes is a dozen objects; who pushes a whole history is not this bot.
    private const int MostObjects = 100_000;
    private const int LongestChain = 1_000;
    private const long Largest = 256L * 1024 * 1024;

    private readonly Dictionary<ObjectName, (ObjectName Tree, IReadOnlyList<ObjectName> Parents)> commits = [];
    private readonly HashSet<ObjectName> packed = [];
    private readonly MemoryStream pack = new();
    private bool isThin;

    /// <summary>Makes it.</summary>
    /// <param name="to">The commit.</param>
    /// <param name="mayLean">Whether differences may be to objects that are not in the pack (the server did not say <c>no-thin</c>).</param>
    /// <exception cref="GitException">It is too large, or an object is not here.</exception>
    public byte[] Make(ObjectName to, bool mayLean)
    {
        isThin = mayLean;
        pack.SetLength(0);
        packed.Clear();
        pack.Write([(byte)'P', (byte)'A', (byte)'C', (byte)'K', 0, 0, 0, 2, 0, 0, 0, 0]);
        foreach (var commit in News(to))
        {
            Add(ObjectKind.Commit, commit, read(commit, ObjectKind.Commit), null, null);
            var (tree, parents) = commits[commit];
            AddTree(tree, parents is [var first, ..] ? Commit(first).Tree : null);
        }

        BinaryPrimitives.WriteUInt32BigEndian(pack.GetBuffer().AsSpan(8), (uint)packed.Count);
#pragma warning disable CA5350 // Git's packs end with a SHA-1 of themselves.
        pack.Write(SHA1.HashData(pack.GetBuffer().AsSpan(0, (int)pack.Length)));
#pragma warning restore CA5350
        return pack.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => pack.Dispose();

    // Parents before their children, so that what a difference builds on comes first.
    private List<ObjectName> News(ObjectName to)
    {
        // Nearly always a chain on what is there. To ask that of each of its links means to go through the history for each.
        var news = new List<ObjectName>();
        for (var link = to; !there.Contains(link); link = Commit(link).Parents[0])
        {
            news.Add(link);
            if (news.Count > LongestChain || Commit(link).Parents.Count != 1)
            {
                return Found(to);
            }
        }

        news.Reverse();
        return news;
    }

    private List<ObjectName> Found(ObjectName to)
    {
        var news = new List<ObjectName>();
        var seen = new HashSet<ObjectName>();
        var open = new Queue<ObjectName>([to]);
        while (open.TryDequeue(out var next))
        {
            if (!seen.Add(next) || there.Contains(next) || isThere(next))
            {
                continue;
            }

            news.Add(news.Count < MostObjects ? next : throw TooLarge());
            foreach (var parent in Commit(next).Parents)
            {
                open.Enqueue(parent);
            }
        }

        news.Reverse();
        return news;
    }

    private (ObjectName Tree, IReadOnlyList<ObjectName> Parents) Commit(ObjectName name)
    {
        if (!commits.TryGetValue(name, out var known))
        {
            commits[name] = known = Links(read(name, ObjectKind.Commit));
        }

        return known;
    }

    // "tree ID", then "parent ID" for each parent; what follows is for people.
    private static (ObjectName Tree, IReadOnlyList<ObjectName> Parents) Links(ReadOnlySpan<byte> commit)
    {
        static ObjectName Id(ReadOnlySpan<byte> line) => line.Length >= 40 ? ObjectName.Parse(Encoding.ASCII.GetString(line[..40])) : throw new InvalidDataException("A commit is damaged.");
        var tree = commit.StartsWith("tree "u8) ? Id(commit[5..]) : throw new InvalidDataException("A commit is damaged.");
        var parents = new List<ObjectName>();
        for (commit = commit[46..]; commit.StartsWith("parent "u8); commit = commit[48..])
        {
            parents.Add(Id(commit[7..]));
        }

        return (tree, parents);
    }

    private void AddTree(ObjectName now, ObjectName? before)
    {
        if (now == before || packed.Contains(now))
        {
            return;
        }

        var (bytes, below) = (read(now, ObjectKind.Tree), before is { } old ? read(old, ObjectKind.Tree) : null);
        Add(ObjectKind.Tree, now, bytes, before, below);
        var stood = new Dictionary<string, TreeItem>(StringComparer.Ordinal);
        foreach (var item in TreeItems.All(below ?? []))
        {
            stood.TryAdd(item.Name, item);
        }

        foreach (var item in TreeItems.All(bytes))
        {
            var isKnown = stood.TryGetValue(item.Name, out var was);
            if (item.Mode == LibGit2Sharp.Mode.GitLink || (isKnown && was.Id == item.Id))
            {
                continue;
            }

            if (item.IsFolder)
            {
                AddTree(item.Id, isKnown && was.IsFolder ? was.Id : null);
            }
            else if (!packed.Contains(item.Id))
            {
                ObjectName? stands = isKnown && FolderWalk.IsRegular(was.Mode) ? was.Id : null;
                Add(ObjectKind.Blob, item.Id, read(item.Id, ObjectKind.Blob), stands, stands is { } file ? read(file, ObjectKind.Blob) : null);
            }
        }
    }

    private void Add(ObjectKind kind, ObjectName name, byte[] bytes, ObjectName? like, byte[]? likeBytes)
    {
        if (packed.Count >= MostObjects || pack.Length > Largest)
        {
            throw TooLarge();
        }

        packed.Add(name);
        var delta = likeBytes is not null && (isThin || packed.Contains(like!.Value)) ? PackDelta.Make(likeBytes, bytes) : null;
        if (delta is not null && delta.Length < bytes.Length / 2)
        {
            Header(7, delta.Length);
            Span<byte> id = stackalloc byte[ObjectName.Length];
            like!.Value.Write(id);
            pack.Write(id);
        }
        else
        {
            delta = null;
            Header((int)kind, bytes.Length);
        }

        using var deflated = new ZLibStream(pack, CompressionLevel.Optimal, leaveOpen: true);
        deflated.Write(delta ?? bytes);
    }

    // Three bits of kind and four of size, then seven of size in each byte.
    private void Header(int kind, long size)
    {
        var first = (byte)((kind << 4) | (int)(size & 15));
        for (size >>= 4; size > 0; size >>= 7)
        {
            pack.WriteByte((byte)(first | 0x80));
            first = (byte)(size & 0x7f);
        }

        pack.WriteByte(first);
    }

    private static GitException TooLarge() => new($"A push would send more than {MostObjects} objects or {Largest} bytes.", isTransient: false);
}
