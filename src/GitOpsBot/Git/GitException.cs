namespace GitOpsBot.Git;

/// <summary>A Git repository could not be read or written. The message never holds a secret.</summary>
public sealed class GitException(string message, bool isTransient, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it may succeed later.</summary>
    public bool IsTransient => isTransient;
}
