using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;

namespace GitOpsBot.Core.Configuration;

/// <summary>The document <c>kind: Freeze</c>. What it reads has no name yet; the document gives it.</summary>
internal static class FreezeDocument
{
    /// <summary>The kind.</summary>
    public static DocumentKind Kind { get; } = DocumentKind.Of("Freeze", "When nothing is promoted.", Shapes.Object<Freeze>("What, when and why.", keys =>
    {
        var environments = keys.Required("environments", Shapes.List(Shapes.Reference, 1), $"Environments of any pipeline; {Freeze.Everything} for every one.");
        var from = keys.Optional("from", Shapes.Instant, default, "When it begins; without it, at once.");
        var until = keys.Optional("until", Shapes.Instant, default, "When it ends; without it, when the document is removed.");
        var reason = keys.Required("reason", Shapes.Text, "Why, for those who wait.");
        return fields =>
        {
            if (fields.Has(from) && fields.Has(until) && fields.Get(from) >= fields.Get(until))
            {
                fields.Says(until, "until must be later than from: this freeze would never hold.");
                return default;
            }

            return new Freeze("", fields.Get(environments), fields.Has(from) ? fields.Get(from) : null, fields.Has(until) ? fields.Get(until) : null, fields.Get(reason));
        };
    }));

    /// <summary>The freezes, and those of which nobody can say what they freeze: they freeze everything, since a safeguard must not go unnoticed.</summary>
    public static IReadOnlyList<Freeze> All(DocumentIndex index, IReadOnlyList<string> environments, List<Problem> problems)
    {
        var all = new List<Freeze>();
        foreach (var document in index.Of("Freeze"))
        {
            if (document.Content is not Freeze freeze)
            {
                all.Add(new Freeze(document.Name, [new Reference(Freeze.Everything, document.Place)], null, null, "its document has problems, and what it freezes cannot be read"));
                continue;
            }

            // One for all repositories may name environments that this one does not have.
            if (document.Origin == DocumentOrigin.Repository)
            {
                problems.AddRange(freeze.Environments.Where(e => e.Name != Freeze.Everything && !environments.Contains(e.Name))
                    .Select(e => e.Place.Says($"There is no environment '{e.Name}' in any pipeline.{NearestName.Hint(e.Name, environments)}")));
            }

            all.Add(freeze with { Name = document.Name });
        }

        return all;
    }
}
