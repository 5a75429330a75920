using GitOpsBot.Core.Expressions.Types;

namespace GitOpsBot.Core.Tests.Expressions;

public sealed class CheckerTests
{
    [Theory]
    [InlineData("artifact.verison == '1'", "1:1: There is no field 'verison' in artifact. Did you mean 'version'?")]
    [InlineData("artefact.version == '1'", "1:1: There is no variable 'artefact'. Did you mean 'artifact'?")]
    [InlineData("s.startWith('a')", "1:1: There is no function 'startWith'. Did you mean 'startsWith'?")]
    [InlineData("s.startsWith(1)", "1:1: There is no string.startsWith(int); there is string.startsWith(string).")]
    [InlineData("size(1)", "1:1: There is no size(int); there is size(string), string.size(), size(bytes), bytes.size(), size(list(A)), list(A).size().")]
    [InlineData("i == s", "1:1: '==' does not take int and string.")]
    [InlineData("i == u", "1:1: '==' does not take int and uint; convert one of them, as in uint(…).")]
    [InlineData("i + 1.0", "1:1: '+' does not take int and double; convert one of them, as in double(…).")]
    [InlineData("!i", "1:1: '!' does not take int.")]
    [InlineData("-u", "1:1: '-' does not take uint.")]
    [InlineData("b && i", "1:6: Each side of '&&' must be bool, and this is int.")]
    [InlineData("i ? 1 : 2", "1:1: What stands before '?' must be bool, and this is int.")]
    [InlineData("b ? 1 : 's'", "1:1: Both results of '?:' must be of one type, and these are int and string.")]
    [InlineData("li['a']", "1:1: list(int) has no item by string: a list has them by int, a map by its type of key.")]
    [InlineData("s[0]", "1:1: string has no item by int: a list has them by int, a map by its type of key.")]
    [InlineData("i.x", "1:1: int has no field 'x': only maps and records have fields.")]
    [InlineData("s.all(c, true)", "1:1: Only lists and maps can be gone through, and this is string.")]
    [InlineData("li.all(e, e)", "1:11: The condition must be bool, and this is int.")]
    [InlineData("li.exists(e, e.x)", "1:14: int has no field 'x': only maps and records have fields.")]
    [InlineData("{1.5: 2}", "1:2: A key must be int, uint, bool or string, and this is double.")]
    [InlineData("[?i]", "1:3: An entry behind '?' must be an optional, and this is int.")]
    [InlineData("i.optMap(x, x)", "1:1: What is mapped must be optional(dyn), and this is int.")]
    [InlineData("s.matches('a(')", "1:1: This pattern cannot be used: the pattern has a '(' that is not closed.")]
    [InlineData("'a'.matches(r'\\1')", "1:1: This pattern cannot be used: the pattern has '\\1', which RE2 does not know or this engine does not have.")]
    [InlineData("timestamp(1.5)", "1:1: There is no timestamp(double); there is timestamp(timestamp), timestamp(string), timestamp(int).")]
    [InlineData("math.greatest('a', 'b')", null)]
    public void Says_what_could_only_fail(string text, string? problem)
    {
        var problems = Expressed.Problems(text);

        Assert.Single(problems);
        Assert.True(problem is null || problem == problems[0], problems[0]);
    }

    [Fact]
    public void Tells_everything_that_is_wrong_at_its_place() => Assert.Equal(
        ["1:1: There is no variable 'unknown'.", "2:4: There is no field 'nope' in artifact. Known: tag, version.", "3:4: '+' does not take int and string."],
        Expressed.Problems("unknown == 1\n&& artifact.nope == ''\n&& 1 + 'a' == 2").Select(p => p.Replace(" Known: artifact, b, by, d, du, i, j, li, ls, m, no, oi, s, t, u, unset.", "", StringComparison.Ordinal)));

    [Fact]
    public void Tells_of_a_bounded_number_of_problems() => Assert.Equal(20, Expressed.Problems(string.Join(" && ", Enumerable.Repeat("x", 500))).Count);

    [Theory]
    [InlineData("i", "The whole expression must be bool, and this is int.")]
    [InlineData("li.map(x, x > 0)", "The whole expression must be bool, and this is list(bool).")]
    public void The_type_that_is_wanted_is_wanted_of_the_whole(string text, string message) => Assert.Equal(["1:1: " + message], Expressed.Problems(text, CelType.Bool));

    [Theory]
    [InlineData("j")]
    [InlineData("j.name")]
    [InlineData("j.list[0] == 1 && j.a.b.c > 2")]
    [InlineData("dyn(i)")]
    public void What_turns_out_later_may_be_true_or_false(string text) => Assert.Empty(Expressed.Problems(text, CelType.Bool));

    [Theory]
    [InlineData("[1, 2]", "list(int)")]
    [InlineData("[1, 'a']", "list(dyn)")]
    [InlineData("{'a': [1u]}", "map(string, list(uint))")]
    [InlineData("m.map(k, m[k])", "list(int)")]
    [InlineData("m.transformMap(k, v, v > 1, string(v))", "map(string, string)")]
    [InlineData("ls.transformList(n, e, n)", "list(int)")]
    [InlineData("m.?a", "optional(int)")]
    [InlineData("oi.optMap(x, [x])", "optional(list(int))")]
    [InlineData("t - t", "duration")]
    [InlineData("type(t)", "type(timestamp)")]
    [InlineData("math.greatest(1, 2)", "int")]
    [InlineData("math.greatest(1, 2u)", "dyn")]
    [InlineData("cel.bind(x, 'a', x + x)", "string")]
    [InlineData("artifact", "artifact")]
    public void Finds_the_type(string text, string type) => Assert.Equal(type, Expressed.Compile(text).Type.ToString());
}
