using GitOpsBot.Core.Expressions.Evaluation;

namespace GitOpsBot.Core.Tests.Expressions;

public sealed class FindingTests
{
    [Theory]
    [InlineData("s == 'kayak'", "s is 'tacocat'")]
    [InlineData("i < 3 && b", "i < 3 is false: i is 7")]
    [InlineData("b && i > 3 && s.startsWith('k') && u == 9u", "s.startsWith(\"k\") is false: s is 'tacocat'")]
    [InlineData("i < 3 || s == ''", "i < 3 is false: i is 7 and s == \"\" is false: s is 'tacocat'")]
    [InlineData("!b", "b is true")]
    [InlineData("artifact.version.startsWith('2.')", "artifact.version is '1.4.2'")]
    [InlineData("artifact.tag == 'x'", "artifact.tag is missing")]
    [InlineData("j.a.b == 1", "j.a is missing")]
    [InlineData("b && j.a == 1", "j.a is missing")]
    [InlineData("j.name == 'y'", "j.name is 'x'")]
    [InlineData("j.name", "j.name is 'x'")]
    [InlineData("j.name && b", "j.name is 'x' and neither true nor false")]
    [InlineData("i / 0 > 1", "i / 0 cannot be evaluated: divides by zero")]
    [InlineData("unset", "unset cannot be evaluated: 'unset' is not known here")]
    [InlineData("li.all(e, e > 1)", "with e = 1, e > 1 is false: e is 1")]
    [InlineData("m.all(k, v, k == 'a' || v == 1)", "with k = 'b', v = 2, k == \"a\" is false: k is 'b' and v == 1 is false: v is 2")]
    [InlineData("li.exists(e, e > 5)", "li.exists(e, e > 5) is false")]
    [InlineData("size(li) == 4", "size(li) is 3")]
    [InlineData("b ? i == 8 : i == 7", "i == 8 is false: i is 7")]
    [InlineData("cel.bind(x, i + 1, x == i)", "x == i is false: x is 8 and i is 7")]
    [InlineData("false", "false is false")]
    [InlineData("s in ls", "s is 'tacocat' and ls is a list")]
    [InlineData("t < timestamp('2026-01-01T00:00:00Z')", "t is 2026-06-15T12:00:00Z and timestamp(\"2026-01-01T00:00:00Z\") is 2026-01-01T00:00:00Z")]
    public void Names_the_part_that_was_false_and_the_values_in_it(string text, string found) => Assert.Equal(found, Expressed.Found(text));

    [Fact]
    public void A_value_of_a_stranger_is_cut_and_made_harmless()
    {
        var found = Expressed.Found("'" + new string('x', 500) + "\\n\\u202e' == s + '\\x1b[31m' + s");

        Assert.DoesNotContain(found, char.IsControl);
        Assert.DoesNotContain('\u202e', found);
        Assert.True(found.Length < 700, found);
    }

    [Fact]
    public void An_explanation_shows_every_part_and_what_was_not_evaluated()
    {
        var parts = Explanation.Of(Expressed.Compile("i > 9 && li.all(e, e > 0) || j.a == 1 || ls.exists(e, e == 'a') || b").Explain(Expressed.Bindings));

        Assert.Equal(
            [
                "0 i > 9 && li.all(e, e > 0) || j.a == 1 || ls.exists(e, e == \"a\") || b = true",
                "1 i > 9 && li.all(e, e > 0) = false",
                "2 i > 9 = false",
                "3 i = 7",
                "2 li.all(e, e > 0) = not evaluated",
                "1 j.a == 1 = error (a part of it failed)",
                "2 j.a = error (is missing)",
                "3 j = a map",
                "1 ls.exists(e, e == \"a\") = true",
                "2 ls = a list",
                "2 [e = 'a'] e == \"a\" = true",
                "3 e = 'a'",
                "1 b = not evaluated",
            ],
            parts.Select(p => $"{p.Depth} {(p.With is null ? "" : $"[{p.With}] ")}{p.Text} = {p.Value ?? "not evaluated"}{(p.Error is null ? "" : $" ({p.Error})")}"));
    }
}
