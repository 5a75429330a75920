using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Promotions.Commands;

namespace GitOpsBot.Core.Configuration;

/// <summary>The rules of one document, before the environments they name are known.</summary>
internal sealed record AccessDraft(IReadOnlyList<AccessRule> Rules);

/// <summary>The document <c>kind: Access</c>: who may use which command where.</summary>
internal static partial class AccessDocument
{
    private static readonly Shape<string> Word = Shapes.Parsed(
        "command", t => CommandTable.IsKnown(t) ? t : null, $"one of {string.Join(", ", CommandTable.Words)}");

    private static readonly Shape<Allowed> Who = Shapes.Parsed(
        "person, team or permission", Parse, "a login, a team as @org/team, or permission:read, :triage, :write, :maintain or :admin");

    private static readonly Shape<AccessRule> Rule = Shapes.Object<AccessRule>("One rule; the first that names command and environment decides.", keys =>
    {
        var commands = keys.Required("commands", Shapes.List(Word, 1), "Words of commands, without the slash.");
        var environments = keys.Optional("environments", Shapes.List(Shapes.Reference, 1), [], "Environments it is about; without it, all.");
        var allow = keys.Required("allow", Shapes.List(Who), "Who may; an empty list is nobody.");
        return fields => new AccessRule(fields.Get(commands), fields.Get(environments), fields.Get(allow));
    });

    /// <summary>The kind.</summary>
    public static DocumentKind Kind { get; } = DocumentKind.Of("Access", "Who may command.", Shapes.Object<AccessDraft>("The rules.", keys =>
    {
        var rules = keys.Required("rules", Shapes.List(Rule, 1), "Rules, in the order in which they are asked.");
        return fields => new AccessDraft(fields.Get(rules));
    }));

    /// <summary>All rules: those of the organization before those of the repository, documents in order of name.</summary>
    public static CommandAccess Join(DocumentIndex index, IReadOnlySet<string> environments, bool hasUnreadable, List<Problem> problems)
    {
        var documents = index.Of("Access").OrderBy(d => d.Origin).ThenBy(d => d.Name, StringComparer.Ordinal).ToList();
        var before = problems.Count;
        foreach (var reference in documents.Where(d => d is { Origin: DocumentOrigin.Repository, Content: AccessDraft })
            .SelectMany(d => ((AccessDraft)d.Content!).Rules).SelectMany(r => r.Environments).Where(e => !environments.Contains(e.Name)))
        {
            problems.Add(reference.Place.Says($"There is no environment '{reference.Name}'.{NearestName.Hint(reference.Name, environments)}"));
        }

        var broken = documents.Find(d => d.Content is null) is { } document ? $"nobody while the access document '{document.Name}' has problems"
            : problems.Count > before ? "nobody while an access document names an environment that is not there"
            : hasUnreadable ? "nobody while a document cannot be read: it may hold rules about who may"
            : null;
        return new CommandAccess([.. documents.Select(d => d.Content).OfType<AccessDraft>().SelectMany(d => d.Rules)], broken);
    }

    private static Allowed? Parse(string text) => text switch
    {
        _ when text.StartsWith("permission:", StringComparison.Ordinal) =>
            Enum.GetValues<AccessLevel>().Where(l => LevelWord(l).Equals(text["permission:".Length..], StringComparison.Ordinal)).Select(l => new Allowed.Level(l)).FirstOrDefault(),
        _ when Team().IsMatch(text) => new Allowed.Team(text),
        _ when Login().IsMatch(text) => new Allowed.Person(text),
        _ => null,
    };

    private static string LevelWord(AccessLevel level) => level.ToString().ToLowerInvariant();

    [GeneratedRegex(@"\A@[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex Team();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}\z")]
    private static partial Regex Login();
}
