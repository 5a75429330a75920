using System.Text.Json;

namespace GitOpsBot.Core.Evidence;

/// <summary>Walking JSON that <see cref="StrictJson"/> read: what is not there, or is something else, is absent and never an exception.</summary>
internal static class EvidenceJson
{
    /// <summary>A text under a key; null when there is none, or it is something else.</summary>
    public static string? Text(this JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>What stands under a key; undefined when nothing does.</summary>
    public static JsonElement At(this JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) ? value : default;
}
