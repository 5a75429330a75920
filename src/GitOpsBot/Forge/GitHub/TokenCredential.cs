using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Forge.GitHub;

/// <summary>A token in a file. The file is read for every request, so that a new token counts at once.</summary>
internal sealed class TokenCredential(SecretFile file, Uri api, TimeProvider clock, HttpMessageHandler network) : IGitHubCredential
{
    private string? login;

    /// <inheritdoc/>
    public bool IsApp => false;

    /// <inheritdoc/>
    public string Name => $"the token in {file.Path}";

    /// <inheritdoc/>
    public GitHubLimits Limits { get; } = new(clock);

    /// <inheritdoc/>
    public RememberedAnswers Remembered { get; } = new();

    /// <inheritdoc/>
    public Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(file.Read());
        }
        catch (IOException e)
        {
            throw new ForgeException(e.Message, isTransient: false);
        }
    }

    /// <inheritdoc/>
    public bool Forget(string token)
    {
        login = null;
        return TokenAsync(default).Result != token;
    }

    /// <inheritdoc/>
    public async Task<string> LoginAsync(CancellationToken cancellationToken)
    {
        if (login is null)
        {
            using var connection = new GitHubConnection(api, this, network);
            login = (await connection.GetAsync<JsonUser>("user", cancellationToken)).Login;
        }

        return login;
    }
}
