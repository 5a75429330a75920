namespace GitOpsBot.Sources;

/// <summary>A source gave no answer that counts. The message names the source, never its address, and is one sentence for people.</summary>
/// <param name="message">The sentence.</param>
/// <param name="isSilent">Whether it did not answer at all, so that asking it again in the same pass would only cost time.</param>
/// <param name="inner">What happened.</param>
internal sealed class SourceException(string message, bool isSilent, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it did not answer at all.</summary>
    public bool IsSilent => isSilent;
}
