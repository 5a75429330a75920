using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace GitOpsBot.Hosting.Webhooks;

/// <summary>The body of a webhook: bounded before anything is done with it.</summary>
internal static class WebhookBody
{
    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 64 };

    /// <summary>Reads it whole; null when it is larger.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int largest, CancellationToken cancellationToken)
    {
        if (request.ContentLength > largest)
        {
            return null;
        }

        // The bound is ours; the server's own is smaller than what GitHub may send.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }

        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (read.Length + count > largest)
            {
                return null;
            }

            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    /// <summary>Reads JSON; null when it is none.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, Bounded);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The text at a path of keys, or null.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(key, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }
}
