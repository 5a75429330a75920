using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>A registry could not be read. The message names host and repository and never holds a secret.</summary>
/// <param name="message">One sentence.</param>
/// <param name="isTransient">Whether the same request may succeed later (unreachable, 429, 5xx) rather than being refused.</param>
/// <param name="code">Set when the content is at fault: <c>content-digest-mismatch</c>, <c>limit</c> or <c>malformed</c>.</param>
/// <param name="inner">What caused it.</param>
public sealed class RegistryException(string message, bool isTransient, RejectionCode? code = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it may succeed later.</summary>
    public bool IsTransient => isTransient;

    /// <summary>What is wrong with the content, when that is the reason.</summary>
    public RejectionCode? Code => code;

    /// <summary>How long the registry asked to wait, when it did.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
