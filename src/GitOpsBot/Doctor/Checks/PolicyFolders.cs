using GitOpsBot.Commands;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Doctor.Checks;

/// <summary>The organization's documents are valid by themselves.</summary>
internal static class PolicyFolders
{
    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("policies", setUp => setUp.Settings.PolicyFolders.Select(folder => Look.Here(folder, () =>
    {
        var problems = new List<Problem>();
        var files = DocumentFolder.Read(folder, problems);
        // What they name may stand in another of the folders.
        var others = setUp.Settings.PolicyFolders.Where(f => f != folder).SelectMany(f => DocumentFolder.Read(f, []));
        var set = DocumentSet.Load(
            new ConfigurationSources([]) { Shipped = DocumentFolder.Shipped(problems), Organization = [.. others, .. files], Outside = setUp.Settings.Sources.Known, TrustedRoot = setUp.Settings.TrustedRoot, ReadProblems = problems },
            GateKinds.All);
        var names = files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var own = set.Problems.Where(p => p.File.Length == 0 || names.Contains(p.File)).ToList();
        return own.Count > 0 ? Problems.Found(folder, own)
            : [new Finding.Ok(folder, files.Count == 0 ? "The folder is empty." : $"The documents of {files.Count} file{(files.Count == 1 ? "" : "s")} are valid.")];
    })));
}
