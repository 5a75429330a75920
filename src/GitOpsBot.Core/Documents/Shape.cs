using System.Text.Json.Nodes;

namespace GitOpsBot.Core.Documents;

/// <summary>
/// What a YAML value may look like, said once: the same declaration reads the value, reports everything wrong with it at
/// its place, and describes itself as JSON Schema for editors.
/// </summary>
/// <typeparam name="T">What a well-formed value becomes.</typeparam>
public sealed class Shape<T>(Func<JsonObject> schema, Func<YamlNode, ICollection<Problem>, Shaped<T>> read)
{
    /// <summary>A fresh JSON Schema (draft 2020-12) for this shape.</summary>
    public JsonObject Schema() => schema();

    /// <summary>Reads a value; problems are added, all of them, and the result is empty when there was any that prevents a value.</summary>
    public Shaped<T> Read(YamlNode node, ICollection<Problem> problems) => read(node, problems);
}

/// <summary>A value that was read, or nothing because its problems have been reported.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly record struct Shaped<T>(bool IsRead, T? Value)
{
    /// <summary>A value.</summary>
    public static implicit operator Shaped<T>(T value) => new(true, value);
}
