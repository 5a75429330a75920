using System.Globalization;
using GitOpsBot.Core.Expressions;
using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Tests.Expressions;

/// <summary>Expressions as tests write them, on variables of every type.</summary>
internal static class Expressed
{
    private static readonly (Variable Variable, CelValue Value)[] Known =
    [
        (new("b", CelType.Bool), CelValue.True),
        (new("i", CelType.Int), CelValue.Int(7)),
        (new("u", CelType.Uint), CelValue.Uint(3)),
        (new("d", CelType.Real), CelValue.Double(2.5)),
        (new("s", CelType.Text), CelValue.Text("tacocat")),
        (new("by", CelType.Bytes), CelValue.Bytes([1, 2])),
        (new("t", CelType.Timestamp), CelValue.Timestamp(new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero))),
        (new("du", CelType.Duration), CelValue.Duration(90_000_000_000)),
        (new("li", CelType.List(CelType.Int)), CelValue.List([CelValue.Int(1), CelValue.Int(2), CelValue.Int(0)])),
        (new("ls", CelType.List(CelType.Text)), CelValue.List([CelValue.Text("a"), CelValue.Text("bc")])),
        (new("m", CelType.Map(CelType.Text, CelType.Int)), Map(("a", CelValue.Int(1)), ("b", CelValue.Int(2)))),
        (new("oi", CelType.Optional(CelType.Int)), CelValue.Some(CelValue.Int(5))),
        (new("no", CelType.Optional(CelType.Int)), CelValue.NoValue),
        (new("j", CelType.Dyn), Map(("name", CelValue.Text("x")), ("list", CelValue.List([CelValue.Int(1), CelValue.Text("y")])))),
        (new("unset", CelType.Bool), default),
        (new("artifact", CelType.Record("artifact", ("version", CelType.Text), ("tag", CelType.Text))),
            CelValue.Map(new CelRecord(CelType.Record("artifact", ("version", CelType.Text), ("tag", CelType.Text)), ("version", CelValue.Text("1.4.2")), ("tag", default)))),
    ];

    public static Scope Scope { get; } = new([.. Known.Select(k => k.Variable)]);

    public static Bindings Bindings { get; } = Known.Aggregate(new Bindings(Scope), (bindings, known) => bindings.With(known.Variable, known.Value));

    public static IReadOnlyList<string> Problems(string text, CelType? expected = null)
    {
        Expression.Compile(text, Scope, expected, out var problems);
        return [.. problems.Select(p => p.ToString())];
    }

    public static Expression Compile(string text)
    {
        var expression = Expression.Compile(text, Scope, null, out var problems);
        Assert.Empty(problems);
        return expression!;
    }

    /// <summary>What it comes to, as it is shown; of an error, its message.</summary>
    public static string Value(string text) => Compile(text).Evaluate(Bindings) is var value && value.IsError ? value.AsError.Message : Rendering.Of(value);

    /// <summary>The same without a check of types.</summary>
    public static CelValue Unchecked(string text) => Expression.Unchecked(text, Scope, out _)!.Evaluate(Bindings);

    public static string Found(string text) => Finding.Of(Compile(text).Explain(Bindings));

    public static CelValue Map(params (string Key, CelValue Value)[] entries)
    {
        var map = new MadeMap();
        foreach (var (key, value) in entries)
        {
            map.Add(CelValue.Text(key), value);
        }

        return CelValue.Map(map);
    }

    /// <summary>A tree as text, places left out.</summary>
    public static string Dump(Expr expr)
    {
        var own = expr switch
        {
            Expr.Literal { Value: var v } => v.Kind switch
            {
                CelKind.Text => v.AsText, CelKind.Bytes => Convert.ToHexString(v.AsBytes), CelKind.Null => "", _ => v.AsInt.ToString(CultureInfo.InvariantCulture),
            } + v.Kind,
            Expr.Name e => $"{e.Text} {e.IsRooted}",
            Expr.Select e => $"{e.Field} {e.IsOptional}",
            Expr.Has e => e.Field,
            Expr.Index e => $"{e.IsOptional}",
            Expr.Call e => $"{e.Function} {e.IsRooted} {e.Target is null}",
            Expr.Unary e => e.Operator.Symbol,
            Expr.Binary e => e.Operator.Symbol,
            Expr.Logic e => $"{e.IsAnd}",
            Expr.ListOf e => string.Join(' ', e.Items.Select(i => i.IsOptional)),
            Expr.MapOf e => string.Join(' ', e.Entries.Select(i => i.IsOptional)),
            Expr.Loop e => $"{e.Kind} {e.Variable} {e.Second} {e.Filter is null}",
            Expr.Bind e => e.Variable,
            Expr.OptionalMap e => $"{e.IsFlat} {e.Variable}",
            _ => "",
        };
        return $"({expr.GetType().Name} {own} {string.Join(' ', expr.Parts.Select(Dump))})";
    }
}
