using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Sigstore.Bundles;

/// <summary>
/// Reads messages in protobuf's JSON mapping (protobuf.dev, "ProtoJSON Format"), as strictly as Go's <c>protojson</c>, which is what Sigstore's
/// other strict verifiers read with: zeros, empties and nulls may be left out, both spellings of a name are known, a name that is not known is an error.
/// The first thing that is wrong is kept; what is read after it is worthless, so ask <see cref="Problem"/> before using any of it.
/// </summary>
internal sealed class ProtoReader
{
    /// <summary>What is wrong, or null.</summary>
    public Rejection? Problem { get; private set; }

    /// <summary>Opens a message.</summary>
    /// <param name="json">What should be an object.</param>
    /// <param name="name">What it is, as a sentence begins: <c>The bundle</c>.</param>
    /// <param name="fields">The names of all its fields, in lower camel case.</param>
    public ProtoMessage Open(JsonElement json, string name, IReadOnlyList<string> fields)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Fail($"{name} must be an object, but is {Quoted.Kind(json)}.");
            return new ProtoMessage(this, new Dictionary<string, JsonElement>(), name);
        }

        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            if (Field(property.Name, fields) is not { } field)
            {
                Fail($"{name} must have no fields but {string.Join(", ", fields)}; found {Quoted.Text(property.Name)}.");
            }
            else if (!values.TryAdd(field, property.Value))
            {
                Fail($"{name} must have each field once; found '{field}' in both spellings.");
            }
        }

        foreach (var absent in values.Where(v => v.Value.ValueKind == JsonValueKind.Null).Select(v => v.Key).ToList())
        {
            values.Remove(absent);
        }

        return new ProtoMessage(this, values, name);
    }

    /// <summary>Keeps what is wrong, unless something was before.</summary>
    public void Fail(string reason, RejectionCode code = RejectionCode.Malformed) => Problem ??= new Rejection(code, reason);

    // "rawBytes" or, as in the schema, "raw_bytes".
    private static string? Field(string written, IReadOnlyList<string> fields)
    {
        foreach (var field in fields)
        {
            if (written == field || (written.Contains('_', StringComparison.Ordinal) && written == Snake(field)))
            {
                return field;
            }
        }

        return null;
    }

    private static string Snake(string camel) =>
        string.Concat(camel.Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : c.ToString()));
}
