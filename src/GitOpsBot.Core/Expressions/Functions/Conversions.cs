using System.Globalization;
using System.Text;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;
using static GitOpsBot.Core.Expressions.Types.CelType;
using static GitOpsBot.Core.Expressions.Types.Function;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>Conversions between types (cel-spec, "Standard Definitions", type conversions). What does not fit is an error, never another value.</summary>
internal static class Conversions
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private static readonly CelType A = Parameter("A");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Function> All { get; } =
    [
        new("bool", Global(Bool, [Bool], Same), Global(Bool, [Text], (_, a) => ToBool(a[0].AsText))),
        new("bytes", Global(Bytes, [Bytes], Same), Global(Bytes, [Text], (run, a) => run.Makes(a[0].AsText.Length) ?? CelValue.Bytes(Encoding.UTF8.GetBytes(a[0].AsText)))),
        new("double", Global(Real, [Real], Same), Global(Real, [Int], (_, a) => CelValue.Double(a[0].AsInt)), Global(Real, [Uint], (_, a) => CelValue.Double(a[0].AsUint)),
            Global(Real, [Text], (_, a) => ToDouble(a[0].AsText))),
        new("duration", Global(Duration, [Duration], Same), Global(Duration, [Text], (_, a) => Durations.Parse(a[0].AsText))),
        new("dyn", Global(Dyn, [A], Same)),
        new("int", Global(Int, [Int], Same), Global(Int, [Uint], (_, a) => Arithmetic.Int(a[0].AsUint)), Global(Int, [Real], (_, a) => ToInt(a[0].AsDouble)),
            Global(Int, [Text], (_, a) => long.TryParse(a[0].AsText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? CelValue.Int(n) : IsNo(a[0].AsText, "int")),
            Global(Int, [Timestamp], (_, a) => CelValue.Int(a[0].AsInt))),
        new("string", Global(Text, [Text], Same), Global(Text, [Bool], (_, a) => CelValue.Text(a[0].IsTrue ? "true" : "false")),
            Global(Text, [Int], (_, a) => CelValue.Text(a[0].AsInt.ToString(CultureInfo.InvariantCulture))), Global(Text, [Uint], (_, a) => CelValue.Text(a[0].AsUint.ToString(CultureInfo.InvariantCulture))),
            Global(Text, [Real], (_, a) => CelValue.Text(Print(a[0].AsDouble))), Global(Text, [Bytes], (run, a) => ToText(run, a[0].AsBytes)),
            Global(Text, [Timestamp], (_, a) => CelValue.Text(Timestamps.Print(a[0]))), Global(Text, [Duration], (_, a) => CelValue.Text(Durations.Print(a[0])))),
        new("timestamp", Global(Timestamp, [Timestamp], Same), Global(Timestamp, [Text], (_, a) => Timestamps.Parse(a[0].AsText)), Global(Timestamp, [Int], (_, a) => Timestamps.Made(a[0].AsInt, 0))),
        new("type", Global(TypeOf(A), [A], (_, a) => CelValue.Type(a[0].TypeOf()))),
        new("uint", Global(Uint, [Uint], Same), Global(Uint, [Int], (_, a) => a[0].AsInt < 0 ? Arithmetic.Overflow : CelValue.Uint((ulong)a[0].AsInt)), Global(Uint, [Real], (_, a) => ToUint(a[0].AsDouble)),
            Global(Uint, [Text], (_, a) => ulong.TryParse(a[0].AsText, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? CelValue.Uint(n) : IsNo(a[0].AsText, "uint"))),
    ];

    /// <summary>A double in its shortest form, with an exponent where it is very large or small.</summary>
    public static string Print(double value) => double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? value > 0 ? "Infinity" : "-Infinity"
        : value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');

    private static CelValue Same(Run run, CelValue[] arguments) => arguments[0];

    private static CelValue IsNo(string text, string type) => CelValue.Error(Fault.BadValue, $"{Shown.Quoted(text)} is no {type}");

    private static CelValue ToBool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => CelValue.True,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => CelValue.False,
        _ => IsNo(text, "bool"),
    };

    private static CelValue ToDouble(string text) => text switch
    {
        "NaN" => CelValue.Double(double.NaN),
        "Infinity" or "+Infinity" or "Inf" or "+Inf" => CelValue.Double(double.PositiveInfinity),
        "-Infinity" or "-Inf" => CelValue.Double(double.NegativeInfinity),
        _ => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? CelValue.Double(value) : IsNo(text, "double"),
    };

    // Without both ends of the range: whether they survive on the way to a double and back depends on the machine (cel-spec, "Overflow").
    private static CelValue ToInt(double value) => value is > long.MinValue and < long.MaxValue ? CelValue.Int((long)value) : Arithmetic.Overflow;

    private static CelValue ToUint(double value) => value is >= 0 and < 18446744073709551616.0 ? CelValue.Uint((ulong)value) : Arithmetic.Overflow;

    private static CelValue ToText(Run run, byte[] bytes)
    {
        try
        {
            return run.Makes(bytes.Length) ?? CelValue.Text(Strict.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return CelValue.Error(Fault.BadValue, "the bytes are no UTF-8");
        }
    }
}
