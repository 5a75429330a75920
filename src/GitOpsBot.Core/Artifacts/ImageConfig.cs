using System.Globalization;
using System.Text.Json;

namespace GitOpsBot.Core.Artifacts;

/// <summary>What we read of an image's configuration (OCI image specification, "Image Configuration"): claims of the publisher.</summary>
public sealed record ImageConfig
{
    /// <summary>Bytes of a configuration: history and labels of the largest images stay far below.</summary>
    public const int LargestConfig = 4 * 1024 * 1024;

    // As Docker writes it, with a capital letter.
    private const string LabelsKey = "Labels";

    /// <summary>The platform it says it runs on; null when it does not say.</summary>
    public Platform? Platform { get; init; }

    /// <summary>When it says it was made; null when it does not say, or not in RFC 3339.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Labels; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads a configuration.</summary>
    public static Reading<ImageConfig> Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > LargestConfig)
        {
            return new Reading<ImageConfig>.TooLarge($"The image's configuration has {bytes.Length} bytes; expected at most {LargestConfig}.");
        }

        try
        {
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? ReadRoot(json.RootElement)
                : new Reading<ImageConfig>.Malformed("The image's configuration is not a JSON object.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new Reading<ImageConfig>.Malformed("The image's configuration is not well-formed JSON.");
        }
    }

    /// <summary>Reads a time in RFC 3339; null when it is none.</summary>
    public static DateTimeOffset? ReadTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static Reading<ImageConfig> ReadRoot(JsonElement root)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object
            && config.TryGetProperty(LabelsKey, out var map) && map.ValueKind == JsonValueKind.Object)
        {
            foreach (var label in map.EnumerateObject())
            {
                if (labels.Count == ManifestReader.MostEntries)
                {
                    return new Reading<ImageConfig>.TooLarge($"The image's configuration has more than {ManifestReader.MostEntries} labels.");
                }

                if (label.Value.ValueKind == JsonValueKind.String)
                {
                    labels[label.Name] = label.Value.GetString()!;
                }
            }
        }

        // Models (CNCF model specification, "Model Artifact Configuration") say the same things one level down.
        if (root.TryGetProperty("descriptor", out var model) && model.ValueKind == JsonValueKind.Object)
        {
            Label(labels, "org.opencontainers.image.version", Text(model, "version"));
            Label(labels, "org.opencontainers.image.revision", Text(model, "revision"));
            Label(labels, "org.opencontainers.image.created", Text(model, "createdAt"));
        }

        return new Reading<ImageConfig>.Done(new ImageConfig
        {
            Labels = labels,
            Created = ReadTime(Text(root, "created")),
            Platform = Text(root, "os") is { Length: > 0 } os && Text(root, "architecture") is { Length: > 0 } architecture
                ? new Platform(os, architecture, Text(root, "variant") is { Length: > 0 } variant ? variant : null)
                : null,
        });
    }

    private static void Label(Dictionary<string, string> labels, string name, string? value)
    {
        if (value is { Length: > 0 })
        {
            labels.TryAdd(name, value);
        }
    }

    private static string? Text(JsonElement parent, string key) =>
        parent.TryGetProperty(key, out var element) && element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}
