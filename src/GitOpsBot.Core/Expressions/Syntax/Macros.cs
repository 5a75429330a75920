using System.Globalization;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Syntax;

/// <summary>
/// Calls that are no functions, because a part of them is a variable's name or is not evaluated (cel-spec, "Macros"; the two-variable ones,
/// <c>cel.bind</c> and <c>cel.block</c> as the extensions of the specification have them). They are recognised by name and number of arguments.
/// </summary>
internal static class Macros
{
    private static readonly Dictionary<(string Name, int Arguments), (LoopKind Kind, bool HasSecond, bool HasFilter)> Loops = new()
    {
        [("all", 2)] = (LoopKind.All, false, false),
        [("exists", 2)] = (LoopKind.Exists, false, false),
        [("exists_one", 2)] = (LoopKind.ExistsOne, false, false),
        [("existsOne", 2)] = (LoopKind.ExistsOne, false, false),
        [("filter", 2)] = (LoopKind.Filter, false, false),
        [("map", 2)] = (LoopKind.Map, false, false),
        [("map", 3)] = (LoopKind.Map, false, true),
        [("all", 3)] = (LoopKind.All, true, false),
        [("exists", 3)] = (LoopKind.Exists, true, false),
        [("exists_one", 3)] = (LoopKind.ExistsOne, true, false),
        [("existsOne", 3)] = (LoopKind.ExistsOne, true, false),
        [("transformList", 3)] = (LoopKind.TransformList, true, false),
        [("transformList", 4)] = (LoopKind.TransformList, true, true),
        [("transformMap", 3)] = (LoopKind.TransformMap, true, false),
        [("transformMap", 4)] = (LoopKind.TransformMap, true, true),
    };

    /// <summary>What a macro stands for; null when the call is none. Throws <see cref="SyntaxException"/> when it is one with wrong arguments.</summary>
    public static Expr? Expand(Parser parser, Expr.Call call, int nameAt)
    {
        var a = call.Arguments;
        if (call.Target is null)
        {
            return call.Function != "has" ? null : a is [Expr.Select { IsOptional: false } select]
                ? parser.Made(new Expr.Has(select.Operand, select.Field, call.Start, call.End))
                : throw new SyntaxException(nameAt, "'has' asks whether a field is there and is written has(value.field).");
        }

        if (call.Target is Expr.Name { Text: "cel" })
        {
            return OfNamespace(parser, call, a);
        }

        if (call.Function is "optMap" or "optFlatMap" && a.Count == 2)
        {
            return parser.Made(new Expr.OptionalMap(call.Function == "optFlatMap", call.Target, Variable(a[0], call.Function), a[1], call.Start, call.End));
        }

        if (!Loops.TryGetValue((call.Function, a.Count), out var loop))
        {
            return null;
        }

        var variable = Variable(a[0], call.Function);
        var second = loop.HasSecond ? Variable(a[1], call.Function) : null;
        return second == variable
            ? throw new SyntaxException(a[1].Start, $"'{call.Function}' needs two different variables.")
            : parser.Made(new Expr.Loop(loop.Kind, call.Target, variable, second, loop.HasFilter ? a[^2] : null, a[^1], call.Start, call.End));
    }

    /// <summary>How the variables of <c>cel.block</c> are written; null for others. No name of an expression begins with @.</summary>
    public static string? Written(string variable) => variable[0] != '@' ? null
        : variable.Split(':') is [_, var a, var b] ? $"cel.iterVar({a}, {b})" : $"cel.index({variable["@index".Length..]})";

    private static Expr? OfNamespace(Parser parser, Expr.Call call, IReadOnlyList<Expr> a) => (call.Function, a) switch
    {
        ("bind", [var variable, var value, var body]) => parser.Made(new Expr.Bind(Variable(variable, "cel.bind"), value, body, call.Start, call.End)),
        ("index", [Expr.Literal { Value: { Kind: CelKind.Int, AsInt: >= 0 } place }]) =>
            parser.Made(new Expr.Name(string.Create(CultureInfo.InvariantCulture, $"@index{place.AsInt}"), false, call.Start, call.End)),
        ("iterVar", [Expr.Literal { Value: { Kind: CelKind.Int, AsInt: >= 0 } level }, Expr.Literal { Value: { Kind: CelKind.Int, AsInt: >= 0 } place }]) =>
            parser.Made(new Expr.Name(string.Create(CultureInfo.InvariantCulture, $"@iter:{level.AsInt}:{place.AsInt}"), false, call.Start, call.End)),
        ("block", [Expr.ListOf slots, var result]) => Block(parser, slots, result, call),
        _ => null,
    };

    // One binding in the other, the first outermost, so that each may use those before it.
    private static Expr Block(Parser parser, Expr.ListOf slots, Expr result, Expr.Call call)
    {
        for (var i = slots.Items.Count - 1; i >= 0; i--)
        {
            if (slots.Items[i].IsOptional)
            {
                throw new SyntaxException(slots.Items[i].Value.Start, "The list of 'cel.block' has no optional entries.");
            }

            result = parser.Made(new Expr.Bind(string.Create(CultureInfo.InvariantCulture, $"@index{i}"), slots.Items[i].Value, result, call.Start, call.End));
        }

        return result;
    }

    private static string Variable(Expr expr, string macro) => expr is Expr.Name { IsRooted: false } name
        ? name.Text : throw new SyntaxException(expr.Start, $"'{macro}' needs the name of a variable here, one that the next argument can use.");
}
