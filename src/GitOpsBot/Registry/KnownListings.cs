using System.Collections.Concurrent;

namespace GitOpsBot.Registry;

/// <summary>
/// Asks for pages of tags and referrers, conditionally where an earlier answer had an <c>ETag</c> (RFC 9110, section 13.1.2), so that what did not
/// change is not sent again. Only the registry itself says that nothing changed. Safe for concurrent use.
/// </summary>
internal sealed class KnownListings(RegistryConnection connection)
{
    /// <summary>Bytes of all answers kept: thousands of repositories with a page each.</summary>
    private const long MostBytes = 16 * 1024 * 1024;

    /// <summary>Bytes of an answer that is kept; longer ones would leave no room for others.</summary>
    private const int LargestKept = 256 * 1024;

    private readonly ConcurrentDictionary<string, RegistryAnswer> _known = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>The answer, new or as it was.</summary>
    /// <exception cref="RegistryException">There is no answer that the question understands.</exception>
    public async Task<RegistryAnswer> AskAsync(RegistryQuestion question, CancellationToken cancellationToken)
    {
        var key = question.Address.PathAndQuery;
        var known = _known.GetValueOrDefault(key);
        var answer = await connection.AskAsync(question with { Validator = known?.ETag }, cancellationToken);
        if (answer.Status == 304 && known is not null)
        {
            return known;
        }

        if (answer is { Status: 200, ETag: not null, Body.Length: <= LargestKept })
        {
            Keep(key, answer);
        }
        else
        {
            _known.TryRemove(key, out _);
        }

        return answer;
    }

    private void Keep(string key, RegistryAnswer answer)
    {
        if (Interlocked.Add(ref _bytes, answer.Body.Length) > MostBytes)
        {
            // Rarely enough that nothing finer pays: each is asked for in full once more.
            _known.Clear();
            Interlocked.Exchange(ref _bytes, answer.Body.Length);
        }

        // A copy, because the buffer that was read into is larger than what came.
        _known[key] = answer with { Body = answer.Body.ToArray() };
    }
}
