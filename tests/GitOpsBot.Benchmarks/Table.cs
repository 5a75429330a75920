namespace GitOpsBot.Benchmarks;

/// <summary>Prints figures below each other.</summary>
internal static class Table
{
    private static readonly string[] Head = ["work", "ours", "other side", "ratio", "to reach", "", "memory"];

    /// <summary>Prints them.</summary>
    public static void Print(IReadOnlyList<Figure> figures, TextWriter to)
    {
        var rows = figures.Select(f => new[] { f.Work, f.Ours, f.Other, f.Ratio, f.Reach, f.IsReached switch { true => "yes", false => "NO", null => "" }, f.Memory }).Prepend(Head).ToList();
        var widths = Head.Select((_, column) => rows.Max(r => r[column].Length)).ToList();
        foreach (var row in rows)
        {
            to.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
