using GitOpsBot.Core.Expressions;

namespace GitOpsBot.Core.Tests.Expressions;

public sealed class ParserTests
{
    [Theory]
    [InlineData("", "1:1: Expected a value, a name or '(', found the end.")]
    [InlineData("i ==", "1:5: Expected a value, a name or '(', found the end.")]
    [InlineData("i = 1", "1:3: '=' means nothing here: equality is '=='.")]
    [InlineData("b & b", "1:3: '&' means nothing here: both conditions are joined by '&&'.")]
    [InlineData("b | b", "1:3: '|' means nothing here: one of two conditions is '||'.")]
    [InlineData("s == “a”", "1:6: This is a typographic quote: texts stand in \" or '.")]
    [InlineData("i == 1 i", "1:8: Expected an operator, or the end, found 'i'.")]
    [InlineData("(i == 1", "1:8: Expected ')', found the end.")]
    [InlineData("[1, 2", "1:6: Expected ',' or ']', found the end.")]
    [InlineData("{'a' 1}", "1:6: Expected ':' and the value of this key, found '1'.")]
    [InlineData("b ? 1", "1:6: Expected ':' and what holds otherwise, found the end.")]
    [InlineData("size(s,)", "1:8: Expected another argument, found ')'.")]
    [InlineData("s.1", "1:2: Expected an operator, or the end, found '.1'.")]
    [InlineData("s.in", "1:3: Expected the name of a field or function, found 'in'.")]
    [InlineData("in", "1:1: 'in' is a word of the language and no name.")]
    [InlineData("for", "1:1: 'for' is reserved and cannot be a name; as a field it may stand behind a dot.")]
    [InlineData("'abc", "1:1: This text has no closing '.")]
    [InlineData("s ==\n  'abc\n'", "2:3: This text has no closing ' before the end of its line: a text of several lines stands in three quotes.")]
    [InlineData("'''abc''", "1:1: This text has no closing '''.")]
    [InlineData("'a\\d'", "1:3: This is no escape: a backslash is written '\\\\', or the text is raw, as in r'…'.")]
    [InlineData("'\\u12'", "1:2: This escape needs 4 hexadecimal digits.")]
    [InlineData("'\\ud800'", "1:2: This is half of a surrogate pair, or above U+10FFFF, and no character.")]
    [InlineData("12a", "1:1: A number is followed by a letter: expected an operator between them, or quotes around a text.")]
    [InlineData("9223372036854775808", "1:1: This number is too large for an int of 64 bits; a uint ends in u, a double has a fraction.")]
    [InlineData("-9223372036854775809", "1:1: This number is too large for an int of 64 bits; a uint ends in u, a double has a fraction.")]
    [InlineData("18446744073709551616u", "1:1: This number is too large for a uint: at most 18446744073709551615u.")]
    [InlineData("1e999", "1:1: This number is too large for a double.")]
    [InlineData("`a", "1:1: A name in backquotes holds letters, digits, '_', '.', '-', '/' and spaces, and ends with a backquote; other names are written as [\"name\"].")]
    [InlineData("a.`b`()", "1:6: Expected an operator, or the end, found '('.")]
    [InlineData("has(s)", "1:1: 'has' asks whether a field is there and is written has(value.field).")]
    [InlineData("li.all(1, true)", "1:8: 'all' needs the name of a variable here, one that the next argument can use.")]
    [InlineData("m.all(k, k, true)", "1:10: 'all' needs two different variables.")]
    [InlineData("Timestamp{seconds: 1}", "1:10: Messages, written NAME{field: value}, cannot be made here; a map is written {\"key\": value}.")]
    [InlineData("i == 1\n  && b ==\n  # 2", "3:3: '#' begins nothing in an expression.")]
    [InlineData("\u202eb", "1:1: '\ufffd' begins nothing in an expression.")]
    public void Says_where_and_what_is_wrong(string text, string problem) => Assert.Equal([problem], Expressed.Problems(text));

    [Fact]
    public void An_expression_has_a_length_that_people_can_review()
    {
        Assert.Empty(Expressed.Problems("true" + new string(' ', ExpressionLimits.LongestExpression - 4)));
        Assert.Equal(["1:1: The expression has 10001 characters: at most 10000 are read."], Expressed.Problems("true" + new string(' ', ExpressionLimits.LongestExpression - 3)));
    }

    [Theory]
    [InlineData("(", "b", ")")]
    [InlineData("!", "b", "")]
    [InlineData("[", "1", "]")]
    [InlineData("[1].map(x, ", "1", ")")]
    [InlineData("b ? true : ", "b", "")]
    [InlineData("", "1", " + 1")]
    [InlineData("", "s", ".trim()")]
    [InlineData("", "[1]", "[0]")]
    [InlineData("cel.bind(x, 1, ", "1", ")")]
    public void Nesting_is_bounded_wherever_it_grows(string before, string inner, string after)
    {
        string Nested(int n) => string.Concat(Enumerable.Repeat(before, n)) + inner + string.Concat(Enumerable.Repeat(after, n));

        Assert.DoesNotContain(Expressed.Problems(Nested(60)), p => p.Contains("nested", StringComparison.Ordinal));
        Assert.Contains("The expression is nested deeper than 200 levels here.", Assert.Single(Expressed.Problems(Nested(600))), StringComparison.Ordinal);
    }

    [Fact]
    public void Chains_of_conditions_are_flat_and_may_be_long() =>
        Assert.Empty(Expressed.Problems(string.Join(" && ", Enumerable.Repeat("b", 1000))));

    [Fact]
    public void A_rooted_name_is_not_that_of_a_macro() => Assert.Equal("true", Expressed.Value("[1].all(i, i == 1 && .i == 7)"));
}
