using System.Text.Json;

namespace GitOpsBot.Core.Expressions.Values;

/// <summary>A list. Closed: made by an expression, or an array of JSON.</summary>
internal abstract class CelList
{
    /// <summary>How many items.</summary>
    public abstract int Count { get; }

    /// <summary>An item by its index, which is within bounds.</summary>
    public abstract CelValue this[int index] { get; }
}

/// <summary>A list that an expression or a host made.</summary>
internal sealed class MadeList(IReadOnlyList<CelValue> items) : CelList
{
    /// <inheritdoc/>
    public override int Count => items.Count;

    /// <inheritdoc/>
    public override CelValue this[int index] => items[index];
}

/// <summary>An array of JSON, read when the first item is asked for: finding one in the text costs as much as finding all.</summary>
internal sealed class JsonList(JsonElement array) : CelList
{
    private CelValue[]? items;

    /// <inheritdoc/>
    public override int Count => array.GetArrayLength();

    /// <inheritdoc/>
    public override CelValue this[int index] => (items ??= [.. array.EnumerateArray().Select(JsonValues.Of)])[index];
}
