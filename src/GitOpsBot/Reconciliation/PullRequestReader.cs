using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Core.Promotions.Commands;
using GitOpsBot.Forge;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>Reads what an open pull request on one of the bot's branches proposes, whose work it is, and which approvals count for it.</summary>
internal sealed class PullRequestReader(
    ManifestRepository git, IForge forge, FolderReader folders, PromotionCommits commits, BotState state, AccessDesk access, IReadOnlySet<string> environments, string revision)
{
    private readonly Dictionary<int, IReadOnlyList<(string Login, string Head, DateTimeOffset At)>> given = [];
    private readonly HashSet<int> fetched = [];

    /// <summary>The pull request as the planner sees it.</summary>
    /// <param name="open">The pull request.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="mayCount">Whether anybody's approval may count for it; where none may, none is asked for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ObservedPullRequest> ReadAsync(
        PullRequest open, Pipeline pipeline, PromotionEnvironment environment, bool mayCount, CancellationToken cancellationToken)
    {
        var foreign = commits.Foreign(open.HeadSha, revision, pipeline, environment);
        var proposes = Proposed(open.HeadSha, pipeline, environment);
        var status = await forge.GetStatusAsync(open.HeadSha, cancellationToken);
        return new ObservedPullRequest(
            open.Number, open.HeadSha, proposes, foreign,
            NeedsRenewal: git.TreeId(Below(open.HeadSha), environment.Path) != git.TreeId(revision, environment.Path) || (open.IsBehind && Below(open.HeadSha) != revision),
            ApprovedBy: proposes is null || !mayCount ? [] : [.. (await ApprovalsAsync(open, proposes, pipeline, environment, [], cancellationToken)).Given.Select(a => a.Login).Distinct(StringComparer.OrdinalIgnoreCase)],
            new PullRequestFace(
                open.Title, open.Body, [.. open.Labels.Order(StringComparer.Ordinal)], status is null ? null : (Word(status.State), status.Description)));
    }

    /// <summary>What a head would put into the folder as it stands now; null when it cannot be said, or when it stands there already.</summary>
    public Promotion? Proposed(string head, Pipeline pipeline, PromotionEnvironment environment) =>
        folders.Read(head, pipeline, environment).State is FolderState.Stands { What: var what }
        && !(folders.Read(revision, pipeline, environment).State is FolderState.Stands now && now.What.Equals(what))
            ? commits.Moved(revision, pipeline, environment, what)
            : null;

    /// <summary>
    /// Approvals of a promotion: reviews, and <c>/approve</c> comments that were accepted and still stand, each by somebody who may approve, given to
    /// a head that the bot itself made for the very same <c>Promotion-Id</c> (SPEC section 3). And why nobody can say of others that were given whether
    /// they are: of what was merged, heads that had been replaced before can lie nowhere any more.
    /// </summary>
    /// <param name="open">The pull request.</param>
    /// <param name="promotion">What it proposes.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="teams">Teams whose members are asked for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    public async Task<(IReadOnlyList<Approval> Given, string? Unread)> ApprovalsAsync(
        PullRequest open, Promotion promotion, Pipeline pipeline, PromotionEnvironment environment, IReadOnlyList<string> teams, CancellationToken cancellationToken)
    {
        var approvals = new List<Approval>();
        string? unread = null;
        foreach (var (login, head, at) in await GivenAsync(open, cancellationToken))
        {
            try
            {
                await BringAsync(open, head, cancellationToken);
            }
            catch (ForgeException e)
            {
                unread = e.Message;
                continue;
            }

            // On a public repository anybody can write a review that approves.
            if (!Carries(head, promotion, pipeline, environment) || !await access.MayAsync(login, "approve", environment.Name, cancellationToken))
            {
                continue;
            }

            var isIn = new List<string>();
            foreach (var team in teams)
            {
                if (await forge.IsMemberAsync(team, login, cancellationToken))
                {
                    isIn.Add(team);
                }
            }

            approvals.Add(new Approval(login, isIn, at));
        }

        return (approvals, unread);
    }

    /// <summary>
    /// Overrides of a promotion's gates: those in the book for this pull request and <c>Promotion-Id</c>, on a head that the bot itself made for it, whose
    /// comment stands there unchanged and still says so, and whose writer may override now. Ended ones are among them.
    /// </summary>
    /// <param name="pull">The pull request.</param>
    /// <param name="promotion">What it proposes, or proposed.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="from">Whose agreement counts; null: whoever may override.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    public async Task<IReadOnlyList<GivenOverride>> OverridesAsync(
        PullRequest pull, Promotion promotion, Pipeline pipeline, PromotionEnvironment environment, IReadOnlyList<string>? from, CancellationToken cancellationToken)
    {
        var overrides = new List<GivenOverride>();
        foreach (var page in state.OverridesIn(pipeline.Name, environment.Name).Where(p => p.PullRequest == pull.Number && p.Promotion == promotion.Id))
        {
            await BringAsync(pull, page.Head, cancellationToken);
            if (!Carries(page.Head, promotion, pipeline, environment)
                || await forge.FindCommentAsync(pull.Number, page.Comment, cancellationToken) is not { IsByBot: false, IsEdited: false } comment
                || (comment.HeadSha ?? page.Head) != page.Head
                || CommandParser.Parse(comment.Text, environments) is not ParsedComment.Commands { All: var all }
                || all.OfType<SlashCommand.Override>().LastOrDefault(o => o.Gate == page.Gate) is not { } said
                || !await access.MayAsync(comment.Login, "override", environment.Name, cancellationToken))
            {
                continue;
            }

            var isIn = new List<string>();
            foreach (var team in from?.Contains(comment.Login, StringComparer.OrdinalIgnoreCase) == true ? [] : from?.Where(who => who.StartsWith('@')) ?? [])
            {
                if (await forge.IsMemberAsync(team, comment.Login, cancellationToken))
                {
                    isIn.Add(team);
                }
            }

            overrides.Add(new GivenOverride(page.Gate, comment.Login, isIn, said.Reason, page.IsFailure ? page.Code : null, comment.At));
        }

        return overrides;
    }

    private async Task<IReadOnlyList<(string Login, string Head, DateTimeOffset At)>> GivenAsync(PullRequest open, CancellationToken cancellationToken)
    {
        if (given.TryGetValue(open.Number, out var known))
        {
            return known;
        }

        var found = (await forge.ListApprovalsAsync(open.Number, cancellationToken)).Select(r => (r.Login, r.HeadSha, r.At)).ToList();
        foreach (var (id, answer) in state.AnswersIn(open.Number))
        {
            // The book says what was accepted; the forge, who wrote it, and that it stands there unchanged: whoever forged a page of the book gains nothing.
            if (answer.Approves is { } head
                && await forge.FindCommentAsync(open.Number, id, cancellationToken) is { IsByBot: false, IsEdited: false } comment
                && (comment.HeadSha ?? head) == head
                && CommandParser.Parse(comment.Text, environments) is ParsedComment.Commands { All: var all } && all.Any(c => c is SlashCommand.Approve))
            {
                found.Add((comment.Login, head, comment.At));
            }
        }

        return given[open.Number] = found;
    }

    // A copy of the repository that was made anew lacks the heads of what was merged: their branches are gone. That proves nothing against anybody.
    private async Task BringAsync(PullRequest pull, string head, CancellationToken cancellationToken)
    {
        if (pull.State != PullRequestState.Merged || git.HasCommit(head))
        {
            return;
        }

        try
        {
            if (fetched.Add(pull.Number))
            {
                await git.FetchAsync([forge.HeadRef(pull.Number)], cancellationToken);
            }
        }
        catch (GitException e)
        {
            throw new ForgeException($"The head of pull request {pull.Number} cannot be fetched: {e.Message}", isTransient: true, e);
        }

        if (!git.HasCommit(head))
        {
            throw new ForgeException($"The commit {head} of pull request {pull.Number} cannot be fetched any more.", isTransient: true);
        }
    }

    private bool Carries(string head, Promotion promotion, Pipeline pipeline, PromotionEnvironment environment) =>
        git.HasCommit(head)
        && commits.Foreign(head, revision, pipeline, environment) is null
        && folders.Read(head, pipeline, environment).State is FolderState.Stands { What: var what }
        && commits.Moved(Below(head), pipeline, environment, what)?.Id == promotion.Id;

    /// <summary>Who closed a pull request without merging it; null for the bot itself.</summary>
    public Task<string?> WhoClosedAsync(int number, CancellationToken cancellationToken) => forge.WhoClosedAsync(number, cancellationToken);

    /// <summary>What a head puts into the folder; null when it cannot be said.</summary>
    public Standing? Carried(string head, Pipeline pipeline, PromotionEnvironment environment) =>
        git.HasCommit(head) && folders.Read(head, pipeline, environment).State is FolderState.Stands { What: var what } ? what : null;

    // The commit of the base branch that the bot's own commit stands on.
    private string Below(string head)
    {
        var commit = git.ReadCommit(head);
        return commit.Parents switch
        {
            [var parent] => parent,
            [var mine, _] when git.ReadCommit(mine).Parents is [var below] => below,
            _ => head,
        };
    }

    /// <summary>A commit state as a word.</summary>
    public static string Word(CommitState state) => state switch
    {
        CommitState.Success => "success",
        CommitState.Failure => "failure",
        _ => "pending",
    };
}
