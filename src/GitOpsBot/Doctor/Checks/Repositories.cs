namespace GitOpsBot.Doctor.Checks;

/// <summary>Each repository can be read, has its base branch, and its documents are valid.</summary>
internal static class Repositories
{
    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("repository", setUp => setUp.Repositories.Select(repository => new Look(repository.Host, repository.Settings.Name, async cancellationToken =>
    {
        var name = repository.Settings.Name;
        var contents = await repository.Contents.GetAsync(cancellationToken);
        var documents = contents.Documents;
        return documents.Problems.Count > 0 ? Problems.Found(name, documents.Problems)
            : !documents.HasFiles ? [new Finding.ToDo(name, $"There are no documents below {repository.Settings.Directory} on {repository.Settings.Branch}.", "Write a Pipeline there ('gitopsbot schema' helps editors), or correct 'directory' and 'branch'.")]
            : documents.Pipelines.Count == 0 ? [new Finding.ToDo(name, "The documents name no pipeline, so nothing is promoted.", $"Write a Pipeline below {repository.Settings.Directory}.")]
            : [new Finding.Ok(name, $"{repository.Settings.Branch} can be read at {contents.Revision[..12]}; its documents are valid, with {documents.Pipelines.Count} pipeline{(documents.Pipelines.Count == 1 ? "" : "s")}.")];
    }).WithContents()));
}
