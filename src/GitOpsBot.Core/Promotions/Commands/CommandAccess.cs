using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Promotions.Commands;

/// <summary>A permission level of the repository, each including the ones before it.</summary>
public enum AccessLevel
{
    /// <summary>May read.</summary>
    Read,
    /// <summary>May sort issues and pull requests.</summary>
    Triage,
    /// <summary>May write.</summary>
    Write,
    /// <summary>May change some settings.</summary>
    Maintain,
    /// <summary>May change all settings.</summary>
    Admin,
}

/// <summary>Who a rule lets in. Closed; compared exactly, never by a part of the name.</summary>
public abstract record Allowed
{
    private Allowed() { }

    /// <summary>One person; logins are the same in any case.</summary>
    public sealed record Person(string Login) : Allowed
    {
        /// <inheritdoc/>
        public override string ToString() => Login;
    }

    /// <summary>The members of a team, written <c>@org/team</c>.</summary>
    public sealed record Team(string Name) : Allowed
    {
        /// <inheritdoc/>
        public override string ToString() => Name;
    }

    /// <summary>Who has this level, or a higher one.</summary>
    public sealed record Level(AccessLevel AtLeast) : Allowed
    {
        /// <inheritdoc/>
        public override string ToString() => $"permission:{AtLeast.ToString().ToLowerInvariant()}";
    }
}

/// <summary>One rule of <c>kind: Access</c>.</summary>
/// <param name="Commands">Words of commands.</param>
/// <param name="Environments">Environments it is about; none for all, and for commands without an environment.</param>
/// <param name="Allow">Who may; none for nobody.</param>
public sealed record AccessRule(IReadOnlyList<string> Commands, IReadOnlyList<Reference> Environments, IReadOnlyList<Allowed> Allow);

/// <summary>
/// Who may command (SPEC section 3, <c>kind: Access</c>): the first rule that names command and environment decides; without one, the defaults.
/// While a document that may hold rules cannot be read, only what everyone may read is open.
/// </summary>
/// <param name="Rules">In the order in which they are asked.</param>
/// <param name="Broken">Why the rules are not all known, as a sentence; null when they are.</param>
public sealed record CommandAccess(IReadOnlyList<AccessRule> Rules, string? Broken)
{
    /// <summary>The defaults alone.</summary>
    public static CommandAccess Default { get; } = new([], null);

    /// <summary>Who may use a command.</summary>
    /// <param name="word">The command's word, without a slash.</param>
    /// <param name="environment">What it is about; null when it is about none.</param>
    public IReadOnlyList<Allowed> For(string word, string? environment)
    {
        var isOpen = CommandTable.All.Any(c => c.Word == word && !c.NeedsWrite);
        if (Broken is not null)
        {
            return isOpen ? [new Allowed.Level(AccessLevel.Read)] : [];
        }

        return Rules.FirstOrDefault(r => r.Commands.Contains(word) && (r.Environments.Count == 0 || r.Environments.Any(e => e.Name == environment)))?.Allow
            ?? (isOpen ? [new Allowed.Level(AccessLevel.Read)] : word == "override" ? [] : [new Allowed.Level(AccessLevel.Write)]);
    }

    /// <summary>Who that is, in words.</summary>
    public string Says(string word, string? environment) =>
        Broken ?? (For(word, environment) is { Count: > 0 } allowed ? string.Join(", ", allowed) : "nobody");
}
