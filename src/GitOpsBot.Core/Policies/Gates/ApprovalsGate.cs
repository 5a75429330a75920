using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary><c>approvals</c>: as many different people approved this very promotion; an empty list of people lets nobody, so it does not load.</summary>
internal sealed partial record ApprovalsGate(GateHeader Header, int Count, IReadOnlyList<string>? From, bool NotByRequester, bool NotByAuthors) : Gate(Header)
{
    /// <summary>Somebody whose approval counts.</summary>
    internal static readonly Shape<string> Who = Shapes.Parsed("login or team", t => WhoGrammar().IsMatch(t) ? t : null, "a login, or a team as @org/team");

    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("approvals", GateTiming.Merge, Shapes.Object<Func<GateHeader, Gate>>("Who approved.", keys =>
    {
        var count = keys.Optional("count", Shapes.Number(1, 20), 1, "How many people.");
        var from = keys.Optional("from", Shapes.List(Who, 1), null!, "Logins and teams that count; without it, whoever may approve.");
        var notBy = keys.Optional("notBy", Shapes.List(Shapes.Choice(("requester", 0), ("author", 1), ("coauthor", 1))), [], "Whose approval does not count; authors are the co-authors too.");
        return fields => IsReachable(fields, count, from)
            ? new Shaped<Func<GateHeader, Gate>>(true, header => new ApprovalsGate(
                header, fields.Get(count), fields.Has(from) ? fields.Get(from) : null, fields.Get(notBy).Contains(0), fields.Get(notBy).Contains(1)))
            : default;
    }));

    /// <inheritdoc/>
    public override bool NeedsPullRequest => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Teams => [.. From?.Where(who => who.StartsWith('@')) ?? []];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Approvers => From ?? [];

    /// <inheritdoc/>
    public override bool NeedsAuthors => NotByAuthors;

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        if (facts.Approvals is not Fact<ApprovalFacts>.Known { Value: var approvals })
        {
            return new GateOutcome.Pending("unreachable", $"Approvals could not be read: {((Fact<ApprovalFacts>.Unknown)facts.Approvals).Reason}");
        }

        var (people, left) = (new SortedSet<string>(StringComparer.OrdinalIgnoreCase), new SortedSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var approval in approvals.Given)
        {
            var why = !IsNamed(approval) ? "is not named" : NotByRequester && IsSame(approval.Login, approvals.Requester) ? "is the requester" : null;
            _ = why is null ? people.Add(approval.Login) : left.Add($"{approval.Login} {why}");
        }

        // While too few approved, who the authors are makes no difference.
        if (NotByAuthors && people.Count >= Count)
        {
            if (approvals.Authors is not Fact<IReadOnlyList<string>>.Known { Value: var authors })
            {
                return new GateOutcome.Pending("authors-unknown",
                    $"Expected {Wanted}; whether those of {string.Join(", ", people)} count is not known: {((Fact<IReadOnlyList<string>>.Unknown)approvals.Authors).Reason}");
            }

            foreach (var author in people.Where(p => authors.Contains(p, StringComparer.OrdinalIgnoreCase)).ToList())
            {
                people.Remove(author);
                left.Add($"{author} is an author");
            }
        }

        var found = $"found {people.Count}{(people.Count == 0 ? "" : $" ({string.Join(", ", people)})")}{(left.Count == 0 ? "" : $"; not counted: {string.Join(", ", left)}")}.";
        return people.Count >= Count
            ? new GateOutcome.Passed($"Expected {Wanted}; {found}")
            : approvals.Unread is { } unread ? new GateOutcome.Pending("unreachable", $"Expected {Wanted}; {found} Others could not be read: {unread}")
            : new GateOutcome.Pending("approvals-missing", $"Expected {Wanted}; {found}");
    }

    /// <summary>Whether as many people can be found; where not, that is a problem of the count.</summary>
    internal static bool IsReachable(ObjectFields fields, ObjectKey<int> count, ObjectKey<IReadOnlyList<string>> from)
    {
        var people = fields.Has(from) && !fields.Get(from).Any(who => who.StartsWith('@')) ? fields.Get(from).Distinct(StringComparer.OrdinalIgnoreCase).Count() : int.MaxValue;
        if (fields.Get(count) <= people)
        {
            return true;
        }

        fields.Says(count, $"{fields.Get(count)} approvals are asked for, and only {people} {(people == 1 ? "person is" : "people are")} named who could give one.");
        return false;
    }

    private string Wanted => $"{Count} approval{(Count == 1 ? "" : "s")}{(From is null ? "" : $" of {string.Join(", ", From)}")}"
        + (NotByRequester, NotByAuthors) switch { (true, true) => ", not by the requester or an author", (true, _) => ", not by the requester", (_, true) => ", not by an author", _ => "" };

    private bool IsNamed(Approval approval) => From is null || From.Any(who => who.StartsWith('@')
        ? approval.Teams.Contains(who, StringComparer.OrdinalIgnoreCase)
        : IsSame(who, approval.Login));

    private static bool IsSame(string login, string? other) => login.Equals(other, StringComparison.OrdinalIgnoreCase);

    // An underscore stands in the logins of users that a company manages.
    [GeneratedRegex(@"\A(?:@[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}|[A-Za-z0-9][A-Za-z0-9_-]{0,99})\z")]
    private static partial Regex WhoGrammar();
}
