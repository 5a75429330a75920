using System.Text.Json;
using GitOpsBot.Core.Expressions;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Tests.Expressions;

public sealed class EvaluationTests
{
    [Theory]
    [InlineData("unset", "'unset' is not known here")]
    [InlineData("unset || true", "true")]
    [InlineData("unset && false", "false")]
    [InlineData("has(artifact.tag)", "false")]
    [InlineData("artifact.tag == ''", "is missing")]
    [InlineData("artifact.?tag.orValue('none')", "'none'")]
    [InlineData("j.a", "is missing")]
    [InlineData("j.name.first", "is missing")]
    [InlineData("li[3]", "is missing: the list has no item at that index")]
    [InlineData("li[-1]", "is missing: the list has no item at that index")]
    [InlineData("i / 0", "divides by zero")]
    [InlineData("9223372036854775807 + i", "is out of the range of 64 bits")]
    [InlineData("j.list + 1", "'_+_' does not take list(dyn), int")]
    [InlineData("cel.bind(x, 1 / 0, b || x == 1)", "true")]
    [InlineData("oi.orValue(1 / 0)", "5")]
    [InlineData("no.orValue(3)", "3")]
    [InlineData("no.value()", "is an optional without a value")]
    [InlineData("timestamp('2026-06-15')", "'2026-06-15' is no time such as 2026-12-31T00:00:00Z")]
    [InlineData("timestamp('2026-06-15T10:00:00+02:00') == timestamp('2026-06-15T08:00:00Z')", "true")]
    [InlineData("timestamp('2026-02-30T00:00:00Z')", "'2026-02-30T00:00:00Z' is no time such as 2026-12-31T00:00:00Z")]
    [InlineData("t - duration('36h') + duration('0.5s')", "2026-06-14T00:00:00.5Z")]
    [InlineData("t.getHours('Europe/Berlin')", "14")]
    [InlineData("timestamp('2026-01-15T12:00:00Z').getHours('Europe/Berlin')", "13")]
    [InlineData("t.getHours('../../etc/passwd')", "'../../etc/passwd' is no time zone that is known")]
    [InlineData("t.getHours('Mars/Phobos')", "'Mars/Phobos' is no time zone that is known")]
    [InlineData("duration('1h30m') == du * 60", null)]
    [InlineData("duration('1.5h')", "5400s")]
    [InlineData("duration('-1m0.25s')", "-60.25s")]
    [InlineData("duration('1y')", "'1y' is no duration such as 90s or 1h30m")]
    [InlineData("duration('')", "'' is no duration such as 90s or 1h30m")]
    [InlineData("size('😀é')", "2")]
    [InlineData("'😀é'.charAt(1)", "'é'")]
    [InlineData("'a😀b'.indexOf('b')", "2")]
    [InlineData("'a😀b'.substring(1, 2)", "'😀'")]
    [InlineData("'\\uffff' < '😀'", "true")]
    [InlineData("'hello'.replace('', '_')", "'_h_e_l_l_o_'")]
    [InlineData("'abc'.split('')", "a list")]
    [InlineData("'abc'.split('').size()", "3")]
    [InlineData("'a,b,c'.split(',', 2)[1]", "'b,c'")]
    [InlineData("'abc'.lastIndexOf('')", "3")]
    [InlineData("'%5d'.format([1])", "'%5' is no clause of a format")]
    [InlineData("ls.first().orValue('') + ls.last().orValue('')", "'abc'")]
    [InlineData("[].first().hasValue()", "false")]
    [InlineData("'Am\\u00e9lie' == 'Ame\\u0301lie'", "false")]
    [InlineData("double('NaN') == double('NaN')", "false")]
    [InlineData("double('1,5')", "'1,5' is no double")]
    [InlineData("int(' 1')", "' 1' is no int")]
    [InlineData("[1, 2].exists(x, x > 1 || 1 / 0 > 0)", "true")]
    [InlineData("[0, 2].exists(x, 2 / x > 0)", "true")]
    [InlineData("[0, 2].exists_one(x, 2 / x > 0)", "divides by zero")]
    [InlineData("m.exists(k, v, k == 'b' && v == 2)", "true")]
    [InlineData("li.transformMap(n, v, v * 2)[1]", "4")]
    [InlineData("{'a': 1, 'a': 2}", "the key 'a' is there twice")]
    [InlineData("math.least([])", "'math.least' of an empty list")]
    [InlineData("math.least([3, 1, 2])", "1")]
    [InlineData("strings.quote('a\"b')", "'\"a\\\"b\"'")]
    [InlineData("base64.decode('a b=')", "the text is no base64")]
    public void Comes_to(string text, string? shown)
    {
        if (shown is null)
        {
            Assert.NotEmpty(Expressed.Problems(text));
            return;
        }

        Assert.Equal(shown, Expressed.Value(text));
    }

    [Theory]
    [InlineData("p.whole == 3 && p.whole == 3.0 && p.whole + 1 == 4", "true")]
    [InlineData("p.large == 9007199254740993 && p.large != 9007199254740992", "true")]
    [InlineData("p.huge == 18446744073709551615u", "true")]
    [InlineData("p.real < 1.6 && p.real > 1", "true")]
    [InlineData("p.beyond > 1", "a number is larger than a double can be")]
    [InlineData("p.list.all(x, x in [1, 2, 3])", "true")]
    [InlineData("p.list[?7].hasValue()", "false")]
    [InlineData("p.nothing == null && has(p.nothing) && !has(p.something)", "true")]
    [InlineData("p.nested.a.b[0].c == 'd'", "true")]
    [InlineData("p.nested == {'a': {'b': [{'c': 'd'}]}}", "true")]
    [InlineData("p.map(k, k).size() == p.size() && 'list' in p", "true")]
    [InlineData("p['list'] == p.list", "true")]
    public void Reads_json_as_it_is_written(string text, string shown)
    {
        var variable = new Variable("p", CelType.Dyn);
        var scope = new Scope(variable);
        using var json = JsonDocument.Parse("""{"whole":3,"large":9007199254740993,"huge":18446744073709551615,"real":1.5,"beyond":1e999,"list":[1,2],"nothing":null,"nested":{"a":{"b":[{"c":"d"}]}}}""");

        var value = Expression.Compile(text, scope, null, out var problems)!.Evaluate(new Bindings(scope).With(variable, JsonValues.Of(json.RootElement)));

        Assert.Empty(problems);
        Assert.Equal(shown, value.IsError ? value.AsError.Message : GitOpsBot.Core.Expressions.Evaluation.Rendering.Of(value));
    }

    [Fact]
    public void Half_a_surrogate_pair_in_json_is_an_error_and_no_exception()
    {
        var variable = new Variable("p", CelType.Dyn);
        var scope = new Scope(variable);
        using var json = JsonDocument.Parse("""{"text":"\ud800"}""");

        var value = Expression.Compile("p.text == 'a'", scope, null, out _)!.Evaluate(new Bindings(scope).With(variable, JsonValues.Of(json.RootElement)));

        Assert.Equal("a text in the evidence cannot be read", value.AsError.Message);
    }

    [Fact]
    public void One_expression_may_be_evaluated_by_many_threads()
    {
        var expression = Expressed.Compile("li.map(x, x + i).exists(y, y == 9) && s.matches('^t.*t$') && cel.bind(z, i, z == 7)");

        Assert.All(Enumerable.Range(0, 2000).AsParallel().Select(_ => expression.Evaluate(Expressed.Bindings)).ToList(), v => Assert.True(v.IsTrue));
    }
}
