namespace GitOpsBot.Core.Tests.Expressions;

public sealed class PatternTests
{
    [Theory]
    // RE2's meaning where .NET has another.
    [InlineData("'a\\n'.matches('^a$')", "false")]
    [InlineData("'x\\na'.matches('^a')", "false")]
    [InlineData("'x\\na'.matches('(?m)^a$')", "true")]
    [InlineData("'\u0663'.matches(r'^\\d$')", "false")]
    [InlineData("'é'.matches(r'^\\w$')", "false")]
    [InlineData("'\\u00a0'.matches(r'^\\s$')", "false")]
    [InlineData("'😀'.matches('^.$')", "true")]
    [InlineData("'😀'.matches('^[^a]$')", "true")]
    [InlineData("'😀😀'.matches('^😀+$')", "true")]
    [InlineData("'😀'.matches('^[a😀]$') && '😁'.matches('^[😀-😂]$') && !'😃'.matches('^[😀-😂]$')", "true")]
    [InlineData("'\\U0001F300'.matches(r'^[\\x{1F000}-\\x{1FFFF}]$') && !'\\U00020000'.matches(r'^[\\x{1F000}-\\x{1FFFF}]$')", "true")]
    [InlineData("'\\n'.matches('^.$') || '\\n'.matches('(?s)^[^a].$')", "false")]
    [InlineData("'\\n'.matches('(?s)^.$')", "true")]
    [InlineData("'A1'.matches('^(?i)a(?-i)1$')", "true")]
    [InlineData("'a1'.matches('(?i:A)1')", "true")]
    [InlineData("'ab'.matches('^(?P<first>a)(?<second>b)$')", "true")]
    [InlineData("'abc'.matches('^[[:alpha:]]+$') && !'ab1'.matches('^[[:alpha:]]+$') && '1'.matches('[[:^alpha:]]')", "true")]
    [InlineData("'Ä'.matches(r'^\\p{Lu}$') && 'a'.matches(r'^\\PN$') && 'ä1'.matches(r'^[\\pL\\d]+$')", "true")]
    [InlineData("'a.b'.matches(r'^a\\.b$') && !'axb'.matches(r'^a\\.b$')", "true")]
    [InlineData("'a+b'.matches(r'^\\Qa+b\\E$')", "true")]
    [InlineData("'a{,2}'.matches('^a{,2}$')", "true")]
    [InlineData("'aaa'.matches('^a{2,3}?$')", "true")]
    [InlineData("']'.matches('^[]]$') && '-'.matches('^[a-]$') && 'b'.matches('^[^]a]$')", "true")]
    [InlineData("'foo bar'.matches(r'\\bbar\\b')", "true")]
    [InlineData("'a#b c'.matches('^a#b c$')", "true")]
    public void Means_what_re2_means(string text, string shown) => Assert.Equal(shown, Expressed.Value(text));

    [Theory]
    [InlineData(@"(?=a)", "the pattern has a group '(?=', which RE2 does not know")]
    [InlineData(@"(?<=a)", "the pattern has a group '(?<', which RE2 does not know")]
    [InlineData(@"(?>a)", "the pattern has a group '(?>', which RE2 does not know")]
    [InlineData(@"(a)\1", "the pattern has '\\1', which RE2 does not know or this engine does not have")]
    [InlineData(@"\Z", "the pattern has '\\Z', which RE2 does not know or this engine does not have")]
    [InlineData(@"\p{Greek}", "the pattern has '\\p', which RE2 does not know or this engine does not have")]
    [InlineData(@"[[:nope:]]", "the pattern has a class 'nope', which RE2 does not know")]
    [InlineData(@"[z-a]", "the pattern has a range in '[…]' that goes backwards")]
    [InlineData(@"[a", "the pattern has a '[' that is not closed")]
    [InlineData(@"(a", "the pattern has a '(' that is not closed")]
    [InlineData(@"a)", "the pattern has a ')' that closes nothing")]
    [InlineData(@"a{1001}", "the pattern repeats a part more than 1000 times")]
    [InlineData(@"((a{30}){30}){30}", "the pattern repeats a part more than 1000 times")]
    [InlineData(@"\x{110000}", "the pattern has a character above U+10FFFF")]
    [InlineData(@"a**", "the pattern is no regular expression of RE2")]
    [InlineData(@"\", "the pattern has '\\', which RE2 does not know or this engine does not have")]
    public void Refuses_what_re2_does_not_have(string pattern, string message)
    {
        var written = GitOpsBot.Core.Expressions.Syntax.Printer.Text(pattern);
        Assert.Equal([$"1:1: This pattern cannot be used: {message}."], Expressed.Problems($"s.matches({written})"));
        Assert.Equal(message, Expressed.Value($"s.matches([{written}][0])"));
    }

    [Fact]
    public void A_pattern_that_makes_others_backtrack_is_read_once_from_end_to_end()
    {
        var value = Expressed.Value("cel.bind(x, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', (x + x + x + x).matches('^(a+)+$b'))");

        Assert.Equal("false", value);
    }

    [Fact]
    public void A_pattern_is_bounded() => Assert.Equal(
        ["1:1: This pattern cannot be used: the pattern has 1001 characters, and at most 1000 are read."], Expressed.Problems($"s.matches('{new string('a', 1001)}')"));
}
