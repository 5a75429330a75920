using System.Collections.Concurrent;
using System.Globalization;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// A GitHub App where it is installed on one repository. The installation is found by the repository; its tokens are for that repository alone, may
/// read or write what the App may there or less, and are renewed before they end. Safe for several threads.
/// </summary>
/// <param name="app">The App.</param>
/// <param name="address">The repository.</param>
/// <param name="limits">Limits by installation, shared by the repositories of one.</param>
/// <param name="clock">The time.</param>
/// <param name="network">Where requests go.</param>
internal sealed class InstallationCredential(
    AppCredential app, GitHubAddress address, ConcurrentDictionary<long, GitHubLimits> limits, TimeProvider clock, HttpMessageHandler network) : IGitHubCredential, IDisposable
{
    // A push, or the requests of one step, are done within it.
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim door = new(1, 1);
    private long? installation;
    private IReadOnlyDictionary<string, string>? cut;
    private JsonToken? current;
    private DateTimeOffset renewal;

    /// <summary>The App as itself.</summary>
    public AppCredential App => app;

    /// <inheritdoc/>
    public bool IsApp => true;

    /// <inheritdoc/>
    public string Name => $"{app.Name} on {address.FullName}";

    /// <inheritdoc/>
    public GitHubLimits Limits => installation is { } id ? limits.GetOrAdd(id, _ => new GitHubLimits(clock)) : app.Limits;

    /// <inheritdoc/>
    public RememberedAnswers Remembered { get; init; } = new();

    /// <summary>Permissions of which the tokens get no more than <c>read</c>, and nothing else, where the installation has them; null: all that it has.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    /// <summary>Whether GitHub said, when it was last asked, that the App is not installed there or may not do anything of <see cref="Only"/>.</summary>
    public bool IsAbsent { get; private set; }

    /// <summary>What the current token may do, by GitHub's names; null before there was one.</summary>
    public IReadOnlyDictionary<string, string>? Permissions => current?.Permissions;

    /// <summary>Hears of each new token: the installation, what people call it, what it may do.</summary>
    public Action<long, string, IReadOnlyDictionary<string, string>?>? Granted { get; init; }

    /// <inheritdoc/>
    public async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        await door.WaitAsync(cancellationToken);
        try
        {
            if (current is null || clock.GetUtcNow() >= renewal)
            {
                current = await NewAsync(cancellationToken);
                // A token that does not even live as long as the reserve is used for three quarters of its life.
                var life = current.ExpiresAt - clock.GetUtcNow();
                renewal = current.ExpiresAt - (life / 4 < Reserve ? life / 4 : Reserve);
                Granted?.Invoke(installation!.Value, Name, current.Permissions);
            }

            return current.Token;
        }
        finally
        {
            door.Release();
        }
    }

    /// <inheritdoc/>
    public bool Forget(string token)
    {
        // Whoever was refused with an older token than the current one simply takes the current one.
        if (current?.Token == token)
        {
            current = null;
        }

        return true;
    }

    /// <inheritdoc/>
    public Task<string> LoginAsync(CancellationToken cancellationToken) => app.LoginAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => door.Dispose();

    private async Task<JsonToken> NewAsync(CancellationToken cancellationToken)
    {
        using var connection = new GitHubConnection(address.Api, app, network);
        var isRemembered = installation is not null;
        if (installation is null)
        {
            var found = await connection.FindAsync<JsonInstallation>(address.Of("installation"), cancellationToken);
            cut = Only is null || found is null ? null : Only.Where(p => found.Permissions?.ContainsKey(p) == true).ToDictionary(p => p, _ => "read", StringComparer.Ordinal);
            IsAbsent = found is null || cut is { Count: 0 };
            if (IsAbsent)
            {
                throw new ForgeException(
                    found is null ? $"{app.Name} is not installed on {address.FullName}: install it there, or correct the repository's address."
                        : $"{app.Name} is installed on {address.FullName} without '{Only![0]}: read': add it to the App's permissions, and accept it there.", isTransient: true);
            }

            installation = found!.SuspendedAt is null ? found.Id
                : throw new ForgeException($"The installation of {app.Name} on {address.FullName} is suspended: somebody has to lift that on GitHub.", isTransient: true);
        }

        try
        {
            return await connection.SendAsync<JsonToken>(
                HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"app/installations/{installation}/access_tokens"),
                new { Repositories = new[] { address.Name }, Permissions = cut }, cancellationToken);
        }
        catch (ForgeException e) when (e.InnerException is Octokit.NotFoundException or Octokit.ForbiddenException or Octokit.ApiValidationException)
        {
            // Removed, suspended, removed and made again under another id, or allowed less: asked anew, which says which.
            installation = null;
            if (!isRemembered)
            {
                throw;
            }
        }

        return await NewAsync(cancellationToken);
    }
}
