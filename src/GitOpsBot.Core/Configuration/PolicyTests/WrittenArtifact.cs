using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>One artifact of a candidate as a test writes it.</summary>
/// <param name="Name">Its name in the pipeline.</param>
/// <param name="Repository">Where it is published.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Version">Its tag.</param>
/// <param name="Labels">Labels of its configuration.</param>
/// <param name="Evidence">What is attached to it.</param>
/// <param name="Platforms">By platform: what is attached to its manifest; empty for a single manifest.</param>
internal sealed record WrittenArtifact(
    string Name, ImageName Repository, Digest Digest, string? Version, IReadOnlyDictionary<string, string> Labels,
    IReadOnlyList<Func<Digest, EvidenceItem>> Evidence, IReadOnlyDictionary<string, IReadOnlyList<Func<Digest, EvidenceItem>>> Platforms)
{
    private static readonly Shape<ImageName> Image = Shapes.Parsed("repository", t => ImageName.TryParse(t, out var name) ? name : null, "a repository such as ghcr.io/acme/checkout");
    private static readonly Shape<IReadOnlyList<Func<Digest, EvidenceItem>>> Items = Shapes.List(WrittenEvidence.Shape);

    /// <summary>The shape.</summary>
    public static Shape<WrittenArtifact> Shape { get; } = Shapes.Object<WrittenArtifact>("An artifact of the candidate.", keys =>
    {
        var name = keys.Required("name", Shapes.Name, "Its name in the pipeline.");
        var repository = keys.Optional("repository", Image, null!, "Where it is published; without it, example.com/NAME.");
        var digest = keys.Optional("digest", WrittenEvidence.Digest, null!, "Its digest; without it, one made of its name.");
        var version = keys.Optional("version", Shapes.Text, null!, "The tag it was selected by.");
        var labels = keys.Optional("labels", Shapes.Map(Shapes.Text), new Dictionary<string, string>(), "Labels of its configuration.");
        var evidence = keys.Optional("evidence", Items, [], "What is attached to it.");
        var platforms = keys.Optional("platforms", Shapes.Map(Items), new Dictionary<string, IReadOnlyList<Func<Digest, EvidenceItem>>>(), "By platform of an index, linux/amd64: what is attached to its manifest.");
        return fields =>
        {
            if (fields.Get(platforms).Keys.FirstOrDefault(p => Platform.TryParse(p) is null) is { } wrong)
            {
                fields.Says(platforms, $"{Shown.Quoted(wrong)} is not a platform: expected one such as linux/amd64.");
                return default;
            }

            var called = fields.Get(name);
            return new WrittenArtifact(
                called, fields.Get(repository) ?? ImageName.Parse("example.com/" + called), fields.Get(digest) ?? WrittenEvidence.Of("artifact " + called),
                fields.Get(version), fields.Get(labels), fields.Get(evidence), fields.Get(platforms));
        };
    });

    /// <summary>As gates see it; with a reason when what is attached could not be read.</summary>
    public JudgedArtifact Judged(string? unreachable)
    {
        Fact<IReadOnlyList<EvidenceItem>> Read(IReadOnlyList<Func<Digest, EvidenceItem>> items, Digest digest) => unreachable is null
            ? new Fact<IReadOnlyList<EvidenceItem>>.Known([.. items.Select(i => i(digest))]) : new Fact<IReadOnlyList<EvidenceItem>>.Unknown(unreachable);
        var manifests = Platforms.Keys.Order(StringComparer.Ordinal).Select(p => new Descriptor(MediaTypes.Manifest, WrittenEvidence.Of($"{Digest} {p}"), 100) { Platform = Platform.TryParse(p) }).ToList();
        var artifact = new Artifact(Repository, new Descriptor(manifests.Count > 0 ? MediaTypes.Index : MediaTypes.Manifest, Digest, 100)) { Tag = Version, Labels = Labels, Manifests = manifests };
        return new JudgedArtifact(Name, artifact, Read(Evidence, Digest))
        {
            PlatformEvidence = manifests.ToDictionary(m => m.Digest, m => Read(Platforms[m.Platform!.ToString()], m.Digest)),
        };
    }
}
