using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;
using static GitOpsBot.Core.Expressions.Types.CelType;
using static GitOpsBot.Core.Expressions.Types.Function;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>
/// The operators as functions (cel-spec, "Standard Definitions"). The checker wants both sides of one type; when evaluated, numbers of all
/// types are compared with each other, and values of different types are different.
/// </summary>
internal static class Operators
{
    private static readonly CelType A = Parameter("A");
    private static readonly CelType B = Parameter("B");

    /// <summary>All but the logical ones and field selection.</summary>
    public static IReadOnlyList<Function> All { get; } =
    [
        new("!_", Global(Bool, [Bool], (_, a) => CelValue.Bool(a[0].IsFalse))),
        new("-_", Global(Int, [Int], (_, a) => Arithmetic.Int(-(Int128)a[0].AsInt)), Global(Real, [Real], (_, a) => CelValue.Double(-a[0].AsDouble))),
        new("_+_", [
            Global(Int, [Int, Int], (_, a) => Arithmetic.Int((Int128)a[0].AsInt + a[1].AsInt)),
            Global(Uint, [Uint, Uint], (_, a) => Arithmetic.Uint((UInt128)a[0].AsUint + a[1].AsUint)),
            Global(Real, [Real, Real], (_, a) => CelValue.Double(a[0].AsDouble + a[1].AsDouble)),
            Global(Text, [Text, Text], (run, a) => run.Makes((long)a[0].AsText.Length + a[1].AsText.Length) ?? CelValue.Text(a[0].AsText + a[1].AsText)),
            Global(Bytes, [Bytes, Bytes], (run, a) => run.Makes((long)a[0].AsBytes.Length + a[1].AsBytes.Length) ?? CelValue.Bytes([.. a[0].AsBytes, .. a[1].AsBytes])),
            Global(List(A), [List(A), List(A)], (run, a) => run.MakesList((long)a[0].AsList.Count + a[1].AsList.Count) ?? Joined(a[0].AsList, a[1].AsList)),
            Global(Duration, [Duration, Duration], (_, a) => Durations.Made((Int128)a[0].AsInt + a[1].AsInt)),
            Global(Timestamp, [Timestamp, Duration], (_, a) => Timestamps.Moved(a[0], a[1].AsInt)),
            Global(Timestamp, [Duration, Timestamp], (_, a) => Timestamps.Moved(a[1], a[0].AsInt))]),
        new("_-_", [
            Global(Int, [Int, Int], (_, a) => Arithmetic.Int((Int128)a[0].AsInt - a[1].AsInt)),
            Global(Uint, [Uint, Uint], (_, a) => a[0].AsUint < a[1].AsUint ? Arithmetic.Overflow : CelValue.Uint(a[0].AsUint - a[1].AsUint)),
            Global(Real, [Real, Real], (_, a) => CelValue.Double(a[0].AsDouble - a[1].AsDouble)),
            Global(Duration, [Duration, Duration], (_, a) => Durations.Made((Int128)a[0].AsInt - a[1].AsInt)),
            Global(Timestamp, [Timestamp, Duration], (_, a) => Timestamps.Moved(a[0], -(Int128)a[1].AsInt)),
            Global(Duration, [Timestamp, Timestamp], (_, a) => Durations.Made(Timestamps.Nanoseconds(a[0]) - Timestamps.Nanoseconds(a[1])))]),
        new("_*_", [
            Global(Int, [Int, Int], (_, a) => Arithmetic.Int((Int128)a[0].AsInt * a[1].AsInt)),
            Global(Uint, [Uint, Uint], (_, a) => Arithmetic.Uint((UInt128)a[0].AsUint * a[1].AsUint)),
            Global(Real, [Real, Real], (_, a) => CelValue.Double(a[0].AsDouble * a[1].AsDouble))]),
        new("_/_", [
            Global(Int, [Int, Int], (_, a) => Arithmetic.Divide(a[0].AsInt, a[1].AsInt)),
            Global(Uint, [Uint, Uint], (_, a) => a[1].AsUint == 0 ? Arithmetic.ByZero : CelValue.Uint(a[0].AsUint / a[1].AsUint)),
            Global(Real, [Real, Real], (_, a) => CelValue.Double(a[0].AsDouble / a[1].AsDouble))]),
        new("_%_", [
            Global(Int, [Int, Int], (_, a) => a[1].AsInt switch { 0 => Arithmetic.ByZero, -1 => CelValue.Int(0), var by => CelValue.Int(a[0].AsInt % by) }),
            Global(Uint, [Uint, Uint], (_, a) => a[1].AsUint == 0 ? Arithmetic.ByZero : CelValue.Uint(a[0].AsUint % a[1].AsUint))]),
        new("_==_", Global(Bool, [A, A], (run, a) => CelComparison.AreEqual(run, a[0], a[1]))),
        new("_!=_", Global(Bool, [A, A], (run, a) => CelComparison.AreEqual(run, a[0], a[1]) is { IsError: false } equal ? CelValue.Bool(equal.IsFalse) : Run.Exhausted)),
        Ordered("_<_", c => c < 0),
        Ordered("_<=_", c => c <= 0),
        Ordered("_>_", c => c > 0),
        Ordered("_>=_", c => c >= 0),
        new("@in", Global(Bool, [A, List(A)], (run, a) => IsIn(run, a[0], a[1].AsList)), Global(Bool, [A, Map(A, B)], (run, a) => IsIn(run, a[0], a[1].AsMap))),
        // Indexes are evaluated by their own node; these are what the checker goes by.
        new("_[_]", [
            Checked(A, [List(A), Int]), Checked(B, [Map(A, B), A]),
            Checked(Optional(A), [Optional(List(A)), Int]), Checked(Optional(B), [Optional(Map(A, B)), A])]),
        new("_[?_]", [
            Checked(Optional(A), [List(A), Int]), Checked(Optional(B), [Map(A, B), A]),
            Checked(Optional(A), [Optional(List(A)), Int]), Checked(Optional(B), [Optional(Map(A, B)), A])]),
        new("_?_:_", Checked(A, [Bool, A, A])),
    ];

    private static Overload Checked(CelType result, IReadOnlyList<CelType> parameters) => Global(result, parameters, (_, _) => throw new System.Diagnostics.UnreachableException());

    private static CelValue Joined(CelList a, CelList b) => CelValue.List([.. a.Items, .. b.Items]);

    // Mixed numbers only meet where their types were not known before.
    private static Function Ordered(string name, Func<int, bool> holds)
    {
        CelType[] numbers = [Int, Uint, Real];
        Computation compute = (run, a) => run.Spend(a[0].Kind == CelKind.Text ? a[0].AsText.Length / Run.UnitsAStep : 0)
            ? CelValue.Bool(CelComparison.Compare(a[0], a[1]) is { } order && holds(order)) : Run.Exhausted;
        var mixed = numbers.SelectMany(a => numbers.Where(b => a != b).Select(b => Global(Bool, [a, b], compute) with { IsOnlyEvaluated = true }));
        return new Function(name, [.. new[] { Int, Uint, Real, Text, Bool, Bytes, Duration, Timestamp }.Select(t => Global(Bool, [t, t], compute)), .. mixed]);
    }

    private static CelValue IsIn(Run run, CelValue item, CelList list)
    {
        foreach (var other in list.Items)
        {
            if (CelComparison.AreEqual(run, item, other) is { IsFalse: false } answer)
            {
                return answer;
            }
        }

        return CelValue.False;
    }

    private static CelValue IsIn(Run run, CelValue key, CelMap map) => run.Spend(map.StepsToFind) ? CelValue.Bool(map.Find(key).Kind != CelKind.None) : Run.Exhausted;
}
