using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>Reads bytes from outside, never more than a limit, whatever length was announced: a body without an end costs the limit and no more.</summary>
internal static class BoundedContent
{
    private const int Step = 64 * 1024;

    /// <summary>All bytes of a stream.</summary>
    /// <param name="stream">Attacker-controlled.</param>
    /// <param name="announced">The length that was announced, or null; more than the limit is refused before anything is read.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <param name="what">What is read, for the sentence: <c>The manifest of ghcr.io/acme/checkout</c>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RegistryException">It is longer; code <c>limit</c>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, long? announced, long limit, string what, CancellationToken cancellationToken)
    {
        if (announced > limit)
        {
            throw TooLong(what, limit, announced);
        }

        using var buffer = new MemoryStream((int)Math.Min(announced ?? Step, limit));
        var step = new byte[Step];
        while (true)
        {
            var read = await stream.ReadAsync(step, cancellationToken);
            if (read == 0)
            {
                return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
            }

            if (buffer.Length + read > limit)
            {
                throw TooLong(what, limit, null);
            }

            buffer.Write(step, 0, read);
        }
    }

    private static RegistryException TooLong(string what, long limit, long? found) => new(
        $"{what} is too long: expected at most {limit} bytes, found {(found is { } length ? $"{length}" : "more")}.", isTransient: false, RejectionCode.Limit);
}
