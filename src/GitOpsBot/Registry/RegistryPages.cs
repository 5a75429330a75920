using System.Net.Http.Headers;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>The pages of one listing, one after the other: on the registry's own host, none twice, and not without end.</summary>
internal sealed class RegistryPages(Uri endpoint, Uri first, string what)
{
    private readonly HashSet<string> _seen = [];
    private Uri? _next = first;

    /// <summary>The next page, or null after the last.</summary>
    /// <exception cref="RegistryException">It lies elsewhere, was seen before, or is one too many.</exception>
    public Uri? Next()
    {
        if (_next is not { } address)
        {
            return null;
        }

        _next = null;
        if (!RegistryConnection.IsSameHost(address, endpoint))
        {
            throw new RegistryException($"The next page of {what} lies on another host, {address.IdnHost}:{address.Port}; that is not followed.", false, RejectionCode.Malformed);
        }

        if (!_seen.Add(address.PathAndQuery))
        {
            throw new RegistryException($"The pages of {what} go round in a circle.", false, RejectionCode.Malformed);
        }

        return _seen.Count <= OciRegistry.MostPages
            ? address
            : throw new RegistryException($"There are too many pages of {what}: expected at most {OciRegistry.MostPages}.", false, RejectionCode.Limit);
    }

    /// <summary>Remembers where the page that was read leads; null when it was the last.</summary>
    public void Continue(Uri? next) => _next = next;

    /// <summary>Where an answer says that the next page is (RFC 8288, as the distribution specification uses it: <c>&lt;/v2/…&gt;; rel="next"</c>); null when it says nothing of the kind.</summary>
    public static Uri? Next(HttpResponseHeaders headers, Uri from)
    {
        if (!headers.TryGetValues("Link", out var links))
        {
            return null;
        }

        var next = links.SelectMany(l => l.Split(',')).FirstOrDefault(l => l.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase) || l.Contains("rel=next", StringComparison.OrdinalIgnoreCase));
        var (open, close) = (next?.IndexOf('<', StringComparison.Ordinal) ?? -1, next?.IndexOf('>', StringComparison.Ordinal) ?? -1);
        // Another host is refused where the link is used.
        return open >= 0 && close > open && Uri.TryCreate(from, next![(open + 1)..close], out var address) ? address : null;
    }
}
