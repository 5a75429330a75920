using GitOpsBot.Core.Promotions.Commands;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>Whether a person may command, asked of the forge at this moment and once in a pass. What it does not answer is an exception, never a yes.</summary>
internal sealed class AccessDesk(CommandAccess access, IForge forge)
{
    private readonly Dictionary<string, Permission> permissions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether this person may use a command.</summary>
    /// <param name="login">Who.</param>
    /// <param name="word">The command's word, without a slash.</param>
    /// <param name="environment">What it is about; null when it is about none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    public async Task<bool> MayAsync(string login, string word, string? environment, CancellationToken cancellationToken)
    {
        foreach (var allowed in access.For(word, environment))
        {
            if (allowed switch
            {
                Allowed.Person person => person.Login.Equals(login, StringComparison.OrdinalIgnoreCase),
                // Whoever could write a comment may read.
                Allowed.Level { AtLeast: AccessLevel.Read } => true,
                Allowed.Level level => Level(await PermissionAsync(login, cancellationToken)) >= level.AtLeast,
                Allowed.Team team => await forge.IsMemberAsync(team.Name, login, cancellationToken),
                _ => throw new System.Diagnostics.UnreachableException(),
            })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Who may, in words.</summary>
    public string Says(string word, string? environment) => access.Says(word, environment);

    private async Task<Permission> PermissionAsync(string login, CancellationToken cancellationToken)
    {
        if (!permissions.TryGetValue(login, out var known))
        {
            permissions[login] = known = await forge.GetPermissionAsync(login, cancellationToken);
        }

        return known;
    }

    // Null is less than every level.
    private static AccessLevel? Level(Permission permission) => permission switch
    {
        Permission.Read => AccessLevel.Read,
        Permission.Triage => AccessLevel.Triage,
        Permission.Write => AccessLevel.Write,
        Permission.Maintain => AccessLevel.Maintain,
        Permission.Admin => AccessLevel.Admin,
        _ => null,
    };
}
