using System.Text;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Testing.GitHub;

namespace GitOpsBot.Tests.Forge.GitHub;

public sealed class SnappyBlockTests
{
    private const string NotOne = "A bundle that GitHub stores must be compressed by Snappy, but is not.";

    [Theory]
    [InlineData("00", "")]
    [InlineData("0308616263", "abc")]
    [InlineData("0A0061250100", "aaaaaaaaaaa", true)] // says 10 and makes 11
    [InlineData("0900611D01", "aaaaaaaaa", true)] // 1 and 11
    [InlineData("0900611101", "aaaaaaaaa")] // a copy of 8 with an offset of 11 bits
    [InlineData("0900611E0100", "aaaaaaaaa")] // of 16 bits
    [InlineData("0900611F01000000", "aaaaaaaaa")] // of 32 bits
    [InlineData("06F00505"+"6162636465"+"66", "", true)] // a literal of six says that it has one more
    public void Reads_literals_and_copies_of_every_width(string hex, string text, bool isWrong = false)
    {
        var read = SnappyBlock.Read(Convert.FromHexString(hex), 1000);

        if (isWrong)
        {
            AssertRefused(read, RejectionCode.Malformed, NotOne);
            return;
        }

        Assert.Equal(text, Encoding.ASCII.GetString(Assert.IsType<Checked<byte[]>.Accepted>(read).Value));
    }

    [Theory]
    [InlineData("")] // no length
    [InlineData("80")] // half a length
    [InlineData("808080808001")] // a length of six bytes
    [InlineData("FFFFFFFF7F")] // more than 32 bits
    [InlineData("0308616")] // odd, see below
    [InlineData("03086162")] // a literal that ends early
    [InlineData("0208616263")] // more than it says
    [InlineData("0408616263")] // less than it says
    [InlineData("0908616263110A")] // a copy from before the beginning
    [InlineData("09086162631100")] // a copy of itself
    [InlineData("030861626311")] // a copy without its offset
    [InlineData("03F0")] // a literal without its length
    [InlineData("8094EBDC030861")] // 1,000,000,000 bytes out of three
    public void Refuses_what_is_no_block(string hex) =>
        AssertRefused(SnappyBlock.Read(Convert.FromHexString(hex.Length % 2 == 0 ? hex : hex[..^1]), int.MaxValue), RejectionCode.Malformed, NotOne);

    [Fact]
    public void Refuses_more_than_may_come_out_before_anything_is_unpacked() => AssertRefused(
        SnappyBlock.Read(StandInSnappy.Compress(new byte[1001]), 1000), RejectionCode.Limit, "A bundle may have at most 1000 bytes, but has 1001.");

    [Fact]
    public void Unpacks_what_was_packed_and_no_changed_or_cut_block_is_an_exception()
    {
        var random = new Random(20261126);
        for (var round = 0; round < 60; round++)
        {
            // Few letters, so that much repeats.
            var bytes = new byte[random.Next(0, 3000)];
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)('a' + random.Next(0, 1 + (round % 5)));
            }

            var block = StandInSnappy.Compress(bytes);
            Assert.Equal(bytes, Assert.IsType<Checked<byte[]>.Accepted>(SnappyBlock.Read(block, 4000)).Value);
            for (var change = 0; change < 50; change++)
            {
                var changed = block.ToArray();
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                _ = SnappyBlock.Read(changed, 4000);
                AssertRefused(SnappyBlock.Read(block.AsSpan(0, random.Next(block.Length)), 4000), RejectionCode.Malformed, NotOne);
            }
        }
    }

    private static void AssertRefused(Checked<byte[]> read, RejectionCode code, string reason)
    {
        var refused = Assert.IsType<Checked<byte[]>.Refused>(read).Rejection;
        Assert.Equal((code, reason), (refused.Code, refused.Reason));
    }
}
