using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Syntax;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>The end of the text.</summary>
    End,
    /// <summary>A name, reserved words included.</summary>
    Name,
    /// <summary>A field's name in backquotes.</summary>
    QuotedName,
    /// <summary>A literal that is complete.</summary>
    Literal,
    /// <summary>A whole number without u: a minus before it may belong to it.</summary>
    Whole,
    /// <summary>A number with a fraction or an exponent.</summary>
    Real,
    /// <summary>An operator or a bracket.</summary>
    Symbol,
}

/// <summary>A token with its place (UTF-16 offsets).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A name, a symbol, or a number as written.</param>
/// <param name="Value">The value of a literal.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct Token(TokenKind Kind, string Text, CelValue Value, int Start, int End);
