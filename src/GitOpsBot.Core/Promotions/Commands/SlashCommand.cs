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
    /// <param name="Pipeline">A name, not looked up yet.</param>
    /// <param name="What">A tag or a digest; null for the newest that may move.</param>
    /// <param name="Environment">A name, not looked up yet.</param>
    public sealed record Promote(string Pipeline, string? What, string Environment) : SlashCommand;

    /// <summary><c>/rollback [ENVIRONMENT] REASON</c>.</summary>
    /// <param name="Environment">One that exists; null for that of the pull request.</param>
    /// <param name="Reason">One line, never empty.</param>
    public sealed record Rollback(string? Environment, string Reason) : SlashCommand;

    /// <summary><c>/freeze ENVIRONMENT|all [until TIME] REASON</c>.</summary>
    /// <param name="Environment">One that exists, or <c>all</c>.</param>
    /// <param name="Until">When it ends by itself; null: when it is lifted.</param>
    /// <param name="Reason">One line, never empty.</param>
    public sealed record Freeze(string Environment, DateTimeOffset? Until, string Reason) : SlashCommand;

    /// <summary><c>/unfreeze ENVIRONMENT|all</c>.</summary>
    /// <param name="Environment">One that exists, or <c>all</c>.</param>
    public sealed record Unfreeze(string Environment) : SlashCommand;

    /// <summary><c>/override GATE REASON</c>.</summary>
    /// <param name="Gate">A gate's name, not looked up yet.</param>
    /// <param name="Reason">One line, never empty.</param>
    public sealed record Override(string Gate, string Reason) : SlashCommand;
}

/// <summary>A command and the line of the comment it stands on, counted from 1.</summary>
public sealed record WrittenCommand(int Line, SlashCommand Command);

/// <summary>A comment, read. Closed.</summary>
public abstract record ParsedComment
{
    private ParsedComment() { }

    /// <summary>These commands, in order; none is a comment that asks for nothing.</summary>
    public sealed record Commands(IReadOnlyList<WrittenCommand> Written) : ParsedComment
    {
        /// <summary>The commands alone.</summary>
        public IReadOnlyList<SlashCommand> All { get; } = [.. Written.Select(w => w.Command)];
    }

    /// <summary>A known word with wrong arguments refuses the whole comment. The sentence quotes what was written and is not neutralised.</summary>
    public sealed record Refused(string Reason) : ParsedComment;
}
