using Octokit;

namespace GitOpsBot.Forge.GitHub;

/// <content>People: what they may do, and the teams they are in. What GitHub does not answer is an exception and never a yes.</content>
internal sealed partial class GitHubForge
{
    // Minutes only: who left a team must not approve an hour later.
    private static readonly TimeSpan TeamsKept = TimeSpan.FromMinutes(3);

    private readonly Dictionary<string, (IReadOnlySet<string> Members, DateTimeOffset At)> teams = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public async Task<Permission> GetPermissionAsync(string login, CancellationToken cancellationToken)
    {
        var found = await connection.FindAsync<JsonPermission>(address.Of($"collaborators/{Uri.EscapeDataString(login)}/permission"), cancellationToken);
        return (found?.Permission, found?.RoleName) switch
        {
            (null, _) => Permission.None,
            ("admin", _) => Permission.Admin,
            ("write", "maintain") => Permission.Maintain,
            ("write" or "maintain", _) => Permission.Write,
            ("read", "triage") => Permission.Triage,
            ("read" or "triage", _) => Permission.Read,
            _ => Permission.None,
        };
    }

    /// <inheritdoc/>
    public async Task<bool> IsMemberAsync(string team, string login, CancellationToken cancellationToken)
    {
        if (!teams.TryGetValue(team, out var known) || clock.GetUtcNow() >= known.At + TeamsKept)
        {
            var parts = team.TrimStart('@').Split('/', 2);
            try
            {
                var members = await connection.ListAsync<JsonUser>($"orgs/{Uri.EscapeDataString(parts[0])}/teams/{Uri.EscapeDataString(parts[1])}/members", cancellationToken);
                teams[team] = known = (members.Select(m => m.Login).ToHashSet(StringComparer.OrdinalIgnoreCase), clock.GetUtcNow());
            }
            catch (ForgeException e) when (e.InnerException is NotFoundException)
            {
                throw new ForgeException($"There is no team {team}, or {credential.Name} may not see its members (it needs 'members: read').", isTransient: true, e);
            }
        }

        return known.Members.Contains(login);
    }
}
