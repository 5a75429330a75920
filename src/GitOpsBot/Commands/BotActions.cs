using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Commands;

/// <summary>
/// What the commands can have done. The command line parses, checks and prints; an action does. An action that is missing answers that this
/// build does not have it. Actions may throw the exceptions of registry, Git and forge: the command line says their message and exits with 1.
/// </summary>
internal sealed record BotActions
{
    /// <summary>One pass; also the worker's.</summary>
    public Func<PassRequest, CancellationToken, Task<Answer<PassReport>>>? Pass { get; init; }

    /// <summary>Forgets what is remembered of a repository's checks, since somebody asked for one to be run again.</summary>
    public Action<Hosting.Settings.BotSettings, Hosting.Settings.RepositorySettings, string?>? LookAnew { get; init; }

    /// <summary>A look at the set-up; nothing is changed but caches.</summary>
    public Func<DoctorRequest, CancellationToken, Task<Answer<Doctor.DoctorReport>>>? Doctor { get; init; }

    /// <summary>What is attached to an artifact. <c>Wrong</c> for a policy that is not known.</summary>
    public Func<VerifyRequest, CancellationToken, Task<Answer<VerifyReport>>>? Verify { get; init; }

    /// <summary>A gate's condition on one artifact. <c>Wrong</c> for a policy or gate that is not known, or a gate without a condition.</summary>
    public Func<ExplainRequest, CancellationToken, Task<Answer<ExpressionReport>>>? Explain { get; init; }

    /// <summary>An expression on the facts of a file, or on none. <c>Wrong</c> when one of both cannot be read.</summary>
    public Func<string, string?, Answer<ExpressionReport>>? ExplainText { get; init; }

    /// <summary>One Sigstore bundle.</summary>
    public Func<BundleRequest, Core.Evidence.EvidenceItem>? VerifyBundle { get; init; }

    /// <summary>Promote, roll back, hold, unhold; the answer is a sentence for the person.</summary>
    public Func<AskRequest, CancellationToken, Task<Answer<string>>>? Ask { get; init; }

    /// <summary>All pull requests, oldest first.</summary>
    public Func<PullRequestRequest, CancellationToken, Task<Answer<IReadOnlyList<PullRequest>>>>? ListPullRequests { get; init; }

    /// <summary>One pull request by number.</summary>
    public Func<PullRequestRequest, int, CancellationToken, Task<Answer<PullRequestView>>>? ShowPullRequest { get; init; }

    /// <summary>A comment by the person, slash commands included; the answer is a sentence.</summary>
    public Func<PullRequestRequest, int, string, CancellationToken, Task<Answer<string>>>? CommentPullRequest { get; init; }

    /// <summary>An approval by the person of the head as it is now; the answer is a sentence.</summary>
    public Func<PullRequestRequest, int, CancellationToken, Task<Answer<string>>>? ApprovePullRequest { get; init; }

    /// <summary>Judges again and merges; <c>No</c> unless every gate has passed.</summary>
    public Func<PullRequestRequest, int, CancellationToken, Task<Answer<string>>>? MergePullRequest { get; init; }

    /// <summary>The demonstration; the answer is its exit status.</summary>
    public Func<DemoRequest, CancellationToken, Task<Answer<int>>>? Demo { get; init; }
}
