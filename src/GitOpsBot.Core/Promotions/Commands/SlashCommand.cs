namespace GitOpsBot.Core.Promotions.Commands;

/// <summary>What a person asks for in a comment (SPEC section 6, "Slash commands"). Closed.</summary>
public abstract record SlashCommand
{
    private SlashCommand() { }

    /// <summary><c>/help</c>.</summary>
    public sealed record Help : SlashCommand;

    /// <summary><c>/status</c>: why not yet.</summary>
    public sealed record Status : SlashCommand;

    /// <summary><c>/retry</c>: judge anew.</summary>
    public sealed record Retry : SlashCommand;

    /// <summary><c>/hold [reason]</c>.</summary>
    public sealed record Hold(string? Reason) : SlashCommand;

    /// <summary><c>/unhold</c>.</summary>
    public sealed record Unhold : SlashCommand;

    /// <summary><c>/approve</c>.</summary>
    public sealed record Approve : SlashCommand;

    /// <summary><c>/promote PIPELINE [VERSION|DIGEST] to ENVIRONMENT</c>.</summary>
    public sealed record Promote(string Pipeline, string? What, string Environment) : SlashCommand;

    /// <summary><c>/rollback [ENVIRONMENT] REASON</c>.</summary>
    public sealed record Rollback(string? Environment, string Reason) : SlashCommand;

    /// <summary>A command of the format that this version does not carry out yet.</summary>
    public sealed record NotBuilt(string Word) : SlashCommand;
}

/// <summary>A comment, read. Closed.</summary>
public abstract record ParsedComment
{
    private ParsedComment() { }

    /// <summary>These commands, in order; none is a comment that asks for nothing.</summary>
    public sealed record Commands(IReadOnlyList<SlashCommand> All) : ParsedComment;

    /// <summary>A known word with wrong arguments refuses the whole comment.</summary>
    public sealed record Refused(string Reason) : ParsedComment;
}
