using System.CommandLine;
using System.Globalization;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Configuration.PolicyTests;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Commands;

/// <summary><c>policy test</c>: asks policies on written facts, and says what they answered otherwise than expected, and what no case ever saw.</summary>
internal static class PolicyTestCommand
{
    private static readonly string[] Outcomes = ["passed", "pending", "failed"];

    /// <summary>The command. Exit status: 0 every case came out as expected, 1 some did not, 2 documents are wrong or there are no tests.</summary>
    public static Command Test(Terminal terminal, BotActions actions)
    {
        var folder = new Argument<string>("DIR") { Description = "A folder of documents, or a checkout with .gitopsbot in it.", DefaultValueFactory = _ => "." };
        var command = new Command("test", "Runs the documents of kind PolicyTest in a folder: facts and evidence, expected verdict and codes.") { folder };
        command.Does(terminal, actions, (session, parsed, _) =>
        {
            var path = parsed.GetValue(folder)!;
            return ConfigurationCommands.WithDocumentsAsync(session, parsed, path, set => Run(session, path, set));
        });
        return command;
    }

    private static int Run(Session session, string path, DocumentSet set)
    {
        if (set.Problems.Count > 0)
        {
            return session.Refuse(2, set.Problems);
        }

        if (set.PolicyTests.Count == 0)
        {
            return session.Refuse(2, $"There are no tests in {path}: expected documents of the kind PolicyTest.");
        }

        var report = PolicyTestReport.Of(set);
        if (session.IsJson)
        {
            session.Print(ReportJson.Of(report));
        }
        else
        {
            Print(report, session.Terminal.Out);
        }

        return report.IsGood ? 0 : 1;
    }

    private static void Print(PolicyTestReport report, TextWriter output)
    {
        foreach (var result in report.Results)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{result.Case.Place.File}:{result.Case.Place.Line}");
            output.WriteLine(Shown.Plain(result.Differences.Count == 0
                ? $"ok    {result.Test.Policy}: {result.Case.Name}" : $"FAIL  {result.Test.Policy}: {result.Case.Name} ({where})"));
            foreach (var difference in result.Differences)
            {
                output.WriteLine("      " + Shown.Plain(difference));
            }
        }

        output.WriteLine();
        output.WriteLine("What the cases saw of each gate:");
        foreach (var gate in report.Coverage)
        {
            var never = Outcomes.Except(gate.Outcomes).ToList();
            output.WriteLine($"      {gate.Policy}/{gate.Gate}: {string.Join(", ", gate.Outcomes)}"
                + (gate.Codes.Count == 0 ? "" : $" ({string.Join(", ", gate.Codes)})") + (never.Count == 0 ? "" : $"; never {string.Join(" or ", never)}"));
        }

        output.WriteLine();
        var failed = report.Results.Count(r => r.Differences.Count > 0);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Results.Count - failed} passed, {failed} failed"));
    }
}
