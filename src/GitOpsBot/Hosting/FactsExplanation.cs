using GitOpsBot.Commands;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Hosting;

/// <summary>Tries an expression on facts that a person wrote into a file.</summary>
internal static class FactsExplanation
{
    /// <summary>What the expression and its parts come to; <c>Wrong</c> when either cannot be read.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="path">The file, YAML or JSON; null for no facts but the time.</param>
    /// <param name="now">The time, where the file says none.</param>
    public static Answer<ExpressionReport> Of(string text, string? path, DateTimeOffset now)
    {
        if (PolicyExpression.ReadAny(text, out var found) is not { } expression)
        {
            return new Answer<ExpressionReport>.Wrong([.. found.Select(p => new Problem("EXPRESSION", p.Line, p.Column, p.Message))]);
        }

        var problems = new List<Problem>();
        var facts = path is null ? PolicyFacts.None(now) : Read(path, now, problems);
        return facts is null ? new Answer<ExpressionReport>.Wrong(problems) : new Answer<ExpressionReport>.Done(new ExpressionReport(text, [expression.Explain(facts)]));
    }

    private static PolicyFacts? Read(string path, DateTimeOffset now, List<Problem> problems)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > YamlReader.LargestFile)
        {
            problems.Add(new Problem("", 0, 0, File.Exists(path) ? $"The file {path} is too large: expected at most {YamlReader.LargestFile} bytes." : $"There is no file {path}."));
            return null;
        }

        var file = YamlReader.Read(path, File.ReadAllBytes(path));
        problems.AddRange(file.Problems);
        if (file is { Documents: [var root], Problems: [] })
        {
            return PolicyFacts.Read(root, now, problems);
        }

        if (problems.Count == 0)
        {
            problems.Add(new Problem(path, 1, 1, $"Expected one document with facts, found {file.Documents.Count}."));
        }

        return null;
    }
}
