using FsCheck.Xunit;
using GitOpsBot.Core.Expressions;
using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Tests.Expressions;

public sealed class ExpressionLaws
{
    private static readonly string[] Scraps =
    [
        "a", "b.c", "has(", "(", ")", "[", "]", "{", "}", "?", ":", ".?", "[?", "&&", "||", "!", "-", "1", "0x", "1.5e", "9999999999999999999", "u", "'", "\"", "'''", "r'", "b\"", "\\", "\\u12",
        "//", "\n", " ", ",", "in", "true", "null", "for", ".all(x, ", "cel.bind(x, ", "`a-b`", "😀", "\ud800", "\0", "==", "=", "<", "%", "+", ".", "x", "1u", "'a'",
    ];

    [Property(MaxTest = 2000, Replay = "20261126,1")]
    public void Reading_never_throws_and_says_where_whatever_the_text(int seed)
    {
        var random = new Random(seed);
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => Scraps[random.Next(Scraps.Length)]));

        var expression = Expression.Compile(text, Expressed.Scope, null, out var problems);

        Assert.Equal(expression is null, problems.Count > 0);
        Assert.All(problems, p => Assert.True(p is { Line: >= 1, Column: >= 1 } && p.Offset <= text.Length && p.Message.Length is > 10 and < 1000 && p.Message[^1] is '.' or '?', p.ToString()));
    }

    // Where no part is dyn, and null does not stand for an optional, what is accepted does not fail by type.
    [Property(MaxTest = 3000, Replay = "20261126,1")]
    public void What_the_checker_accepts_never_fails_by_type(int seed)
    {
        var text = Text(seed, slips: 40);
        var tree = Parser.Parse(text, out var problem);
        Assert.True(tree is not null, $"{text}: {problem}");
        var checker = new Checker(text);
        var root = new Resolver(Expressed.Scope).Resolve(tree);
        checker.Check(root);
        if (checker.Problems.Count > 0 || All(root).Any(n => checker.TypeOf(n).HasDyn))
        {
            return;
        }

        var value = Expressed.Compile(text).Evaluate(Expressed.Bindings);

        Assert.True(!value.IsError || value.AsError.Fault is not (Fault.NoSuchOverload or Fault.Unknown), $"{text}: {(value.IsError ? value.AsError.Message : "")}");
        Assert.True(value.IsError || IsOf(value, checker.TypeOf(root)), $"{text} came to {value.Kind}, and is {checker.TypeOf(root)}");
    }

    // A million steps take about a second where code is not optimised, so a few such texts must do.
    [Property(MaxTest = 10, Replay = "20261126,1")]
    public void Evaluating_ends_within_its_cost_however_it_is_repeated(int seed)
    {
        var part = Text(seed, slips: 40);
        if (Expressed.Problems(part).Count > 0)
        {
            return;
        }

        // A million times: ten items in loops six deep.
        const string Ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
        var text = Enumerable.Range(0, 6).Aggregate($"[{part}].size() == 1 || true", (inner, i) => $"{Ten}.all(loop{i}, {inner})");
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var value = Expressed.Compile(text).Evaluate(Expressed.Bindings);

        Assert.True(value.IsError ? value.AsError.Fault == Fault.Limit : value.IsTrue, $"{text}: {value.Kind}");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{text} took {clock.Elapsed}");
    }

    [Fact]
    public void The_law_about_types_meets_many_expressions_that_are_accepted_and_many_that_are_not()
    {
        var accepted = Enumerable.Range(0, 1000).Count(seed => Expressed.Problems(Text(seed, slips: 40)).Count == 0);

        Assert.InRange(accepted, 300, 900);
    }

    [Property(MaxTest = 2000, Replay = "20261126,1")]
    public void Evaluating_ends_without_an_exception_checked_or_not(int seed)
    {
        var text = Text(seed, slips: 8);

        var value = Expressed.Unchecked(text);

        Assert.NotEqual(CelKind.None, value.Kind);
        var trace = Expression.Unchecked(text, Expressed.Scope, out _)!.Explain(Expressed.Bindings);
        Assert.Equal(value.Kind, trace.Root!.Value.Kind);
        Assert.DoesNotContain(Finding.Of(trace), char.IsControl);
    }

    [Property(MaxTest = 2000, Replay = "20261126,1")]
    public void A_tree_printed_and_parsed_again_is_the_same_tree(int seed)
    {
        var tree = Parser.Parse(Text(seed, slips: 8), out _)!;

        var again = Parser.Parse(Printer.Print(tree), out var problem);

        Assert.True(again is not null, $"{Printer.Print(tree)}: {problem}");
        Assert.Equal(Expressed.Dump(tree), Expressed.Dump(again));
    }

    [Theory]
    [InlineData("-(1)", "-(1)")]
    [InlineData("- 1", "-1")]
    [InlineData("--1", "--1")]
    [InlineData("-(-x)", "--x")]
    [InlineData("a - (b - c) - d", "a - (b - c) - d")]
    [InlineData("(a && b) && c || d", "(a && b) && c || d")]
    [InlineData("a && b && c", "a && b && c")]
    [InlineData("(a ? b : c) ? d : e ? f : g", "(a ? b : c) ? d : e ? f : g")]
    [InlineData("(a + b).c[0].?d[?'e']", "(a + b).c[0].?d[?\"e\"]")]
    [InlineData("{'a': 1, ?b: c}.`a-b`", "{\"a\": 1, ?b: c}.`a-b`")]
    [InlineData("1.0 + .5 + 1e30", "1.0 + 0.5 + 1E+30")]
    [InlineData("r'\\d' + '\\n\\x01\"'", "\"\\\\d\" + \"\\n\\x01\\\"\"")]
    [InlineData("a.existsOne(x, x in y)", "a.exists_one(x, x in y)")]
    [InlineData("x.transformMap(k, v, k != 'a', v + 1)", "x.transformMap(k, v, k != \"a\", v + 1)")]
    [InlineData("cel.block([1, cel.index(0)], cel.index(1))", "cel.bind(cel.index(0), 1, cel.bind(cel.index(1), cel.index(0), cel.index(1)))")]
    [InlineData(".a.b(.c) // why", ".a.b(.c)")]
    [InlineData("has(a.in_)", "has(a.in_)")]
    public void Prints_what_it_read(string text, string printed)
    {
        var tree = Parser.Parse(text, out _)!;

        Assert.Equal(printed, Printer.Print(tree));
        Assert.Equal(Expressed.Dump(tree), Expressed.Dump(Parser.Parse(printed, out _)!));
    }

    private static string Text(int seed, int slips)
    {
        var random = new Random(seed);
        return new GeneratedExpression(random, slips).Of("bool", random.Next(1, 6));
    }

    private static IEnumerable<Node> All(Node node) => node.Parts.SelectMany(All).Prepend(node);

    private static bool IsOf(CelValue value, CelType type) => type.Kind switch
    {
        TypeKind.List => value.Kind == CelKind.List && Enumerable.Range(0, value.AsList.Count).All(i => IsOf(value.AsList[i], type.Parameters[0])),
        TypeKind.Map => value.Kind == CelKind.Map && value.AsMap.Entries.All(e => IsOf(e.Key, type.Parameters[0]) && IsOf(e.Value, type.Parameters[1])),
        TypeKind.Opaque => value.Kind == CelKind.Optional && (!value.HasValue || IsOf(value.Inner, type.Parameters[0])),
        _ => type.Admits(value),
    };
}
