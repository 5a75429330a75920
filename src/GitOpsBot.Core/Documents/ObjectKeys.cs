using System.Text.Json.Nodes;

namespace GitOpsBot.Core.Documents;

/// <summary>A declared key of an object shape; the handle by which its value is taken out of <see cref="ObjectFields"/>.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed record ObjectKey<T>(string Name);

/// <summary>Collects the keys of an object shape while it is declared.</summary>
public sealed class ObjectKeys
{
    private readonly List<Declared> declared = [];

    private sealed record Declared(string Name, bool IsRequired, object? Fallback, Func<JsonObject> Schema, Func<YamlNode, ICollection<Problem>, (bool IsRead, object? Value)> Read);

    /// <summary>A key that must be there.</summary>
    public ObjectKey<T> Required<T>(string name, Shape<T> shape, string description) => Add(name, true, default, shape, description);

    /// <summary>A key that may be left out; its value is then <paramref name="fallback"/>.</summary>
    public ObjectKey<T> Optional<T>(string name, Shape<T> shape, T fallback, string description) => Add(name, false, fallback, shape, description);

    private ObjectKey<T> Add<T>(string name, bool isRequired, T? fallback, Shape<T> shape, string description)
    {
        declared.Add(new Declared(
            name, isRequired, fallback,
            () =>
            {
                var schema = shape.Schema();
                schema["description"] ??= description;
                return schema;
            },
            (node, problems) => shape.Read(node, problems) is var r && r.IsRead ? (true, r.Value) : (false, null)));
        return new ObjectKey<T>(name);
    }

    internal JsonObject Schema(string description)
    {
        var required = declared.Where(d => d.IsRequired).Select(d => (JsonNode)d.Name).ToArray();
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["description"] = description,
            ["properties"] = new JsonObject(declared.Select(d => KeyValuePair.Create(d.Name, (JsonNode?)d.Schema()))),
            ["additionalProperties"] = false,
        };
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required);
        }

        return schema;
    }

    internal ObjectFields? Read(YamlNode node, ICollection<Problem> problems)
    {
        if (node is not YamlNode.Mapping mapping)
        {
            problems.Add(node.Place.Says($"Expected a mapping with the keys {string.Join(", ", declared.Select(d => d.Name))}, found {Shapes.Kind(node)}."));
            return null;
        }

        var before = problems.Count;
        var values = declared.ToDictionary(d => d.Name, d => d.Fallback, StringComparer.Ordinal);
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Entries)
        {
            var match = declared.Find(d => d.Name == key.Text);
            if (match is null)
            {
                problems.Add(key.Place.Says($"Unknown key {Shown.Quoted(key.Text)}.{NearestName.Hint(key.Text, declared.Select(d => d.Name))}"));
                continue;
            }

            // A key with nothing behind it is a key left out, where it may be left out: also for Has, or "exactly one of" would be met by nothing.
            if (!match.IsRequired && value is YamlNode.Scalar scalar && Shapes.IsNull(scalar))
            {
                continue;
            }

            places[key.Text] = value.Place;
            values[key.Text] = match.Read(value, problems).Value;
        }

        foreach (var missing in declared.Where(d => d.IsRequired && !places.ContainsKey(d.Name)))
        {
            problems.Add(node.Place.Says($"The key '{missing.Name}' is missing."));
        }

        return problems.Count == before ? new ObjectFields(values, places, node.Place, problems) : null;
    }
}

/// <summary>The values of one object that was read without a problem so far.</summary>
public sealed class ObjectFields(IReadOnlyDictionary<string, object?> values, IReadOnlyDictionary<string, Place> places, Place place, ICollection<Problem> problems)
{
    /// <summary>Where the object begins.</summary>
    public Place Place => place;

    /// <summary>The value of a key, or its fallback.</summary>
    public T Get<T>(ObjectKey<T> key) => (T)values[key.Name]!;

    /// <summary>Whether the key was written, with something behind it.</summary>
    public bool Has<T>(ObjectKey<T> key) => places.ContainsKey(key.Name);

    /// <summary>Where the key's value stands, or the object where the key was not written.</summary>
    public Place PlaceOf<T>(ObjectKey<T> key) => places.GetValueOrDefault(key.Name, place);

    /// <summary>Reports a problem at the object.</summary>
    public void Says(string message) => problems.Add(place.Says(message));

    /// <summary>Reports a problem at a key's value.</summary>
    public void Says<T>(ObjectKey<T> key, string message) => problems.Add(PlaceOf(key).Says(message));
}
