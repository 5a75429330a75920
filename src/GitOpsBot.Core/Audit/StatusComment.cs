using System.Globalization;
using System.Text;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Audit;

/// <summary>A comment that was answered.</summary>
public sealed record AnsweredCommand(long Comment, string Login, string Answer);

/// <summary>The bot's one comment in a pull request: the status, and under it a line for each comment it answers. No clock is in it.</summary>
public static class StatusComment
{
    /// <summary>Stands in every such comment, unseen, so that the bot knows its own again.</summary>
    public const string Marker = "<!-- gitopsbot: status -->";

    // Older answers make room for newer ones; the book keeps them all.
    private const int MostAnswers = 50;

    /// <summary>Its text.</summary>
    /// <param name="isOpen">Whether the pull request is open.</param>
    /// <param name="status">What it waits for; null when nothing was said of it.</param>
    /// <param name="rows">What the gates answer; none where nothing is judged.</param>
    /// <param name="answers">In the order of the comments.</param>
    /// <param name="owed">What is owed for an overridden gate; null when nothing is.</param>
    public static string Write(bool isOpen, string? status, IReadOnlyList<GateResult> rows, IReadOnlyList<AnsweredCommand> answers, string? owed = null)
    {
        var text = new StringBuilder(Marker).Append('\n')
            .Append(!isOpen ? "This pull request is not open any more.\n" : $"**Status:** {Inert.Markdown(status ?? "nothing is judged here")}\n").Append('\n');
        if (owed is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"⚠️ {Inert.Markdown(owed)}\n\n");
        }

        if (isOpen && rows.Count > 0)
        {
            text.Append(GateTable.Write(rows));
            if (rows.Select(r => r.Outcome.ChangesAt).Where(t => t is not null).Min() is { } next)
            {
                text.Append(CultureInfo.InvariantCulture, $"\nNext look because of time: {next.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.\n");
            }

            text.Append('\n');
        }

        foreach (var answer in answers.TakeLast(MostAnswers))
        {
            text.Append(CultureInfo.InvariantCulture, $"- comment {answer.Comment} by {Inert.Markdown(answer.Login)}: {Inert.Markdown(answer.Answer)}\n");
        }

        return text.ToString();
    }
}
