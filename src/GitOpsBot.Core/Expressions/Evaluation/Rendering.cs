using System.Globalization;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Expressions.Functions;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>How a value stands in a sentence: short, in one line, without what a terminal would obey.</summary>
internal static class Rendering
{
    /// <summary>The value: <c>'text'</c>, <c>3</c>, <c>a list</c>.</summary>
    public static string Of(CelValue value) => value.Kind switch
    {
        CelKind.None => "nothing",
        CelKind.Error => "an error",
        CelKind.Null => "null",
        CelKind.Bool => value.IsTrue ? "true" : "false",
        CelKind.Int => value.AsInt.ToString(CultureInfo.InvariantCulture),
        CelKind.Uint => value.AsUint.ToString(CultureInfo.InvariantCulture),
        CelKind.Double => Conversions.Print(value.AsDouble),
        CelKind.Text => Shown.Quoted(value.AsText),
        CelKind.Bytes => Count(value.AsBytes.Length, "bytes", "byte"),
        CelKind.List => value.AsList.Count == 0 ? "an empty list" : "a list",
        CelKind.Map => value.AsMap.Count == 0 ? "an empty map" : "a map",
        CelKind.Duration => Durations.Print(value),
        CelKind.Timestamp => Timestamps.Print(value),
        CelKind.Type => $"the type {Shown.Plain(value.AsType.ToString())}",
        CelKind.Optional => value.HasValue ? "an optional with a value" : "an optional without a value",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Count(int n, string many, string one) => n == 1 ? $"1 {one}" : $"{n.ToString(CultureInfo.InvariantCulture)} {many}";
}
