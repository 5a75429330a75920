using System.Text.Json;

namespace GitOpsBot.Core.Evidence;

/// <summary>How a value that a stranger wrote stands in a sentence of ours: short, and without characters that could act on a terminal or in Markdown.</summary>
internal static class Quoted
{
    private const int MostCharacters = 100; // Longer than any honest type URI's distinguishing part; a sentence stays a sentence.

    /// <summary>The text in quotes, or <c>missing</c>.</summary>
    public static string Text(string? text)
    {
        if (text is null)
        {
            return "missing";
        }

        var cut = text.Length > MostCharacters ? text[..MostCharacters] + "…" : text;
        return $"'{string.Concat(cut.Select(c => char.IsAscii(c) ? char.IsControl(c) || c == '`' ? '?' : c : c == '…' ? c : '?'))}'";
    }

    /// <summary>The kind of a JSON value: <c>an array</c>, <c>a number</c>.</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "missing",
        JsonValueKind.Array or JsonValueKind.Object => "an " + value.ValueKind.ToString().ToLowerInvariant(),
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "a " + value.ValueKind.ToString().ToLowerInvariant(),
    };
}
