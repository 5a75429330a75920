using System.Text.Json;
using GitOpsBot.Core.Expressions;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Tests.Expressions;

public sealed class LimitTests
{
    private const string TooManySteps = "it takes more than 1000000 steps";
    private const string Ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";

    public static TheoryData<string, string> Endless => new()
    {
        // Ten to the twelfth, whether it is decided by the first item or by none.
        { Nested("all", "true", 12), TooManySteps },
        { Nested("exists", "false", 12), TooManySteps },
        { Nested("exists_one", "true", 12), TooManySteps },
        { Nested("filter", "true", 12), TooManySteps },
        { Nested("all", "1 / 0 > 0", 12), TooManySteps },
        { $"({Nested("all", "true", 12)}) || true", TooManySteps },
        { $"has({{'a': {Nested("all", "true", 12)}}}.a)", TooManySteps },
        { Doubled("s", "x + x", 40) + ".size() > 0", "it makes a text of 1835008 characters, and at most 1048576 are allowed" },
        { Doubled("by", "x + x", 40) + ".size() > 0", "it makes a text of 2097152 characters, and at most 1048576 are allowed" },
        { Doubled("[1]", "x + x", 40) + ".size() > 0", "it makes a list of 131072 items, and at most 100000 are allowed" },
        { Doubled("[1]", "[x, x]", 40) + " == " + Doubled("[1]", "[x, x]", 40), TooManySteps },
        { Doubled("['a']", "[x, x].map(y, y)", 30) + ".size() > 0", "true" },
        { "'%s'.format([" + Doubled("[1]", "[x, x]", 40) + "]) == ''", TooManySteps },
        { Doubled("s", "x + x", 16) + ".replace('', 'abcdef').size() > 0", "it makes a text of" },
        { $"{Ten}.map(a, {Ten}.map(b, {Ten}.map(c, {Ten}.map(d, {Ten}.map(e, 1))))).size() > 0", "true" },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public void Whatever_would_not_end_or_fit_is_an_error_or_small(string text, string message) => Assert.StartsWith(message, Expressed.Value(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("j.list.all(e, !('b' in j.list))")]
    [InlineData("j.list.all(e, j.list.size() > 0 && j.list[0] == 'a' && j.list[1] == 'a')")]
    [InlineData("j.list.all(e, j.list.exists(f, f == 'a') && 'a' in j.list && j.list.join().size() > 0)")]
    [InlineData("j.list == j.list && j.list.all(e, j.list == j.list)")]
    [InlineData("j.object.all(k, j.object[k] == 1 && j.object['nope'] == 1)")]
    [InlineData("j.text.size() > 0 && j.list.all(e, j.text.size() > 0)")]
    [InlineData("j.list.all(e, !j.text.contains('b'))")]
    [InlineData("j.list.all(e, !j.text.matches('(a|aa)+b'))")]
    [InlineData("j.list.all(e, !e.matches(j.pattern))")]
    public void Large_evidence_costs_what_it_takes(string text)
    {
        var json = JsonSerializer.SerializeToElement(new
        {
            list = Enumerable.Repeat("a", 30_000), @object = Enumerable.Range(0, 30_000).ToDictionary(i => $"k{i}", _ => 1), text = new string('a', 1_000_000), pattern = new string('a', 900) + "b?",
        });
        var variable = new Variable("j", CelType.Dyn);
        var scope = new Scope(variable);

        var value = Expression.Compile(text, scope, null, out var problems)!.Evaluate(new Bindings(scope).With(variable, JsonValues.Of(json)));

        Assert.Empty(problems);
        Assert.Equal(TooManySteps, value.IsError ? value.AsError.Message : value.Kind.ToString());
    }

    [Fact]
    public void What_honest_evidence_asks_for_fits()
    {
        var json = JsonSerializer.SerializeToElement(new { components = Enumerable.Range(0, 20_000).Select(i => new { name = $"n{i}", licenses = new[] { "MIT" } }) });
        var variable = new Variable("predicate", CelType.Dyn);
        var scope = new Scope(variable);
        var expression = Expression.Compile("predicate.components.all(c, !(c.name in ['event-stream', 'left-pad']) && !c.licenses.exists(l, l.startsWith('AGPL')))", scope, null, out _)!;

        Assert.True(expression.Evaluate(new Bindings(scope).With(variable, JsonValues.Of(json))).IsTrue);
    }

    [Fact]
    public void An_explanation_is_bounded_and_says_so_by_what_it_shows()
    {
        var trace = Expressed.Compile($"{Ten}.all(a, {Ten}.all(b, {Ten}.all(c, a + b + c >= 0)))").Explain(Expressed.Bindings);

        Assert.True(trace.IsCut);
        Assert.True(trace.Root!.Value.IsTrue);
        Assert.InRange(GitOpsBot.Core.Expressions.Evaluation.Explanation.Of(trace).Count, 100, ExpressionLimits.MostObservations);
    }

    private static string Nested(string macro, string body, int depth) => depth == 0 ? body
        : macro == "filter" ? $"{Ten}.filter(v{depth}, {Nested(macro, body, depth - 1)}).size() > 0" : $"{Ten}.{macro}(v{depth}, {Nested(macro, body, depth - 1)})";

    // Each step twice the one before.
    private static string Doubled(string start, string step, int times) => times == 0 ? start : $"cel.bind(x, {Doubled(start, step, times - 1)}, {step})";
}
