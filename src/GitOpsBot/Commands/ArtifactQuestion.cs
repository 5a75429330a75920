using System.CommandLine;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Commands;

/// <summary>What commands are told that look at one artifact by documents: where the documents come from, and what to look at.</summary>
internal sealed class ArtifactQuestion
{
    private readonly Option<string?> repository = GlobalOptions.Repository();
    private readonly Option<string?> folder = new("--dir") { Description = "Read documents from this folder instead of a repository's base branch.", HelpName = "DIR" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(repository);
        command.Add(folder);
    }

    /// <summary>The request; null with a sentence when what was written is wrong.</summary>
    public VerifyRequest? Read(Session session, ParseResult parsed, BotSettings settings, string reference, string policy, out string sentence)
    {
        var path = parsed.GetValue(folder);
        sentence = !ImageReference.TryParse(reference, out var image)
            ? $"{Shown.Quoted(reference)} is not an image reference: expected HOST/REPOSITORY:TAG or HOST/REPOSITORY@sha256:DIGEST."
            : path is not null && parsed.GetValue(repository) is not null ? "Expected either --repository or --dir, found both."
            : path is not null && !Directory.Exists(path) ? $"There is no folder {path}." : "";
        if (sentence.Length > 0)
        {
            return null;
        }

        var chosen = path is null ? Session.Choose(settings, parsed.GetValue(repository), out sentence) : null;
        return path is null && chosen is null ? null : new VerifyRequest(settings, image!, policy, chosen, path, session.Logs);
    }
}
