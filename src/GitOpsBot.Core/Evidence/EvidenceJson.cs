using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace GitOpsBot.Core.Evidence;

/// <summary>How JSON from strangers is read: strictly, no deeper than this, and no key twice, so that no two programs read it differently.</summary>
internal static class EvidenceJson
{
    private const int Deepest = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Deepest, AllowDuplicateProperties = false };

    /// <summary>The value, or a <see cref="RejectionCode.Malformed"/> rejection that says where it breaks.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, string what, out JsonElement value, [NotNullWhen(false)] out Rejection? rejection)
    {
        if (!System.Text.Unicode.Utf8.IsValid(json.Span))
        {
            (value, rejection) = (default, new Rejection(RejectionCode.Malformed, $"The {what} is not UTF-8."));
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            value = document.RootElement.Clone();
            rejection = value.ValueKind == JsonValueKind.Object ? null : new Rejection(RejectionCode.Malformed, $"The {what} is not a JSON object.");
            return rejection is null;
        }
        catch (JsonException e)
        {
            value = default;
            rejection = new Rejection(RejectionCode.Malformed, $"The {what} is not JSON that can be trusted to read one way (line {e.LineNumber + 1}, byte {e.BytePositionInLine}).");
            return false;
        }
    }

    /// <summary>A text under a key; null when there is none, or it is something else.</summary>
    public static string? Text(this JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>What stands under a key; undefined when nothing does.</summary>
    public static JsonElement At(this JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) ? value : default;

    /// <summary>Base64 in the standard or the URL alphabet, as DSSE allows both; null when it is neither.</summary>
    public static byte[]? FromBase64(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var standard = text.Replace('-', '+').Replace('_', '/');
        if (text.Contains('-', StringComparison.Ordinal) || text.Contains('_', StringComparison.Ordinal))
        {
            standard = standard.PadRight((standard.Length + 3) / 4 * 4, '=');
        }

        var bytes = new byte[(standard.Length / 4 * 3) + 3];
        // Spaces and line ends would make two texts of one signature.
        return !standard.Any(char.IsWhiteSpace) && Convert.TryFromBase64String(standard, bytes, out var length) ? bytes[..length] : null;
    }
}
