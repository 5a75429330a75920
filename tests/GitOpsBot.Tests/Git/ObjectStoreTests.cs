using System.Text;
using GitOpsBot.Git;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Git;

public sealed class ObjectStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly BareRepository bare = new();

    public void Dispose() => bare.Dispose();

    // Law: whatever Git wrote, loose or packed, whole or as differences, is read as Git itself reads it.
    [Theory]
    [InlineData("loose")]
    [InlineData("repack", "-adfq", "--depth=50", "--window=50")]
    [InlineData("repack", "-adfq", "--no-write-bitmap-index")]
    [InlineData("-c", "pack.indexVersion=2", "-c", "repack.usedeltabaseoffset=false", "repack", "-adfq")]
    public void Reads_every_object_as_Git_does(params string[] packs)
    {
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            var text = string.Concat(Enumerable.Range(0, 400).Select(l => $"line {(l % 60 == i ? random.Next() : l)}\n"));
            bare.Commit($"{i}", Noon, ($"folder/file-{i % 7}", text), ($"other/{i}", $"{random.Next()}"), ("large", new string('x', 70_000 + i)));
        }

        if (packs[0] != "loose")
        {
            bare.Git(packs);
        }

        using var store = new ObjectStore(bare.Path);
        foreach (var line in bare.Git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype) %(objectsize)").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ');
            var size = long.Parse(parts[2]);
            var (name, kind) = (ObjectName.Parse(parts[0]), Enum.Parse<ObjectKind>(parts[1], ignoreCase: true));
            var read = store.Read(name, 1_000_000)!.Value;
            Assert.Equal((kind, size, size, parts[0]), (read.Kind, read.Size, read.Bytes!.Length, name.ToString()));
            Assert.Equal(new StoredObject(kind, size, null), store.Read(name, size - 1));
        }

        Assert.Null(store.Read(ObjectName.Parse(new string('0', 40)), 10));
    }

    [Fact]
    public void What_is_written_or_packed_while_it_is_open_is_found()
    {
        bare.Commit("first", Noon, ("a", "1"));
        using var store = new ObjectStore(bare.Path);
        var first = ObjectName.Parse(bare.Git("rev-parse", "main:a").Trim());
        Assert.NotNull(store.Read(first, 10));

        bare.Commit("second", Noon, ("a", "2"));
        var second = ObjectName.Parse(bare.Git("rev-parse", "main:a").Trim());
        Assert.Equal("2"u8, store.Read(second, 10)!.Value.Bytes!);
        bare.Git("repack", "-adq");
        Assert.Equal("1"u8, store.Read(first, 10)!.Value.Bytes!);
    }

    [Fact]
    public void Objects_of_another_repository_that_this_one_borrows_are_found()
    {
        bare.Commit("first", Noon, ("a", "1"));
        var folder = Directory.CreateTempSubdirectory("gitopsbot-").FullName;
        bare.Git("clone", "-q", "--bare", "--shared", bare.Path, folder);
        using (var store = new ObjectStore(folder))
        {
            Assert.Equal("1"u8, store.Read(ObjectName.Parse(bare.Git("rev-parse", "main:a").Trim()), 10)!.Value.Bytes!);
        }

        Directory.Delete(folder, recursive: true);
    }

    // Law: no flipped byte of a pack or its index makes another content pass for what was asked for.
    [Fact]
    public void A_flipped_byte_is_an_error_or_changes_nothing()
    {
        var random = new Random(11);
        for (var i = 0; i < 5; i++)
        {
            bare.Commit($"{i}", Noon, ("a", string.Concat(Enumerable.Range(0, 100).Select(l => $"line {(l == i ? -1 : l)}\n"))));
        }

        bare.Git("repack", "-adq");
        var objects = bare.Git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, byte[]> good;
        using (var store = new ObjectStore(bare.Path))
        {
            good = objects.ToDictionary(o => o, o => store.Read(ObjectName.Parse(o), 100_000)!.Value.Bytes!);
        }

        foreach (var path in Directory.GetFiles(Path.Combine(bare.Path, "objects", "pack"), "*.*").Where(f => f.EndsWith(".pack", StringComparison.Ordinal) || f.EndsWith(".idx", StringComparison.Ordinal)))
        {
            File.SetAttributes(path, FileAttributes.Normal);
            var whole = File.ReadAllBytes(path);
            for (var tries = 0; tries < 300; tries++)
            {
                var flipped = (byte[])whole.Clone();
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, tries % 10 == 0 ? flipped[..random.Next(flipped.Length)] : flipped);
                using var store = new ObjectStore(bare.Path);
                foreach (var name in objects)
                {
                    try
                    {
                        Assert.True(store.Read(ObjectName.Parse(name), 100_000) is not { Bytes: { } bytes } || bytes.SequenceEqual(good[name]));
                    }
                    catch (Exception e) when (e is InvalidDataException or IOException)
                    {
                        // Said, and not believed.
                    }
                }
            }

            File.WriteAllBytes(path, whole);
        }
    }

    [Fact]
    public void A_difference_that_does_not_fit_its_base_is_damaged()
    {
        var from = "hello world"u8.ToArray();

        Assert.Equal("hello there"u8, PackDelta.Apply(from, [11, 11, 0x90, 6, 5, .. "there"u8]));
        foreach (byte[] wrong in new byte[][] { [10, 11, 0x90, 6], [11, 11, 0x91, 6, 6], [11, 11, 0], [11, 3, 5, .. "there"u8], [11, 11, 5, .. "the"u8], [11], [], [11, 11, 0xff] })
        {
            Assert.Equal("A difference in a pack is damaged.", Assert.Throws<InvalidDataException>(() => PackDelta.Apply(from, wrong)).Message);
        }
    }

    [Fact]
    public void A_damaged_tree_is_said_so()
    {
        foreach (var wrong in new[] { "40000", "40000 a\0short", "9 a\0aaaaaaaaaaaaaaaaaaaa", "77777777 a\0aaaaaaaaaaaaaaaaaaaa" })
        {
            Assert.Equal("A tree is damaged.", Assert.Throws<InvalidDataException>(() => TreeItems.All(Encoding.ASCII.GetBytes(wrong)).ToList()).Message);
        }
    }
}
