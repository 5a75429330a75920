using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Forge.GitHub;

/// <summary>A GitHub App as itself, by its private key: good for asking where it is installed, and for the tokens of its installations.</summary>
internal sealed class AppCredential(long id, SecretFile key, Uri api, TimeProvider clock, HttpMessageHandler network) : IGitHubCredential
{
    private string? login;

    /// <inheritdoc/>
    public bool IsApp => true;

    /// <inheritdoc/>
    public string Name => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"GitHub App {id}");

    /// <inheritdoc/>
    public GitHubLimits Limits { get; } = new(clock);

    /// <inheritdoc/>
    public RememberedAnswers Remembered { get; } = new();

    /// <inheritdoc/>
    public Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(AppToken.Sign(id, key.Read(), clock.GetUtcNow()));
        }
        catch (IOException e)
        {
            throw new ForgeException(e.Message, isTransient: false);
        }
    }

    /// <inheritdoc/>
    public bool Forget(string token) => false;

    /// <inheritdoc/>
    public async Task<string> LoginAsync(CancellationToken cancellationToken)
    {
        if (login is null)
        {
            using var connection = new GitHubConnection(api, this, network);
            login = (await connection.GetAsync<JsonApp>("app", cancellationToken)).Slug + "[bot]";
        }

        return login;
    }
}
