using System.Text;
using System.Text.Json;

namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>
/// Reads JSON into the same nodes as YAML, with offsets into the text. A reader of its own, because a YAML reader refuses the tabs that JSON
/// may be indented with. Comments and last commas are let pass: many tools write them.
/// </summary>
internal ref struct MarkedJson
{
    private readonly ManifestSource source;
    private readonly ReadOnlySpan<byte> bytes;
    private Utf8JsonReader reader;
    private int countedBytes;
    private int countedCharacters;

    private MarkedJson(ManifestSource source, ReadOnlySpan<byte> bytes)
    {
        this.source = source;
        this.bytes = bytes;
        reader = new Utf8JsonReader(bytes, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MarkedYaml.Deepest, AllowMultipleValues = true,
        });
    }

    /// <summary>The values of a file; <paramref name="utf8"/> are the bytes of its text.</summary>
    public static Structure Read(ManifestSource source, ReadOnlySpan<byte> utf8)
    {
        var json = new MarkedJson(source, utf8);
        var values = new List<MarkedNode>();
        try
        {
            while (json.reader.Read())
            {
                values.Add(json.Node());
            }

            return new Structure(values, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Attacker-controlled; the reader names lines and bytes, people count characters.
            var what = source.Text.Contains("{{", StringComparison.Ordinal) ? "it holds a template" : "something is written here that is not expected";
            return new Structure([], source.PlaceOf(json.Characters((int)json.reader.BytesConsumed)).Says($"This file is not JSON that can be read: {what}."));
        }
    }

    private MarkedNode Node()
    {
        var start = Characters((int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var mapping = new MarkedMapping(source, start, isFlow: true);
                while (Next() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var key = Scalar();
                    Next();
                    mapping.Entries.Add((key, Node()));
                }

                return mapping;
            case JsonTokenType.StartArray:
                var sequence = new MarkedSequence(source, start);
                while (Next() && reader.TokenType != JsonTokenType.EndArray)
                {
                    sequence.Items.Add(Node());
                }

                return sequence;
            default:
                return Scalar();
        }
    }

    private bool Next() => reader.Read() ? true : throw new JsonException("The file ends too early.");

    private MarkedScalar Scalar()
    {
        var start = Characters((int)reader.TokenStartIndex);
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            var value = Encoding.UTF8.GetString(reader.ValueSpan);
            return new MarkedScalar(source, value, new TextSpan(start, start + value.Length), Writing.Plain, start, start + value.Length);
        }

        // TokenStartIndex is that of the quote; of a property's name, too.
        var text = reader.GetString()!;
        var end = Characters((int)reader.TokenStartIndex + reader.ValueSpan.Length + 2);
        return new MarkedScalar(source, text, reader.ValueIsEscaped ? null : new TextSpan(start + 1, end - 1), Writing.Quoted, start, end);
    }

    // Offsets only ever grow, so each byte is counted once.
    private int Characters(int offset)
    {
        if (bytes.Length == source.Text.Length)
        {
            return offset;
        }

        if (offset < countedBytes)
        {
            (countedBytes, countedCharacters) = (0, 0);
        }

        countedCharacters += Encoding.UTF8.GetCharCount(bytes[countedBytes..offset]);
        countedBytes = offset;
        return countedCharacters;
    }
}
