using System.Buffers;
using System.Text;
using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <summary>One entry of a tree.</summary>
/// <param name="Mode">What it is.</param>
/// <param name="Name">Its name; bytes that are not UTF-8 read as U+FFFD.</param>
/// <param name="Id">What it names.</param>
internal readonly record struct TreeItem(Mode Mode, string Name, ObjectName Id)
{
    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => Mode == Mode.Directory;
}

/// <summary>An entry of a tree that is written.</summary>
/// <param name="Mode">What it is; what had this name before is no folder if this is none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Id">What it names; null removes it.</param>
internal readonly record struct TreeChange(Mode Mode, string Name, ObjectName? Id);

/// <summary>Reads and makes a tree's bytes: <c>MODE NAME</c>, a zero byte and 20 bytes of id, again and again.</summary>
internal static class TreeItems
{
    /// <summary>Bytes of one tree: some 400,000 entries.</summary>
    public const long LargestTree = 16L * 1024 * 1024;

    /// <summary>All entries, in Git's order.</summary>
    public static IEnumerable<TreeItem> All(byte[] tree)
    {
        for (var at = 0; at < tree.Length;)
        {
            yield return Item(tree, ref at);
        }
    }

    /// <summary>A tree with these entries in place of those of the same name and kind, or beside them; every other entry stays byte for byte as it is.</summary>
    public static byte[] With(byte[] tree, IEnumerable<TreeChange> changes)
    {
        var made = new ArrayBufferWriter<byte>(tree.Length + 64);
        var at = 0;
        foreach (var (entry, isRemoved) in changes.Select(c => (Entry: Bytes(c), c.Id is null)).OrderBy(c => c.Entry, Comparer<byte[]>.Create((a, b) => Order(a, b))))
        {
            var from = at;
            var order = -1;
            while (at < tree.Length && (order = Order(tree.AsSpan(at, End(tree, at) - at), entry)) < 0)
            {
                at = End(tree, at);
            }

            made.Write(tree.AsSpan(from, at - from));
            at = at < tree.Length && order == 0 ? End(tree, at) : at;
            made.Write(isRemoved ? [] : entry);
        }

        made.Write(tree.AsSpan(at));
        return made.WrittenSpan.ToArray();
    }

    /// <summary>Folders that differ between two trees (null: none), by name: their ids before and now, null where there is no such folder.</summary>
    public static IReadOnlyList<(string Name, ObjectName? Before, ObjectName? Now)> ChangedFolders(byte[]? before, byte[]? now)
    {
        var (left, right) = (before ?? [], now ?? []);
        var (i, j) = (0, 0);
        var changed = new Dictionary<string, (ObjectName? Before, ObjectName? Now)>(StringComparer.Ordinal);
        while (i < left.Length || j < right.Length)
        {
            var (leftEnd, rightEnd) = (i < left.Length ? End(left, i) : i, j < right.Length ? End(right, j) : j);
            var leftEntry = left.AsSpan(i, leftEnd - i);
            var rightEntry = right.AsSpan(j, rightEnd - j);
            var isSame = leftEntry.SequenceEqual(rightEntry);
            var order = leftEntry.IsEmpty ? 1 : rightEntry.IsEmpty ? -1 : isSame ? 0 : Order(leftEntry, rightEntry);
            if (!isSame && order <= 0)
            {
                Note(changed, Item(left, ref i), isNow: false);
            }

            if (!isSame && order >= 0)
            {
                Note(changed, Item(right, ref j), isNow: true);
            }

            (i, j) = (order <= 0 ? leftEnd : i, order >= 0 ? rightEnd : j);
        }

        return [.. changed.Select(c => (c.Key, c.Value.Before, c.Value.Now))];
    }

    private static byte[] Bytes(TreeChange change)
    {
        var head = Encoding.UTF8.GetBytes($"{Convert.ToString((int)change.Mode, 8)} {change.Name}\0");
        var entry = new byte[head.Length + ObjectName.Length];
        head.CopyTo(entry, 0);
        change.Id?.Write(entry.AsSpan(head.Length));
        return entry;
    }

    private static void Note(Dictionary<string, (ObjectName? Before, ObjectName? Now)> changed, TreeItem item, bool isNow)
    {
        if (item.IsFolder)
        {
            var known = changed.GetValueOrDefault(item.Name);
            changed[item.Name] = isNow ? (known.Before, item.Id) : (item.Id, known.Now);
        }
    }

    private static int End(byte[] tree, int at)
    {
        var zero = tree.AsSpan(at).IndexOf((byte)0);
        return zero > 0 && at + zero + 1 + ObjectName.Length <= tree.Length ? at + zero + 1 + ObjectName.Length : throw new InvalidDataException("A tree is damaged.");
    }

    // As Git orders them: a folder's name counts as if it ended with a slash.
    private static int Order(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var a = NameOf(left);
        var b = NameOf(right);
        var common = Math.Min(a.Length, b.Length);
        var order = a[..common].SequenceCompareTo(b[..common]);
        return order != 0 ? order : (a.Length > common ? a[common] : Last(left)) - (b.Length > common ? b[common] : Last(right));
    }

    private static int Last(ReadOnlySpan<byte> entry) => entry[0] == '4' ? '/' : 0;

    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> entry) => entry[(entry.IndexOf((byte)' ') + 1)..entry.IndexOf((byte)0)];

    private static TreeItem Item(byte[] tree, ref int at)
    {
        var end = End(tree, at);
        var entry = tree.AsSpan(at, end - at);
        var mode = 0;
        foreach (var digit in entry[..Math.Max(0, entry.IndexOf((byte)' '))])
        {
            mode = digit is >= (byte)'0' and <= (byte)'7' && mode < 0x10000 ? (mode << 3) | (digit - '0') : throw new InvalidDataException("A tree is damaged.");
        }

        at = end;
        return new TreeItem((Mode)mode, Encoding.UTF8.GetString(NameOf(entry)), ObjectName.Read(entry[^ObjectName.Length..]));
    }
}
