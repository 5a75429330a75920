using System.Net.Http.Headers;
using System.Text;

namespace GitOpsBot.Registry;

/// <summary>What a registry asks for with 401 (RFC 9110, section 11.6.1; distribution specification, token authentication): <c>Basic</c>, or <c>Bearer</c> with a realm.</summary>
internal sealed record AuthChallenge(bool IsBearer, Uri? Realm, string? Service)
{
    /// <summary>Characters of a header that are looked at: real ones have some hundred.</summary>
    private const int LongestHeader = 4_096;

    /// <summary>The first challenge that is understood, Bearer before Basic; null when there is none.</summary>
    public static AuthChallenge? Read(HttpHeaderValueCollection<AuthenticationHeaderValue> headers)
    {
        foreach (var header in headers)
        {
            if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && header.Parameter is { Length: < LongestHeader } text)
            {
                var parameters = Parameters(text);
                return Uri.TryCreate(parameters.GetValueOrDefault("realm"), UriKind.Absolute, out var realm) && realm.Scheme is "http" or "https"
                    ? new AuthChallenge(true, realm, parameters.GetValueOrDefault("service"))
                    : new AuthChallenge(true, null, null);
            }
        }

        return headers.Any(h => h.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) ? new AuthChallenge(false, null, null) : null;
    }

    private static Dictionary<string, string> Parameters(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var at = 0;
        while (at < text.Length)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                break;
            }

            var key = text[at..equals].Trim(' ', ',', '\t');
            var value = new StringBuilder();
            at = equals + 1;
            if (at < text.Length && text[at] == '"')
            {
                for (at++; at < text.Length && text[at] != '"'; at++)
                {
                    if (text[at] == '\\' && at + 1 < text.Length)
                    {
                        at++;
                    }

                    value.Append(text[at]);
                }

                at++;
            }
            else
            {
                for (; at < text.Length && text[at] != ','; at++)
                {
                    value.Append(text[at]);
                }
            }

            // The first of two wins, and neither can be smuggled past the other.
            parameters.TryAdd(key, value.ToString().Trim());
        }

        return parameters;
    }
}
