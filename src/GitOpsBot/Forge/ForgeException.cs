namespace GitOpsBot.Forge;

/// <summary>The forge did not answer, or refused. The message never holds a secret.</summary>
public sealed class ForgeException(string message, bool isTransient, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it may succeed later.</summary>
    public bool IsTransient => isTransient;
}
