using System.Net;

namespace GitOpsBot.Forge.GitHub;

/// <summary>An answer that may be used again while GitHub says that nothing changed.</summary>
internal sealed record RememberedAnswer(string ETag, HttpStatusCode Status, byte[] Body, string? ContentType, string? Link);

/// <summary>
/// Answers with their ETag, by address, so that reading again what did not change costs nothing (GitHub, "Use conditional requests if
/// appropriate"). One instance for each set of credentials: what one may see is never shown to another. In memory: losing it costs one reading.
/// </summary>
internal sealed class RememberedAnswers
{
    // An answer of a hundred pull requests has about 2 MB; several thousand reviews and statuses are small.
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly Lock door = new();
    private readonly Dictionary<string, LinkedListNode<(string Address, RememberedAnswer Answer)>> byAddress = [];
    private readonly LinkedList<(string Address, RememberedAnswer Answer)> used = [];
    private long bytes;

    /// <summary>The answer for an address, or null.</summary>
    public RememberedAnswer? Find(string address)
    {
        lock (door)
        {
            if (!byAddress.TryGetValue(address, out var node))
            {
                return null;
            }

            used.Remove(node);
            used.AddFirst(node);
            return node.Value.Answer;
        }
    }

    /// <summary>Keeps an answer; the longest unused make room.</summary>
    public void Keep(string address, RememberedAnswer answer)
    {
        lock (door)
        {
            if (byAddress.Remove(address, out var old))
            {
                used.Remove(old);
                bytes -= old.Value.Answer.Body.Length;
            }

            byAddress[address] = used.AddFirst((address, answer));
            bytes += answer.Body.Length;
            while (bytes > MostBytes && used.Last is { } last)
            {
                used.RemoveLast();
                byAddress.Remove(last.Value.Address);
                bytes -= last.Value.Answer.Body.Length;
            }
        }
    }
}
