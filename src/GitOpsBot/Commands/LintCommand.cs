using System.CommandLine;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Commands;

/// <summary><c>lint</c>: image references of a folder that are not pinned by digest.</summary>
internal static class LintCommand
{
    /// <summary>The command.</summary>
    public static Command Lint(Terminal terminal, BotActions actions)
    {
        var folder = new Argument<string>("DIR") { Description = "A folder of manifests.", DefaultValueFactory = _ => "." };
        var output = new Option<string>("--output") { Description = "Text for people, one JSON document, or SARIF for code scanning.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json", "sarif");
        var lint = new Command("lint", "Finds image references that are not pinned by digest.") { folder, output };
        lint.Does(terminal, actions, (session, parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(folder)!;
            // The option of all commands, which may also stand before the word, has no SARIF.
            var format = parsed.GetResult(output) is { Implicit: false } ? parsed.GetValue(output)! : session.IsJson ? "json" : "text";
            if (!Directory.Exists(path))
            {
                return Task.FromResult(Session.Refuse(terminal, format == "json", 2, [new Problem("", 0, 0, $"There is no folder {path}.")]));
            }

            return Task.FromResult(LintedFolder.Read(path, cancellationToken) switch
            {
                { Refusal: { } sentence } => Session.Refuse(terminal, format == "json", 1, [new Problem("", 0, 0, sentence)]),
                { Scan: var scan } => Say(session, scan!, format),
            });
        });
        return lint;
    }

    private static int Say(Session session, PinScan scan, string format)
    {
        // A chart's template is written for another program, and its values are judged where they stand; any other file must be readable.
        foreach (var problem in scan.Problems)
        {
            session.Terminal.Error.WriteLine(Shown.Plain(problem.ToString()));
        }

        var references = UnpinnedReferences.Of(scan);
        switch (format)
        {
            case "json":
                session.Print(Json(references));
                break;
            case "sarif":
                session.Print(Sarif.Of(references));
                break;
            default:
                foreach (var (place, reference) in references)
                {
                    session.Terminal.Out.WriteLine(Shown.Plain(place.Says($"{reference} is not pinned by digest.").ToString()));
                }

                break;
        }

        return references.Count > 0 || scan.Problems.Any(p => !p.Message.EndsWith("it holds a template.", StringComparison.Ordinal)) ? 1 : 0;
    }

    private static JsonObject Json(IReadOnlyList<UnpinnedReference> references) => new()
    {
        ["references"] = new JsonArray([.. references.Select(r => new JsonObject
        {
            ["file"] = r.Place.File, ["line"] = r.Place.Line, ["column"] = r.Place.Column, ["reference"] = r.Reference,
        })]),
    };
}
