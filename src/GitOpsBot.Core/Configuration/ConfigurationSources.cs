using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Core.Configuration;

/// <summary>A file of a folder of documents.</summary>
/// <param name="Path">Where it lies, with forward slashes.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Blob">Git's id of them, 40 hexadecimal digits.</param>
public sealed record ConfigurationFile(string Path, ReadOnlyMemory<byte> Content, string Blob);

/// <summary>Where documents come from. A name that stands in an earlier source cannot be defined again in a later one: shipped, organization, repository.</summary>
/// <param name="Repository">Files of the repository's own folder, on its base branch.</param>
public sealed record ConfigurationSources(IReadOnlyList<ConfigurationFile> Repository)
{
    /// <summary>Files that every repository knows.</summary>
    public IReadOnlyList<ConfigurationFile> Organization { get; init; } = [];

    /// <summary>Policies that come with the bot.</summary>
    public IReadOnlyList<ConfigurationFile> Shipped { get; init; } = [];

    /// <summary>The folder of <see cref="Repository"/> in the repository; no environment may lie in it or around it.</summary>
    public string Directory { get; init; } = ".gitopsbot";

    /// <summary>Names of policies added to every environment; they stand in <see cref="Organization"/> or <see cref="Shipped"/>.</summary>
    public IReadOnlyList<string> Require { get; init; } = [];

    /// <summary>The sources of the bot's settings that gates may name; null when there are no settings to look in, and then nothing is checked.</summary>
    public Policies.KnownSources? Outside { get; init; }

    /// <summary>Whom authorities believe that name no Sigstore root of their own.</summary>
    public TrustedRoot TrustedRoot { get; init; } = TrustedRoot.PublicGood;

    /// <summary>What could not be read at all.</summary>
    public IReadOnlyList<Problem> ReadProblems { get; init; } = [];
}
