namespace GitOpsBot.Doctor.Checks;

/// <summary>Nothing else writes the references that the bot promotes: two writers undo each other, and the other one asks no policy.</summary>
internal static class OtherWriters
{
    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("other writers", setUp => setUp.Repositories.Select(repository => new Look(repository.Host, repository.Settings.Name, async cancellationToken =>
    {
        var writers = (await repository.Contents.GetAsync(cancellationToken)).Writers;
        return writers.Count == 0
            ? [new Finding.Ok(repository.Settings.Name, "Nothing in the repository tells Renovate, Dependabot, Flux or Argo CD Image Updater to write what is promoted.")]
            : [.. writers.Select(w => new Finding.ToDo(repository.Settings.Name, $"{w.Name} may write there too: {w.Where}.", w.Advice))];
    }).WithContents()));
}
