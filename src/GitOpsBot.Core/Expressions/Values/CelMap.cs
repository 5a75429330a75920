using System.Text.Json;
using GitOpsBot.Core.Expressions.Types;

namespace GitOpsBot.Core.Expressions.Values;

/// <summary>A map with keys of int, uint, bool or string. Closed: made by an expression, an object of JSON, labels, or a record.</summary>
internal abstract class CelMap
{
    /// <summary>How many entries.</summary>
    public abstract int Count { get; }

    /// <summary>Its type.</summary>
    public virtual CelType Type => CelType.AnyMap;

    /// <summary>What finding a key costs, beyond one step.</summary>
    public virtual int StepsToFind => 0;

    /// <summary>Entries, in a fixed order.</summary>
    public abstract IEnumerable<(CelValue Key, CelValue Value)> Entries { get; }

    /// <summary>The value of a key of any kind, or <see cref="CelKind.None"/>.</summary>
    public abstract CelValue Find(CelValue key);

    /// <summary>The value of a field, or <see cref="CelKind.None"/>.</summary>
    public virtual CelValue Find(string field) => Find(CelValue.Text(field));
}

/// <summary>A map that an expression or a host made. Keys that are the same number are the same key, whatever their type.</summary>
internal sealed class MadeMap : CelMap
{
    private readonly List<(CelValue Key, CelValue Value)> entries = [];
    private readonly Dictionary<object, int> places = [];

    /// <inheritdoc/>
    public override int Count => entries.Count;

    /// <inheritdoc/>
    public override IEnumerable<(CelValue Key, CelValue Value)> Entries => entries;

    /// <summary>Whether a value can be a key.</summary>
    public static bool IsKey(CelValue key) => key.Kind is CelKind.Text or CelKind.Int or CelKind.Uint or CelKind.Bool;

    /// <summary>Adds an entry; false when the key is there already. Only while the map is being made.</summary>
    public bool Add(CelValue key, CelValue value)
    {
        if (!places.TryAdd(Canonical(key)!, entries.Count))
        {
            return false;
        }

        entries.Add((key, value));
        return true;
    }

    /// <inheritdoc/>
    public override CelValue Find(CelValue key) => Canonical(key) is { } same && places.TryGetValue(same, out var place) ? entries[place].Value : default;

    /// <inheritdoc/>
    public override CelValue Find(string field) => places.TryGetValue(field, out var place) ? entries[place].Value : default;

    // One boxed form for each number that is whole: a long where it fits, else a ulong.
    private static object? Canonical(CelValue key) => key.Kind switch
    {
        CelKind.Text => key.AsText,
        CelKind.Bool => key.IsTrue,
        CelKind.Int => key.AsInt,
        CelKind.Uint => key.AsUint <= long.MaxValue ? (long)key.AsUint : key.AsUint,
        CelKind.Double when Math.Floor(key.AsDouble).Equals(key.AsDouble) => key.AsDouble switch
        {
            >= -9223372036854775808.0 and < 9223372036854775808.0 => (long)key.AsDouble,
            >= 0 and < 18446744073709551616.0 => (ulong)key.AsDouble,
            _ => null,
        },
        _ => null,
    };
}

/// <summary>An object of JSON.</summary>
internal sealed class JsonMap(JsonElement json) : CelMap
{
    // A look-up goes through the properties one by one, some tens of them in the time of a step.
    private const int PropertiesAStep = 32;

    /// <inheritdoc/>
    public override int StepsToFind => Count / PropertiesAStep;

    /// <inheritdoc/>
    public override int Count => json.GetPropertyCount();

    /// <inheritdoc/>
    public override IEnumerable<(CelValue Key, CelValue Value)> Entries => json.EnumerateObject().Select(p => (CelValue.Text(p.Name), JsonValues.Of(p.Value)));

    /// <inheritdoc/>
    public override CelValue Find(CelValue key) => key.Kind == CelKind.Text ? Find(key.AsText) : default;

    /// <inheritdoc/>
    public override CelValue Find(string field) => json.TryGetProperty(field, out var value) ? JsonValues.Of(value) : default;
}

/// <summary>A map from text to text that a host has, such as labels.</summary>
internal sealed class TextMap(IReadOnlyDictionary<string, string> texts) : CelMap
{
    /// <inheritdoc/>
    public override int Count => texts.Count;

    /// <inheritdoc/>
    public override IEnumerable<(CelValue Key, CelValue Value)> Entries => texts.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => (CelValue.Text(t.Key), CelValue.Text(t.Value)));

    /// <inheritdoc/>
    public override CelValue Find(CelValue key) => key.Kind == CelKind.Text ? Find(key.AsText) : default;

    /// <inheritdoc/>
    public override CelValue Find(string field) => texts.TryGetValue(field, out var text) ? CelValue.Text(text) : default;
}

/// <summary>A value with the fields that its type declares; those without a value are not there.</summary>
internal sealed class CelRecord(CelType type, params (string Field, CelValue Value)[] fields) : CelMap
{
    /// <inheritdoc/>
    public override int Count => Entries.Count();

    /// <inheritdoc/>
    public override CelType Type => type;

    /// <inheritdoc/>
    public override IEnumerable<(CelValue Key, CelValue Value)> Entries =>
        fields.Where(f => f.Value.Kind != CelKind.None).Select(f => (CelValue.Text(f.Field), f.Value));

    /// <inheritdoc/>
    public override CelValue Find(CelValue key) => key.Kind == CelKind.Text ? Find(key.AsText) : default;

    /// <inheritdoc/>
    public override CelValue Find(string field)
    {
        foreach (var (name, value) in fields)
        {
            if (name == field)
            {
                return value;
            }
        }

        return default;
    }
}
