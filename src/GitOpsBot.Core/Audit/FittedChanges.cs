using System.Globalization;
using System.Text;
using GitOpsBot.Core.Differences;

namespace GitOpsBot.Core.Audit;

/// <summary>
/// Writes what changes into the room that is left beside what must stand in a text. Every section keeps its first line as long as there is room for it;
/// of what is listed below, sizes stay longest, then vulnerabilities, commits, packages. What is left out is counted.
/// </summary>
internal static class FittedChanges
{
    private const string Title = "### What changes\n\n";
    private const string LeftOut = "More would not fit into this text.\n\n";

    // "- and 1,000,000 more", with its line end, and the line between two sections.
    private const int RoomForMore = 40;

    /// <summary>The sections, with an empty line at their end; nothing where there are none.</summary>
    /// <param name="sections">In the order to show them.</param>
    /// <param name="room">Characters that there are for it.</param>
    public static string Write(IReadOnlyList<ChangeSection> sections, int room)
    {
        var left = room - Title.Length - LeftOut.Length;
        var shown = new List<ChangeSection>();
        foreach (var section in sections.TakeWhile(s => (left -= s.Head.Length + RoomForMore) >= 0))
        {
            shown.Add(section);
        }

        if (shown.Count == 0)
        {
            return "";
        }

        left = Math.Max(0, left);
        int Fit(ChangeSection section)
        {
            var count = 0;
            for (; count < section.Lines.Count && section.Lines[count].Length + "- \n".Length <= left; count++)
            {
                left -= section.Lines[count].Length + "- \n".Length;
            }

            return count;
        }

        var lines = new Dictionary<ChangeSection, int>(ReferenceEqualityComparer.Instance);
        foreach (var section in shown.OrderBy(s => s.Kind))
        {
            lines[section] = Fit(section);
        }

        var text = new StringBuilder(Title);
        foreach (var section in shown)
        {
            Write(text, section, lines[section]);
        }

        return text.Append(shown.Count < sections.Count ? LeftOut : "").ToString();
    }

    private static void Write(StringBuilder text, ChangeSection section, int count)
    {
        text.Append(section.Head).Append("\n\n");
        foreach (var line in section.Lines.Take(count))
        {
            text.Append("- ").Append(line).Append('\n');
        }

        var more = section.More + section.Lines.Count - count;
        if (more > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"- and {more:N0} more\n");
        }

        text.Append(count + more > 0 ? "\n" : "");
    }
}
