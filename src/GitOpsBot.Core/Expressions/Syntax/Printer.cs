using System.Globalization;
using System.Text;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Syntax;

/// <summary>Prints a tree in one line, so that parsing it again gives the same tree.</summary>
internal static class Printer
{
    /// <summary>The text.</summary>
    public static string Print(Expr expr) => expr switch
    {
        Expr.Literal e => Literal(e.Value),
        Expr.Name e => (e.IsRooted ? "." : "") + Variable(e.Text),
        Expr.Select e => $"{Operand(e.Operand, Operator.OfMember)}.{(e.IsOptional ? "?" : "")}{Field(e.Field)}",
        Expr.Has e => $"has({Operand(e.Operand, Operator.OfMember)}.{Field(e.Field)})",
        Expr.Index e => $"{Operand(e.Operand, Operator.OfMember)}[{(e.IsOptional ? "?" : "")}{Print(e.Key)}]",
        Expr.Call e => $"{(e.Target is null ? e.IsRooted ? "." : "" : Operand(e.Target, Operator.OfMember) + ".")}{e.Function}({string.Join(", ", e.Arguments.Select(Print))})",
        Expr.Unary e => Unary(e.Operator, Operand(e.Operand, Operator.OfUnary)),
        Expr.Binary e => $"{Operand(e.Left, e.Operator.Precedence)} {e.Operator.Symbol} {Operand(e.Right, e.Operator.Precedence + 1)}",
        Expr.Logic e => string.Join(e.IsAnd ? " && " : " || ", e.Operands.Select(o => Operand(o, Precedence(e) + 1))),
        Expr.Conditional e => $"{Operand(e.Condition, Operator.OfOr)} ? {Operand(e.Then, Operator.OfOr)} : {Print(e.Else)}",
        Expr.ListOf e => $"[{string.Join(", ", e.Items.Select(i => (i.IsOptional ? "?" : "") + Print(i.Value)))}]",
        Expr.MapOf e => $"{{{string.Join(", ", e.Entries.Select(i => $"{(i.IsOptional ? "?" : "")}{Print(i.Key)}: {Print(i.Value)}"))}}}",
        Expr.Loop e => $"{Operand(e.Range, Operator.OfMember)}.{Macro(e)}({Variable(e.Variable)}{(e.Second is null ? "" : ", " + Variable(e.Second))}{(e.Filter is null ? "" : ", " + Print(e.Filter))}, {Print(e.Body)})",
        Expr.Bind e => $"cel.bind({Variable(e.Variable)}, {Print(e.Value)}, {Print(e.Body)})",
        Expr.OptionalMap e => $"{Operand(e.Operand, Operator.OfMember)}.{(e.IsFlat ? "optFlatMap" : "optMap")}({Variable(e.Variable)}, {Print(e.Body)})",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A text as a literal.</summary>
    public static string Text(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or 127 => $"\\x{rune.Value:x2}",
                _ => rune.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static string Literal(CelValue value) => value.Kind switch
    {
        CelKind.Null => "null",
        CelKind.Bool => value.IsTrue ? "true" : "false",
        CelKind.Int => value.AsInt.ToString(CultureInfo.InvariantCulture),
        CelKind.Uint => value.AsUint.ToString(CultureInfo.InvariantCulture) + "u",
        CelKind.Double => Double(value.AsDouble.ToString("R", CultureInfo.InvariantCulture)),
        CelKind.Text => Text(value.AsText),
        CelKind.Bytes => $"b\"{string.Concat(value.AsBytes.Select(b => $"\\x{b:x2}"))}\"",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Double(string digits) => digits.Contains('.') || digits.Contains('E') ? digits : digits + ".0";

    private static string Macro(Expr.Loop loop) => loop.Kind switch
    {
        LoopKind.All => "all",
        LoopKind.Exists => "exists",
        LoopKind.ExistsOne => "exists_one",
        LoopKind.Filter => "filter",
        LoopKind.Map => "map",
        LoopKind.TransformList => "transformList",
        _ => "transformMap",
    };

    private static string Variable(string name) => Macros.Written(name) ?? name;

    private static string Field(string name) => Parser.IsPlainName(name, isField: true) ? name : $"`{name}`";

    // A minus directly before a number would become part of it.
    private static string Unary(Operator op, string operand) => op == Operator.Negate && char.IsAsciiDigit(operand[0]) ? $"-({operand})" : op.Symbol + operand;

    private static string Operand(Expr expr, int atLeast) => Precedence(expr) < atLeast ? $"({Print(expr)})" : Print(expr);

    private static int Precedence(Expr expr) => expr switch
    {
        Expr.Conditional => Operator.OfConditional,
        Expr.Logic { IsAnd: false } => Operator.OfOr,
        Expr.Logic => Operator.OfAnd,
        Expr.Binary e => e.Operator.Precedence,
        Expr.Unary => Operator.OfUnary,
        _ => int.MaxValue,
    };
}
