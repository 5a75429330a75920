using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>Whole numbers that do not wrap around (cel-spec, "Overflow").</summary>
internal static class Arithmetic
{
    /// <summary>Division by zero.</summary>
    public static CelValue ByZero { get; } = CelValue.Error(Fault.BadValue, "divides by zero");

    /// <summary>A result that no 64 bits hold.</summary>
    public static CelValue Overflow { get; } = CelValue.Error(Fault.BadValue, "is out of the range of 64 bits");

    /// <summary>A result in 128 bits as an int.</summary>
    public static CelValue Int(Int128 value) => value >= long.MinValue && value <= long.MaxValue ? CelValue.Int((long)value) : Overflow;

    /// <summary>A result in 128 bits as a uint; a product of two uints fits.</summary>
    public static CelValue Uint(UInt128 value) => value <= ulong.MaxValue ? CelValue.Uint((ulong)value) : Overflow;

    /// <summary>The quotient, cut towards zero.</summary>
    public static CelValue Divide(long a, long b) => b == 0 ? ByZero : Int((Int128)a / b);
}
