using System.Text;
using GitOpsBot.Core.Evidence;
using static GitOpsBot.Core.Tests.Evidence.Sigstore.Minted;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

/// <summary>What one verification allocates: a multiple of the item's own bytes, which are bounded, and some hundred kilobytes whatever it holds.</summary>
public sealed class VerificationMemoryTests
{
    private const int TimesTheItem = 24;
    private const int Besides = 512 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(4_000_000)]
    public void Is_bounded_by_the_size_of_the_item(int filling)
    {
        var statement = Encoding.UTF8.GetBytes(AttachedItems.Statement(AttachedItems.Subject).Replace("\"predicate\":{", $"\"predicate\":{{\"filling\":\"{new string('x', filling)}\",", StringComparison.Ordinal));
        var bundle = Own.Sign(Content, new() { Statement = statement, HasTimestamp = true });
        Assert.IsType<EvidenceItem.Verified>(Judge(bundle));

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = Judge(bundle);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(bundle.Length > filling);
        Assert.True(allocated < (TimesTheItem * (long)bundle.Length) + Besides, $"{allocated} bytes for an item of {bundle.Length}");
    }
}
