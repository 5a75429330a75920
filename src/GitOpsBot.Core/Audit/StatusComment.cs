using System.Globalization;
using System.Text;

namespace GitOpsBot.Core.Audit;

/// <summary>A comment that was answered.</summary>
public sealed record AnsweredCommand(long Comment, string Login, string Answer);

/// <summary>The bot's one comment in a pull request: the status, and under it a line for each comment it answers.</summary>
public static class StatusComment
{
    // Older answers make room for newer ones; the book keeps them all.
    private const int MostAnswers = 50;

    /// <summary>Its text.</summary>
    /// <param name="status">What the pull request waits for; null when it is not open any more.</param>
    /// <param name="answers">In the order of the comments.</param>
    public static string Write(string? status, IReadOnlyList<AnsweredCommand> answers)
    {
        var text = new StringBuilder(status is null ? "This pull request is not open any more.\n" : $"**Status:** {Inert.Markdown(status)}\n").Append('\n');
        foreach (var answer in answers.TakeLast(MostAnswers))
        {
            text.Append(CultureInfo.InvariantCulture, $"- comment {answer.Comment} by {Inert.Markdown(answer.Login)}: {Inert.Markdown(answer.Answer)}\n");
        }

        return text.ToString();
    }
}
