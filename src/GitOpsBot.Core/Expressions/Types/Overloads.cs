using GitOpsBot.Core.Expressions.Syntax;

namespace GitOpsBot.Core.Expressions.Types;

/// <summary>Says how a function or operator can be called, when it is called in another way.</summary>
internal static class Overloads
{
    private const int MostShown = 6;

    /// <summary>A sentence: what was written, and what is there.</summary>
    public static string NoneFor(string name, Function function, bool isMember, IReadOnlyList<CelType> given)
    {
        if (name is "_[_]" or "_[?_]")
        {
            return $"{given[0]} has no item by {given[1]}: a list has them by int, a map by its type of key.";
        }

        if (name == "?:")
        {
            return given[0] is { Kind: TypeKind.Dyn } || given[0].IsSame(CelType.Bool)
                ? $"Both results of '?:' must be of one type, and these are {given[1]} and {given[2]}." : $"What stands before '?' must be bool, and this is {given[0]}.";
        }

        if (Operator.Binary.Append(Operator.Not).Append(Operator.Negate).FirstOrDefault(o => o.Function == name && !(o == Operator.Negate && given.Count == 2)) is { } op)
        {
            return given.Count == 1 ? $"'{op.Symbol}' does not take {given[0]}." : OfOperator(op, given);
        }

        var written = isMember ? $"{given[0]}.{name}({string.Join(", ", given.Skip(1))})" : $"{name}({string.Join(", ", given)})";
        var known = function.Overloads.Where(o => !o.IsOnlyEvaluated).Select(o => Signature(name, o)).Take(MostShown);
        return $"There is no {written}; there is {string.Join(", ", known)}.";
    }

    private static string OfOperator(Operator op, IReadOnlyList<CelType> given)
    {
        var hint = given.All(g => g.IsNumber) && op.Symbol != "in" ? $"; convert one of them, as in {given[1]}(…)" : "";
        return $"'{op.Symbol}' does not take {given[0]} and {given[1]}{hint}.";
    }

    private static string Signature(string name, Overload overload) => overload.IsMember
        ? $"{overload.Parameters[0]}.{name}({string.Join(", ", overload.Parameters.Skip(1))})" : $"{name}({string.Join(", ", overload.Parameters)})";
}
