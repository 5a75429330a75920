using System.Collections.Concurrent;
using System.Globalization;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// The ways into source repositories, which lie beside the manifest repository and may be private. What everybody may read is read with the token
/// that there is. Where GitHub refuses that, an App is looked for on the source repository itself and reads it with a token for that repository
/// alone, which may read and nothing more (SPEC section 3); but only in the account of the manifest repository: whoever writes documents there must not
/// be shown what another account trusts the App with. A token of a person may what the person may. Safe for several threads.
/// </summary>
/// <param name="app">The App; null where the bot is a person's token.</param>
/// <param name="owner">The account of the manifest repositories.</param>
/// <param name="api">The API.</param>
/// <param name="limits">Limits by installation.</param>
/// <param name="clock">The time.</param>
/// <param name="network">Where requests go.</param>
/// <param name="longest">How long one request may last; null for thirty seconds.</param>
internal sealed class SourceDoors(
    AppCredential? app, string owner, Uri api, ConcurrentDictionary<long, GitHubLimits> limits, TimeProvider clock, HttpMessageHandler network, TimeSpan? longest) : IDisposable
{
    // Commits need the first; what GitHub keeps as attestations of a private repository needs the second.
    private static readonly string[] Reads = ["contents", "attestations"];

    // Where the App was not found, it is looked for again after this: that costs no quota, but it is a request.
    private static readonly TimeSpan AbsenceKept = TimeSpan.FromMinutes(15);

    // Verified provenance names them; a policy that believes more sources than this is told the same by asking again.
    private const int MostSources = 1_000;

    private readonly ConcurrentDictionary<string, Door> doors = new(StringComparer.OrdinalIgnoreCase);

    // An address of the API holds the repository's name, and each repository has one credential here: nobody sees what another was shown.
    private readonly RememberedAnswers remembered = new();

    /// <summary>Reads something of a source repository.</summary>
    /// <param name="usual">The connection of the manifest repository.</param>
    /// <param name="repository"><c>owner/name</c> on this GitHub.</param>
    /// <param name="ask">Asks, by the connection it is given.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForgeException">GitHub refuses or does not answer; where the App is not installed there, it says so.</exception>
    public async Task<T> ReadAsync<T>(GitHubConnection usual, string repository, Func<GitHubConnection, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (app is null || !IsNeighbour(repository))
        {
            return await ask(usual);
        }

        var door = Of(app, repository);
        if (!door.IsOwn)
        {
            try
            {
                return await ask(usual);
            }
            catch (ForgeException e) when (IsHidden(e))
            {
                if (!await IsOpenAsync(door, cancellationToken))
                {
                    throw new ForgeException($"{e.Message} {Advice(repository)}", isTransient: true, e.InnerException);
                }
            }
        }

        try
        {
            using var connection = new GitHubConnection(api, door.Credential, network, longest);
            return await ask(connection);
        }
        catch (ForgeException) when (door.Credential.IsAbsent)
        {
            // It was there, and was taken away: from now on the repository is what it is to everybody.
            Shut(door);
        }

        return await ReadAsync(usual, repository, ask, cancellationToken);
    }

    /// <summary>
    /// Who reads a source repository now, for who remembers what was seen there: with another reader, something else may be seen. Where the App was not
    /// found some time ago, it is looked for again.
    /// </summary>
    public async Task<string> ReaderAsync(string repository, string usual, CancellationToken cancellationToken)
    {
        if (app is null || !doors.TryGetValue(repository, out var door))
        {
            return usual;
        }

        try
        {
            return door.IsOwn || (door.Absent is not null && await IsOpenAsync(door, cancellationToken)) ? door.Credential.Name : usual;
        }
        catch (ForgeException)
        {
            // Nothing is asked of the source by this: what is remembered of it holds, and the next pass looks again.
            return usual;
        }
    }

    /// <summary>What to do where a source is refused, as a sentence; empty where nobody can be told.</summary>
    public string Advice(string repository) => app is null || (doors.TryGetValue(repository, out var door) && door.IsOwn) ? ""
        : !IsNeighbour(repository) ? $"A private repository is only read in the account {owner}."
        : string.Create(CultureInfo.InvariantCulture, $"If {repository} is private, {app.Name} must be installed on it, too, with '{Reads[0]}: read'.");

    /// <summary>Whether GitHub said that there is no such thing, or that it is not for this reader; a limit says neither.</summary>
    public static bool IsHidden(ForgeException e) => e.InnerException is Octokit.NotFoundException || e.InnerException?.GetType() == typeof(Octokit.ForbiddenException);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var door in doors.Values)
        {
            door.Credential.Dispose();
        }
    }

    private bool IsNeighbour(string repository) => repository.Split('/')[0].Equals(owner, StringComparison.OrdinalIgnoreCase);

    private Door Of(AppCredential itself, string repository)
    {
        if (doors.Count >= MostSources && !doors.ContainsKey(repository))
        {
            doors.Clear();
        }

        return doors.GetOrAdd(repository, r =>
        {
            var parts = r.Split('/');
            return new Door(new InstallationCredential(itself, new GitHubAddress(api, parts[0], parts[1]), limits, clock, network) { Only = Reads, Remembered = remembered });
        });
    }

    private async Task<bool> IsOpenAsync(Door door, CancellationToken cancellationToken)
    {
        if (door.Absent is { } since && clock.GetUtcNow() < since + AbsenceKept)
        {
            return false;
        }

        try
        {
            await door.Credential.TokenAsync(cancellationToken);
        }
        catch (ForgeException) when (door.Credential.IsAbsent)
        {
            Shut(door);
            return false;
        }

        (door.IsOwn, door.Absent) = (true, null);
        return true;
    }

    private void Shut(Door door) => (door.IsOwn, door.Absent) = (false, clock.GetUtcNow());

    private sealed class Door(InstallationCredential credential)
    {
        public InstallationCredential Credential => credential;

        /// <summary>Whether it is read with a token of its own.</summary>
        public bool IsOwn { get; set; }

        /// <summary>When the App was last not found there.</summary>
        public DateTimeOffset? Absent { get; set; }
    }
}
