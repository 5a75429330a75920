namespace GitOpsBot.Core.Expressions.Syntax;

/// <summary>The text is no expression. Never leaves <see cref="Parser.Parse"/>.</summary>
internal sealed class SyntaxException(int offset, string message) : Exception(message)
{
    /// <summary>Where, as a UTF-16 offset.</summary>
    public int Offset => offset;
}
