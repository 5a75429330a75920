using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;
using static GitOpsBot.Core.Expressions.Types.CelType;
using static GitOpsBot.Core.Expressions.Types.Function;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>The extension <c>math</c>.</summary>
internal static class MathFunctions
{
    // As many arguments as anybody writes out; more stand in a list.
    private const int MostArguments = 10;

    private static readonly CelType[] Numbers = [Int, Uint, Real];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Function> All { get; } =
    [
        Extreme("math.greatest", order => order > 0),
        Extreme("math.least", order => order < 0),
        OfDouble("math.ceil", Math.Ceiling),
        OfDouble("math.floor", Math.Floor),
        OfDouble("math.round", x => Math.Round(x, MidpointRounding.AwayFromZero)),
        OfDouble("math.trunc", Math.Truncate),
        OfDouble("math.sqrt", Math.Sqrt),
        new("math.abs",
            Global(Int, [Int], (_, a) => Arithmetic.Int(Int128.Abs(a[0].AsInt))), Global(Uint, [Uint], (_, a) => a[0]), Global(Real, [Real], (_, a) => CelValue.Double(Math.Abs(a[0].AsDouble)))),
        new("math.sign",
            Global(Int, [Int], (_, a) => CelValue.Int(Math.Sign(a[0].AsInt))), Global(Uint, [Uint], (_, a) => CelValue.Uint(a[0].AsUint == 0 ? 0UL : 1)),
            Global(Real, [Real], (_, a) => double.IsNaN(a[0].AsDouble) ? a[0] : CelValue.Double(Math.Sign(a[0].AsDouble)))),
        new("math.isNaN", Global(Bool, [Real], (_, a) => CelValue.Bool(double.IsNaN(a[0].AsDouble)))),
        new("math.isInf", Global(Bool, [Real], (_, a) => CelValue.Bool(double.IsInfinity(a[0].AsDouble)))),
        new("math.isFinite", Global(Bool, [Real], (_, a) => CelValue.Bool(double.IsFinite(a[0].AsDouble)))),
        OfBits("math.bitAnd", (a, b) => a & b),
        OfBits("math.bitOr", (a, b) => a | b),
        OfBits("math.bitXor", (a, b) => a ^ b),
        new("math.bitNot", Global(Int, [Int], (_, a) => CelValue.Int(~a[0].AsInt)), Global(Uint, [Uint], (_, a) => CelValue.Uint(~a[0].AsUint))),
        Shift("math.bitShiftLeft", (bits, by) => bits << by),
        // Zeros come in from the left, also for an int.
        Shift("math.bitShiftRight", (bits, by) => bits >> by),
    ];

    private static Function OfDouble(string name, Func<double, double> compute) => new(name, Global(Real, [Real], (_, a) => CelValue.Double(compute(a[0].AsDouble))));

    private static Function OfBits(string name, Func<ulong, ulong, ulong> compute) => new(name,
        Global(Int, [Int, Int], (_, a) => CelValue.Int(unchecked((long)compute(a[0].AsUint, a[1].AsUint)))),
        Global(Uint, [Uint, Uint], (_, a) => CelValue.Uint(compute(a[0].AsUint, a[1].AsUint))));

    private static Function Shift(string name, Func<ulong, int, ulong> compute)
    {
        CelValue Shifted(CelValue bits, long by, Func<ulong, CelValue> made) =>
            by < 0 ? CelValue.Error(Fault.BadValue, "shifts by a negative number") : made(by > 63 ? 0 : compute(bits.AsUint, (int)by));
        return new(name,
            Global(Int, [Int, Int], (_, a) => Shifted(a[0], a[1].AsInt, bits => CelValue.Int(unchecked((long)bits)))),
            Global(Uint, [Uint, Int], (_, a) => Shifted(a[0], a[1].AsInt, CelValue.Uint)));
    }

    // Of one type, that type; of several, whatever wins.
    private static Function Extreme(string name, Func<int, bool> wins)
    {
        CelValue Of(IReadOnlyList<CelValue> values) => values.Aggregate((best, next) => CelComparison.Compare(next, best) is { } order && wins(order) ? next : best);
        CelValue OfList(Run run, CelValue[] a)
        {
            var list = a[0].AsList;
            if (list.Count == 0 || !run.Spend(list.Count))
            {
                return list.Count == 0 ? CelValue.Error(Fault.BadValue, $"'{name}' of an empty list") : Run.Exhausted;
            }

            CelValue[] values = [.. list.Items];
            return Array.FindIndex(values, v => !v.IsNumber) is >= 0 and var other
                ? CelValue.Error(Fault.NoSuchOverload, $"'{name}' compares numbers, and one is {Rendering.Of(values[other])}") : Of(values);
        }

        var overloads = new List<Overload>();
        foreach (var type in Numbers)
        {
            overloads.Add(Global(type, [List(type)], OfList));
            overloads.AddRange(Enumerable.Range(1, MostArguments).Select(count => Global(type, [.. Enumerable.Repeat(type, count)], (_, a) => Of(a))));
        }

        overloads.AddRange(Enumerable.Range(2, MostArguments - 1).Select(count => Global(Dyn, [.. Enumerable.Repeat(AnyNumber, count)], (_, a) => Of(a))));
        return new Function(name, overloads);
    }
}
