using System.CommandLine;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Core.Policies;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Commands;

/// <summary><c>validate</c>, <c>schema</c> and <c>lint</c>: what needs neither bot nor network.</summary>
internal static class ConfigurationCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(Terminal terminal, BotActions actions)
    {
        var folder = new Argument<string>("DIR") { Description = "A folder of documents, or a checkout with .gitopsbot in it.", DefaultValueFactory = _ => "." };
        var validate = new Command("validate", "Checks the documents of a folder; with settings at hand, together with the organization's.") { folder };
        validate.Does(terminal, actions, (session, parsed, _) => WithDocumentsAsync(session, parsed, parsed.GetValue(folder)!, set => Say(session, set)));

        var schema = new Command("schema", "Prints the JSON Schema of the documents, for editors.");
        schema.Does(terminal, actions, (session, _, _) =>
        {
            terminal.Out.WriteLine(ConfigurationSchema.Json(GateKinds.All));
            return Task.FromResult(0);
        });
        return [validate, schema, LintCommand.Lint(terminal, actions)];
    }

    /// <summary>
    /// Reads the documents of a folder and hands them on; together with the organization's where there are settings, which need not be there to look at a
    /// checkout, unless they were named.
    /// </summary>
    public static Task<int> WithDocumentsAsync(Session session, ParseResult parsed, string path, Func<DocumentSet, int> then)
    {
        if (!Directory.Exists(path))
        {
            return Task.FromResult(session.Refuse(2, $"There is no folder {path}."));
        }

        var config = parsed.GetValue(GlobalOptions.Config)!;
        var isNamed = parsed.GetResult(GlobalOptions.Config) is { Implicit: false };
        return isNamed || File.Exists(config)
            ? session.WithSettingsAsync(false, settings => Task.FromResult(then(Load(path, config, settings))))
            : Task.FromResult(then(Load(path, config, null)));
    }

    private static DocumentSet Load(string path, string config, BotSettings? settings)
    {
        // The settings are no document, and what is the organization's, which may lie in the same folder, is not the repository's too.
        var problems = new List<Problem>();
        IReadOnlyList<string> others = [Path.GetFullPath(config), .. (settings?.PolicyFolders ?? []).Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f)) + "/")];
        var own = DocumentFolder.Read(path, problems).Where(f => Path.GetFullPath(f.Path, Path.GetFullPath(path)) is var full
            && !others.Any(o => o.EndsWith('/') ? full.StartsWith(o, StringComparison.Ordinal) : full == o));
        var sources = new ConfigurationSources([.. own])
        {
            Shipped = DocumentFolder.Shipped(problems),
            Organization = [.. (settings?.PolicyFolders ?? []).SelectMany(f => DocumentFolder.Read(f, problems))],
            ReadProblems = [.. problems.Distinct()],
            TrustedRoot = settings?.TrustedRoot ?? TrustedRoot.PublicGood,
        };
        return DocumentSet.Load(sources, GateKinds.All);
    }

    private static int Say(Session session, DocumentSet set)
    {
        if (session.IsJson)
        {
            session.Print(ReportJson.Of(set.Problems));
        }
        else
        {
            foreach (var problem in set.Problems)
            {
                session.Terminal.Out.WriteLine(Shown.Plain(problem.ToString()));
            }

            if (set.Problems.Count == 0)
            {
                session.Terminal.Out.WriteLine($"{Count(set.Pipelines.Count, "pipeline")}, {Count(set.Policies.Count, "policy", "policies")}, {Count(set.Authorities.Count, "authority", "authorities")}: no problems.");
            }
        }

        return set.Problems.Count == 0 ? 0 : 2;
    }

    private static string Count(int n, string one, string? many = null) => n == 1 ? $"1 {one}" : $"{n} {many ?? one + "s"}";
}
