using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Commands;

/// <summary>One pass.</summary>
/// <param name="Settings">The bot's settings; the data directory can be written.</param>
/// <param name="Only">The one repository to look at, or null for all.</param>
/// <param name="Acts">False for <c>plan</c>: nothing is written but caches.</param>
/// <param name="Logs">Where it logs.</param>
internal sealed record PassRequest(BotSettings Settings, RepositorySettings? Only, bool Acts, ILoggerFactory Logs);

/// <summary>A look at the set-up.</summary>
/// <param name="Settings">The bot's settings.</param>
/// <param name="Only">The one repository to look at, or null for all.</param>
/// <param name="Logs">Where it logs.</param>
internal sealed record DoctorRequest(BotSettings Settings, RepositorySettings? Only, ILoggerFactory Logs);

/// <summary>What is attached to one artifact, judged by a policy.</summary>
/// <param name="Settings">The bot's settings.</param>
/// <param name="Reference">What to look at.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Repository">Whose base branch the documents come from; null when <paramref name="Folder"/> is given.</param>
/// <param name="Folder">The folder the documents come from, or null.</param>
/// <param name="Logs">Where it logs.</param>
internal sealed record VerifyRequest(BotSettings Settings, ImageReference Reference, string Policy, RepositorySettings? Repository, string? Folder, ILoggerFactory Logs);

/// <summary>The answer to <see cref="VerifyRequest"/>.</summary>
/// <param name="Reference">What was asked about, as written.</param>
/// <param name="Digest">The digest that was judged.</param>
/// <param name="Evidence">Everything attached, believed or not.</param>
/// <param name="Verdict">The gates about evidence, judged; the others pending.</param>
internal sealed record VerifyReport(string Reference, Digest Digest, IReadOnlyList<EvidenceItem> Evidence, Verdict Verdict);

/// <summary>The condition of one gate of the policy, on one artifact.</summary>
/// <param name="Of">What is looked at, as for <c>verify</c>.</param>
/// <param name="Gate">The gate's name.</param>
internal sealed record ExplainRequest(VerifyRequest Of, string Gate);

/// <summary>What a person asks for at the terminal. Closed.</summary>
internal abstract record Ask
{
    private Ask() { }

    /// <summary><c>promote PIPELINE VERSION|DIGEST to ENVIRONMENT</c>.</summary>
    public sealed record Promote(string Pipeline, string What, string Environment) : Ask;

    /// <summary><c>rollback ENVIRONMENT REASON [--pipeline P] [--to DIGEST]</c>.</summary>
    public sealed record Rollback(string Environment, string Reason, string? Pipeline, Digest? To) : Ask;

    /// <summary><c>hold PIPELINE ENVIRONMENT [REASON]</c>.</summary>
    public sealed record Hold(string Pipeline, string Environment, string? Reason) : Ask;

    /// <summary><c>unhold PIPELINE ENVIRONMENT [REASON]</c>.</summary>
    public sealed record Unhold(string Pipeline, string Environment, string? Reason) : Ask;

    /// <summary><c>freeze ENVIRONMENT|all [until TIME] REASON</c>.</summary>
    public sealed record Freeze(string Environment, DateTimeOffset? Until, string Reason) : Ask;

    /// <summary><c>unfreeze ENVIRONMENT|all</c>.</summary>
    public sealed record Unfreeze(string Environment) : Ask;
}

/// <summary>A person asks for something in one repository. On the local forge the login is believed.</summary>
internal sealed record AskRequest(BotSettings Settings, RepositorySettings Repository, string Login, Ask Ask, ILoggerFactory Logs);

/// <summary>Something about the pull requests of one repository.</summary>
internal sealed record PullRequestRequest(BotSettings Settings, RepositorySettings Repository, string Login, ILoggerFactory Logs);

/// <summary>A pull request with its conversation, approvals and the status of its head.</summary>
internal sealed record PullRequestView(PullRequest PullRequest, IReadOnlyList<Comment> Comments, IReadOnlyList<Review> Approvals, CommitStatus? Status);

/// <summary>The demonstration.</summary>
/// <param name="Folder">Where to build the world; null for a temporary folder.</param>
/// <param name="Keep">Whether it stays.</param>
/// <param name="Out">Where it tells what happens; for <c>--output json</c> not standard output.</param>
/// <param name="Logs">Where it logs.</param>
internal sealed record DemoRequest(string? Folder, bool Keep, TextWriter Out, ILoggerFactory Logs);
