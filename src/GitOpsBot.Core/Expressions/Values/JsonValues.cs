using System.Text.Json;

namespace GitOpsBot.Core.Expressions.Values;

/// <summary>
/// JSON as values. A number written as a whole one is an int, or a uint where only that holds it, so that large neighbours stay different;
/// any other is a double. Objects and arrays are read when they are asked for.
/// </summary>
internal static class JsonValues
{
    /// <summary>The value; <see cref="CelKind.None"/> for an undefined element.</summary>
    public static CelValue Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => CelValue.Null,
        JsonValueKind.True => CelValue.True,
        JsonValueKind.False => CelValue.False,
        JsonValueKind.String => CelValue.Text(json.GetString()!),
        JsonValueKind.Number => Number(json),
        JsonValueKind.Array => CelValue.List(new JsonList(json)),
        JsonValueKind.Object => CelValue.Map(new JsonMap(json)),
        _ => default,
    };

    private static CelValue Number(JsonElement json) =>
        json.TryGetInt64(out var signed) ? CelValue.Int(signed)
        : json.TryGetUInt64(out var unsigned) ? CelValue.Uint(unsigned)
        : json.TryGetDouble(out var real) && double.IsFinite(real) ? CelValue.Double(real)
        : CelValue.Error(Fault.BadValue, "a number is larger than a double can be");
}
