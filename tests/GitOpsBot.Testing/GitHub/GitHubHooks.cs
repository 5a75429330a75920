using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace GitOpsBot.Testing.GitHub;

/// <summary>Sends webhooks as GitHub does: JSON, signed over its raw bytes, with event and delivery id in headers.</summary>
/// <param name="to">Where the bot listens.</param>
/// <param name="secret">What both know.</param>
public sealed class GitHubHooks(Uri to, string secret) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = to };

    /// <summary>Delivers one; a delivery that is repeated bears the same id again.</summary>
    public async Task<HttpStatusCode> DeliverAsync(string kind, string payload, string? delivery = null, CancellationToken cancellationToken = default)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/github") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("GitHub-Hookshot/0000000");
        request.Headers.Add("X-GitHub-Event", kind);
        request.Headers.Add("X-GitHub-Delivery", delivery ?? Guid.NewGuid().ToString());
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), bytes)));
        using var answer = await http.SendAsync(request, cancellationToken);
        return answer.StatusCode;
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
