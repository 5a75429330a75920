using GitOpsBot.Core.Configuration;
using GitOpsBot.Git;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;

namespace GitOpsBot.Doctor;

/// <summary>The set-up that is looked at.</summary>
/// <param name="Settings">The bot's settings.</param>
/// <param name="Repositories">The repositories that were asked for.</param>
/// <param name="Registries">The registries, as the bot uses them.</param>
/// <param name="Clock">This machine's clock.</param>
internal sealed record SetUp(BotSettings Settings, IReadOnlyList<ExaminedRepository> Repositories, Registries Registries, TimeProvider Clock)
{
    /// <summary>The repositories on GitHub with what GitHub shows of them.</summary>
    public IEnumerable<(ExaminedRepository Repository, GitHub.GitHubFacts Facts)> OnGitHub => Repositories.Where(r => r.Facts is not null).Select(r => (r, r.Facts!));
}

/// <summary>One repository that is looked at.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="Contents">What lies on its base branch.</param>
/// <param name="Facts">What GitHub shows of it; null for one that is not there.</param>
internal sealed record ExaminedRepository(RepositorySettings Settings, Once<RepositoryContents> Contents, GitHub.GitHubFacts? Facts)
{
    /// <summary>The host it is on; null when it lies on this machine.</summary>
    public string? Host => Settings.Address switch
    {
        RepositoryAddress.Http http => http.Url.Authority,
        RepositoryAddress.Ssh ssh => ssh.Host,
        _ => null,
    };
}

/// <summary>What lies on the base branch, as far as it is looked at.</summary>
/// <param name="Revision">The commit.</param>
/// <param name="Documents">The documents.</param>
/// <param name="DocumentPaths">Files of the folder of documents.</param>
/// <param name="Owners">The file of code owners that GitHub would use; null when there is none.</param>
/// <param name="Writers">What else would write references here.</param>
internal sealed record RepositoryContents(
    string Revision, DocumentSet Documents, IReadOnlyList<string> DocumentPaths, (string Path, string Text)? Owners, IReadOnlyList<OtherWriter> Writers)
{
    // GitHub, "About code owners": the first of these that is there.
    private static readonly string[] OwnersFiles = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

    /// <summary>Fetches and reads it.</summary>
    /// <exception cref="GitException">It cannot be read, or has no such branch.</exception>
    public static async Task<RepositoryContents> ReadAsync(ManifestRepository git, RepositorySettings repository, ConfigurationSources known, CancellationToken cancellationToken)
    {
        await git.FetchAsync(cancellationToken);
        var revision = git.Tip(repository.Branch)
            ?? throw new GitException($"The repository {repository.Name} has no branch {repository.Branch}.", isTransient: false);
        var documents = RepositoryDocuments.Read(git, revision, repository.Directory, known);
        var files = git.ListFiles(revision);
        var owners = OwnersFiles.FirstOrDefault(files.Contains);
        ReadOnlyMemory<byte>? Read(string path)
        {
            try
            {
                return git.ReadFile(revision, path);
            }
            catch (GitException)
            {
                // Larger than the bot reads: no manifest that it writes, and nothing that tells another to.
                return null;
            }
        }

        return new RepositoryContents(
            revision, documents, [.. files.Where(f => f.StartsWith(repository.Directory + "/", StringComparison.Ordinal))],
            owners is not null && Read(owners) is { } text ? (owners, System.Text.Encoding.UTF8.GetString(text.Span)) : null,
            OtherWriter.In(files, Read, documents));
    }
}
