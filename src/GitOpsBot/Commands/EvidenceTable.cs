using System.Diagnostics;
using System.Globalization;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GitOpsBot.Commands;

/// <summary>Everything that is said about an artifact, an item a line: what it is, who signed it, who vouched for that, when, its number in the log, and why it is not believed.</summary>
internal static class EvidenceTable
{
    /// <summary>The table; text from outside cannot move the cursor, hide or reorder.</summary>
    public static IRenderable Of(IReadOnlyList<EvidenceItem> evidence)
    {
        var table = new Table().NoBorder();
        foreach (var heading in (string[])["Outcome", "What", "Signed by", "Issuer", "Time", "Log index", "Why not"])
        {
            table.AddColumn(new TableColumn(heading).NoWrap().Padding(0, 0, 2, 0));
        }

        foreach (var item in evidence)
        {
            table.AddRow(item switch
            {
                EvidenceItem.Verified verified => Of(verified),
                EvidenceItem.Rejected rejected => Of(rejected),
                _ => throw new UnreachableException(),
            });
        }

        return new Padder(table, new Padding(2, 0, 0, 0));
    }

    private static string[] Of(EvidenceItem.Verified item) =>
    [
        "[green]verified[/]", What(item), Safe($"{item.Authority} ({item.Identity})"), item.Certificate is { } certificate ? Safe(certificate.Issuer) : "a key",
        item.Time is { } at ? at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : "-",
        item.LogIndex?.ToString(CultureInfo.InvariantCulture) ?? "-", "-",
    ];

    // Of what is not believed nothing is told but what it claims to be, and why not: who and when are proven or nobody's business.
    private static string[] Of(EvidenceItem.Rejected item) =>
        ["[red]rejected[/]", What(item), item.Authority is { } authority ? Safe($"not {authority}") : "-", "-", "-", "-", Safe($"{item.Rejection.CodeText}: {item.Rejection.Reason}")];

    private static string What(EvidenceItem item) => Safe(item.Kind + (item.PredicateType is { } type ? " " + type : ""));

    private static string Safe(string text) => Markup.Escape(Shown.Plain(text));
}
