using GitOpsBot.Core.Artifacts;
using GitOpsBot.Registry;

namespace GitOpsBot.Tests.Registry;

public sealed class ContentCacheTests : IDisposable
{
    private static readonly ImageName Name = ImageName.Parse("ghcr.io/acme/checkout");

    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("cache-").FullName, "content");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);

    [Fact]
    public async Task Hands_out_what_was_kept_for_that_repository_and_for_no_other()
    {
        var cache = new ContentCache(folder);
        var digest = await KeepAsync(cache, "hello");

        Assert.Equal("hello"u8.ToArray(), (await cache.FindAsync(Name, digest, 100, default))!.Value.ToArray());
        Assert.Null(await cache.FindAsync(ImageName.Parse("ghcr.io/evil/checkout"), digest, 100, default));
        Assert.Null(await cache.FindAsync(Name, Digest.Of("other"u8), 100, default));
        Assert.Null(await cache.FindAsync(Name, digest, 4, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hellO")]
    public async Task Bytes_that_changed_on_disk_are_thrown_away(string changed)
    {
        var cache = new ContentCache(folder);
        var digest = await KeepAsync(cache, "hello");
        await File.WriteAllTextAsync(Files().Single(), changed, TestContext.Current.CancellationToken);

        Assert.Null(await cache.FindAsync(Name, digest, 100, default));
        Assert.Empty(Files());
        await KeepAsync(cache, "hello");
        Assert.NotNull(await cache.FindAsync(Name, digest, 100, default));
    }

    [Fact]
    public async Task May_be_deleted_at_any_time()
    {
        var cache = new ContentCache(folder);
        var digest = await KeepAsync(cache, "hello");
        Directory.Delete(folder, recursive: true);

        Assert.Null(await cache.FindAsync(Name, digest, 100, default));
        await KeepAsync(cache, "hello");
        Assert.NotNull(await cache.FindAsync(Name, digest, 100, default));
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_costs_nothing_but_the_cache()
    {
        await File.WriteAllTextAsync(folder, "a file where the folder should be", TestContext.Current.CancellationToken);
        var cache = new ContentCache(folder);

        Assert.Null(await cache.FindAsync(Name, await KeepAsync(cache, "hello"), 100, default));
    }

    [Fact]
    public async Task Stays_within_its_bound_and_keeps_what_was_used_last()
    {
        var cache = new ContentCache(folder, limit: 100_000);
        var first = await KeepAsync(cache, new string('a', 10_000));
        File.SetLastWriteTimeUtc(Files().Single(), DateTime.UtcNow.AddDays(-1));
        Assert.NotNull(await cache.FindAsync(Name, first, 20_000, default));
        for (var i = 0; i < 30; i++)
        {
            await KeepAsync(cache, $"{i}".PadRight(10_000, 'b'));
            foreach (var file in Files().Where(f => !f.EndsWith(first.Hex, StringComparison.Ordinal)))
            {
                File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddHours(-1));
            }
        }

        Assert.InRange(Files().Sum(f => new FileInfo(f).Length), 50_000, 110_000);
        Assert.NotNull(await cache.FindAsync(Name, first, 20_000, default));
    }

    [Fact]
    public async Task What_a_killed_process_left_half_written_goes()
    {
        await KeepAsync(new ContentCache(folder), "hello");
        var half = Files().Single() + ".0123";
        await File.WriteAllTextAsync(half, "hel", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(half, DateTime.UtcNow.AddHours(-2));

        await KeepAsync(new ContentCache(folder), "more");

        Assert.False(File.Exists(half));
        Assert.Equal(2, Files().Length);
    }

    // Law: whoever reads sees the right bytes or none, whatever the others write, sweep and delete meanwhile.
    [Fact]
    public async Task Many_at_once_never_read_anything_wrong()
    {
        string[] texts = [.. Enumerable.Range(0, 20).Select(i => $"{i}".PadRight(5_000, 'x'))];
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), TestContext.Current.CancellationToken, async (worker, token) =>
        {
            var cache = new ContentCache(folder, limit: 40_000);
            var random = new Random(worker);
            for (var i = 0; i < 200; i++)
            {
                var text = texts[random.Next(texts.Length)];
                var digest = await KeepAsync(cache, text);
                if (await cache.FindAsync(Name, digest, 10_000, token) is { } found)
                {
                    Assert.Equal(digest, Digest.Of(found.Span));
                }
            }
        });
    }

    private string[] Files() => Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];

    private static async Task<Digest> KeepAsync(ContentCache cache, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        await cache.KeepAsync(Name, Digest.Of(bytes), bytes, default);
        return Digest.Of(bytes);
    }
}
