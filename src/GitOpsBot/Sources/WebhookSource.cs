using System.Net.Http.Headers;
using System.Text;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Sources;

/// <summary>Asks one webhook for a decision: a POST of JSON, answered with JSON (Open Policy Agent's Data API). What it says is judged elsewhere.</summary>
internal sealed class WebhookSource(SourceClient client)
{
    /// <summary>The body of the answer.</summary>
    /// <exception cref="SourceException">There is none, or its status is not 200.</exception>
    public async Task<string> AskAsync(WebhookNeed need, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(need.Body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var (status, body) = await client.PostAsync(null, content, need.Timeout, cancellationToken);
        return status == 200 ? Encoding.UTF8.GetString(body.Span) : throw new SourceException($"{client.Name} answers with status {status}.", isSilent: false);
    }
}
