using GitOpsBot.Commands;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Forge;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Hosting;

/// <summary><c>freeze</c> and <c>unfreeze</c> at the terminal: they need the repository alone, no forge and no registry, because they are for bad days.</summary>
internal static class FreezeAsk
{
    /// <summary>Writes it into the bot's book.</summary>
    public static async Task<Answer<string>> DoAsync(AskRequest request, OpenRepository open, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var parts = open.Parts;
        var revision = parts.Git.Tip(parts.Branch) ?? throw new Git.GitException($"The repository {parts.Name} has no branch {parts.Branch}.", isTransient: false);
        var documents = RepositoryDocuments.Read(parts.Git, revision, parts.Documents, parts.Known);
        var environment = request.Ask is Ask.Freeze freeze ? freeze.Environment : ((Ask.Unfreeze)request.Ask).Environment;
        var names = Pipeline.EnvironmentNames(documents.Pipelines).Append(Freeze.Everything).ToList();
        if (!names.Contains(environment))
        {
            return new Answer<string>.Wrong($"There is no environment {Shown.Quoted(environment)}.{NearestName.Hint(environment, names)}");
        }

        var book = parts.Book;
        var outcome = request.Ask is Ask.Freeze ask
            ? FreezeRequests.Freeze(environment, ask.Until, ask.Reason, request.Login, at)
            : FreezeRequests.Unfreeze(environment, book.Read(), documents.Freezes, at);
        if (outcome.Reaction != Reaction.Done)
        {
            return new Answer<string>.No(outcome.Answer);
        }

        await book.ChangeAsync($"{request.Ask.GetType().Name} {environment} as {request.Login}", at, _ => outcome.Pages, cancellationToken);
        return new Answer<string>.Done(outcome.Answer);
    }
}
