using GitOpsBot.Core.Documents;

namespace GitOpsBot.Doctor;

/// <summary>Problems of documents as findings.</summary>
internal static class Problems
{
    // Whoever has more reads them with 'validate'.
    private const int Most = 10;

    /// <summary>One finding each, the first few.</summary>
    public static IReadOnlyList<Finding> Found(string subject, IReadOnlyList<Problem> problems) =>
    [
        .. problems.Take(Most).Select(p => new Finding.ToDo(subject, p.ToString(), "Correct the document.")),
        .. problems.Count > Most ? [new Finding.ToDo(subject, $"There are {problems.Count - Most} more problems.", "'gitopsbot validate' lists them all.")] : Array.Empty<Finding>(),
    ];
}
