using System.Text.Json;
using System.Text.Unicode;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// JSON as evidence may use it (RFC 8259 without leeway): UTF-8 without a mark, no comments, no trailing commas, no property twice in one
/// object (two readers would read two things), every string readable. What comes out can be walked without an exception.
/// </summary>
public static class StrictJson
{
    /// <summary>16 MiB: the SBOMs we met stay under 8 MiB, and a parsed document costs about three times its bytes.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    /// <summary>64 levels: the deepest honest predicate (a CycloneDX component tree) stays under 30, and readers recurse.</summary>
    public const int MostDepth = 64;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = MostDepth };

    /// <summary>Reads a JSON object.</summary>
    /// <param name="content">The bytes, attacker-controlled.</param>
    /// <param name="what">What they are, as a sentence begins: <c>The envelope</c>.</param>
    /// <returns>The object; or <c>limit</c>, or <c>malformed</c> (also for JSON nested deeper than <see cref="MostDepth"/>).</returns>
    public static Checked<JsonElement> ReadObject(ReadOnlyMemory<byte> content, string what)
    {
        if (content.Length > MostBytes)
        {
            return new Rejection(RejectionCode.Limit, $"{what} may have at most {MostBytes} bytes, but has {content.Length}.");
        }

        if (!Utf8.IsValid(content.Span))
        {
            return new Rejection(RejectionCode.Malformed, $"{what} must be JSON in UTF-8, but is not UTF-8.");
        }

        try
        {
            var root = JsonElement.Parse(content.Span, Options);
            RefuseUnreadableStrings(content.Span);
            return root.ValueKind == JsonValueKind.Object
                ? root
                : new Rejection(RejectionCode.Malformed, $"{what} must be a JSON object, but is a JSON {root.ValueKind.ToString().ToLowerInvariant()}.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The message of a JsonException may repeat attacker-controlled text; its place says enough.
            var place = e is JsonException { LineNumber: { } line, BytePositionInLine: { } at } ? $" (line {line + 1}, byte {at + 1})" : "";
            return new Rejection(RejectionCode.Malformed, $"{what} must be strict JSON without repeated properties and at most {MostDepth} levels deep, but is not{place}.");
        }
    }

    // Half of a surrogate pair, escaped, is valid JSON that no .NET string can hold: GetString would throw in whoever reads it later.
    private static void RefuseUnreadableStrings(ReadOnlySpan<byte> content)
    {
        if (content.IndexOf(@"\ud"u8) < 0 && content.IndexOf(@"\uD"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = MostDepth });
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }
}
