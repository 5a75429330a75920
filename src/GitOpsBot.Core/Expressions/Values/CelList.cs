using System.Text.Json;

namespace GitOpsBot.Core.Expressions.Values;

/// <summary>A list. Closed: made by an expression or a host, or an array of JSON.</summary>
internal abstract class CelList
{
    /// <summary>How many items.</summary>
    public abstract int Count { get; }

    /// <summary>What one item by its index costs, beyond one step.</summary>
    public virtual int StepsToIndex => 0;

    /// <summary>The items in order, each at the cost of a step.</summary>
    public abstract IEnumerable<CelValue> Items { get; }

    /// <summary>An item by its index, which is within bounds.</summary>
    public abstract CelValue this[int index] { get; }
}

/// <summary>A list that an expression or a host made.</summary>
internal sealed class MadeList(IReadOnlyList<CelValue> items) : CelList
{
    /// <inheritdoc/>
    public override int Count => items.Count;

    /// <inheritdoc/>
    public override IEnumerable<CelValue> Items => items;

    /// <inheritdoc/>
    public override CelValue this[int index] => items[index];
}

/// <summary>An array of JSON, read as far as it is gone through.</summary>
internal sealed class JsonList(JsonElement array) : CelList
{
    // An index goes over the items before it, some tens of them in the time of a step.
    private const int ItemsAStep = 32;

    /// <inheritdoc/>
    public override int Count => array.GetArrayLength();

    /// <inheritdoc/>
    public override int StepsToIndex => Count / ItemsAStep;

    /// <inheritdoc/>
    public override IEnumerable<CelValue> Items => array.EnumerateArray().Select(JsonValues.Of);

    /// <inheritdoc/>
    public override CelValue this[int index] => JsonValues.Of(array[index]);
}
