using System.Diagnostics;
using System.Text;
using FsCheck.Xunit;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Tests.Documents;

public sealed class YamlReaderTests
{
    [Fact]
    public void Reads_every_value_with_its_place()
    {
        var file = Read("a: 1\nb:\n  - \"x\"\n  - {c: }\n");

        Assert.Empty(file.Problems);
        var root = Assert.IsType<YamlNode.Mapping>(Assert.Single(file.Documents));
        Assert.Equal(["a", "b"], root.Entries.Select(e => e.Key.Text));
        Assert.Equal(("1", true, At(1, 4)), Of(root.Entries[0].Value));
        var list = Assert.IsType<YamlNode.Sequence>(root.Entries[1].Value);
        Assert.Equal(At(3, 3), list.Place);
        Assert.Equal(("x", false, At(3, 5)), Of(list.Items[0]));
        var inner = Assert.IsType<YamlNode.Mapping>(list.Items[1]);
        Assert.Equal(At(4, 6), inner.Entries[0].Key.Place);
        Assert.Equal("", Assert.IsType<YamlNode.Scalar>(inner.Entries[0].Value).Text);
    }

    [Fact]
    public void Reads_several_documents_and_none()
    {
        Assert.Equal(2, Read("a: 1\n---\nb: 2\n...\n").Documents.Count);
        Assert.Empty(Read("# nothing\n").Documents);
        Assert.Empty(Read("").Problems);
    }

    [Fact]
    public void A_byte_order_mark_does_not_stick_to_the_first_key()
    {
        var file = YamlReader.Read("f.yaml", new byte[] { 0xEF, 0xBB, 0xBF, (byte)'a', (byte)':', (byte)' ', (byte)'1' });

        var entry = Assert.IsType<YamlNode.Mapping>(Assert.Single(file.Documents)).Entries[0];
        Assert.Equal("a", entry.Key.Text);
        Assert.Equal(At(1, 1), entry.Key.Place);
    }

    [Theory]
    [InlineData("a: 1\r\nb: 2\r\na: 3\r\n", 3, 1, "The key 'a' is written twice, first in line 1.")]
    [InlineData("a: {b: 1, 'b': 2}", 1, 11, "The key 'b' is written twice, first in line 1.")]
    [InlineData("a: &x 1", 1, 4, "Anchors ('&x') are not allowed: write the value where it is used.")]
    [InlineData("a: &x {b: 1}", 1, 4, "Anchors ('&x') are not allowed: write the value where it is used.")]
    [InlineData("a: !!str 1", 1, 4, "Tags ('!…') are not allowed: quote the value to make it text.")]
    [InlineData("a: !x [1]", 1, 4, "Tags ('!…') are not allowed: quote the value to make it text.")]
    [InlineData("<<: {b: 1}", 1, 1, "Merge keys ('<<') are not allowed: write the keys out.")]
    [InlineData("{a: 1}: 2", 1, 1, "A key must be plain text, found a mapping.")]
    public void Refuses_what_hides_a_meaning(string text, int line, int column, string message)
    {
        var file = Read(text);

        Assert.Equal(new Problem("f.yaml", line, column, message), Assert.Single(file.Problems));
        Assert.Empty(file.Documents);
    }

    [Fact]
    public void Refuses_an_alias_beside_its_anchor()
    {
        Assert.Equal(
            [(1, 4), (2, 4)],
            Read("a: &x 1\nb: *x\n").Problems.Select(p => (p.Line, p.Column)));
        Assert.Equal("Aliases ('*x') are not allowed: write the value out.", Read("a: &x 1\nb: *x\n").Problems[1].Message);
    }

    [Fact]
    public void A_bad_document_does_not_hide_its_neighbours()
    {
        var file = Read("a: 1\n---\nb: 1\nb: 2\n---\nc: 1\n");

        Assert.Equal(["a", "c"], file.Documents.Select(d => ((YamlNode.Mapping)d).Entries[0].Key.Text));
        Assert.Equal((4, 1), file.Problems.Select(p => (p.Line, p.Column)).Single());
    }

    [Theory]
    [InlineData("a: [1\nb: 2")]
    [InlineData("a: b: c")]
    [InlineData("a: \"x")]
    [InlineData("a:\n\tb: 1\nc: 2")]
    [InlineData("a: 1\n b: 2")]
    [InlineData("%YAML 9.0\n---\na: 1")]
    [InlineData("a: \"\\uD800\"")]
    public void Says_where_it_stops_being_YAML(string text)
    {
        var file = Read(text);

        var problem = Assert.Single(file.Problems);
        Assert.StartsWith("This is not YAML", problem.Message, StringComparison.Ordinal);
        Assert.True(problem is { Line: >= 1, Column: >= 1 });
        Assert.Empty(file.Documents);
    }

    [Theory]
    [InlineData("a: 1\n# x\u2028b: 2\n", 2, 4, "U+2028")]
    [InlineData("a: 1\u0000\nb: 2", 1, 5, "U+0000")]
    [InlineData("a: \u202Etxt", 1, 4, "U+202E")]
    [InlineData("a: \u0085b: 2", 1, 4, "U+0085")]
    public void Refuses_characters_that_hide_something_from_a_reviewer(string text, int line, int column, string name)
    {
        var file = Read(text);

        Assert.Equal(new Problem("f.yaml", line, column, $"The character {name} is not allowed: it cannot be seen, or ends a line for some readers only."), Assert.Single(file.Problems));
        Assert.Empty(file.Documents);
    }

    [Fact]
    public void Refuses_bytes_that_are_not_UTF_8_with_their_place()
    {
        var file = YamlReader.Read("f.yaml", new byte[] { (byte)'a', (byte)':', (byte)'\n', (byte)' ', 0xFF, 0xFE });

        Assert.Equal(new Problem("f.yaml", 2, 2, "The file is not UTF-8."), Assert.Single(file.Problems));
    }

    [Fact]
    public void Refuses_a_file_that_is_too_large_and_takes_the_largest()
    {
        Assert.Equal(
            new Problem("f.yaml", 1, 1, "The file is too large: expected at most 1048576 bytes, found 1048577."),
            Assert.Single(Read("a: " + new string('x', YamlReader.LargestFile - 2)).Problems));
        Assert.Empty(Read("a: " + new string('x', YamlReader.LargestFile - 3)).Problems);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("- ")]
    [InlineData("{a: ")]
    [InlineData("? ")]
    public void Refuses_deep_nesting_before_it_costs_anything(string opening)
    {
        var clock = Stopwatch.StartNew();
        var file = Read(string.Concat(Enumerable.Repeat(opening, YamlReader.LargestFile / opening.Length)));

        Assert.Contains("nested deeper than 200 levels", Assert.Single(file.Problems).Message, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), clock.Elapsed.ToString());
    }

    [Fact]
    public void Takes_the_deepest_nesting_that_is_allowed()
    {
        Assert.Empty(Read(new string('[', YamlReader.DeepestNesting) + new string(']', YamlReader.DeepestNesting)).Problems);
        Assert.Single(Read(new string('[', YamlReader.DeepestNesting + 1) + new string(']', YamlReader.DeepestNesting + 1)).Problems);
    }

    [Fact]
    public void Stops_telling_problems_when_nobody_would_read_on()
    {
        var file = Read(string.Concat(Enumerable.Repeat("a: 1\n", 5000)));

        Assert.Equal(YamlReader.MostProblems, file.Problems.Count);
        Assert.Empty(file.Documents);
    }

    [Property(MaxTest = 2000, Replay = "20261126,1")]
    public void Any_bytes_give_documents_or_problems_and_never_an_exception(byte[] bytes, int seed)
    {
        var random = new Random(seed);
        var yaml = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Letters[random.Next(Letters.Length)])]);

        foreach (var content in new[] { bytes, Encoding.UTF8.GetBytes(yaml) })
        {
            var file = YamlReader.Read("f.yaml", content);
            Assert.All(file.Problems, p => Assert.True(p is { Line: >= 1, Column: >= 1 } && p.Message.EndsWith('.')));
        }
    }

    private const string Letters = "ab:-?[]{},&*!|>'\"%@`#\\u0x \n\r\t~<.";

    private static YamlFile Read(string text) => YamlReader.Read("f.yaml", Encoding.UTF8.GetBytes(text));

    private static Place At(int line, int column) => new("f.yaml", line, column);

    private static (string Text, bool IsPlain, Place Place) Of(YamlNode node) => Assert.IsType<YamlNode.Scalar>(node) is var scalar ? (scalar.Text, scalar.IsPlain, scalar.Place) : default;
}
