using System.Security.Cryptography;
using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Reads what changes for the reviewers of a promotion: evidence of what stands there beside that of what shall, the commits between both, sizes. It is
/// read when somebody is shown it, once, and again only when the documents or what hangs on the new artifact have changed: so that a pass over a pull
/// request that waits asks nobody anything, and its text stays what it is.
/// </summary>
internal sealed class ChangesReader(PipelineView view)
{
    // What could not be read is tried again, but not in every pass.
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(15);

    /// <summary>The sections to show; empty where nothing can be told.</summary>
    /// <param name="environment">Where to.</param>
    /// <param name="move">The move.</param>
    /// <param name="isNew">Whether nobody was shown it yet: then what could not be read a moment ago is tried once more.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<ChangeSection>> ReadAsync(PromotionEnvironment environment, Promotion move, bool isNew, CancellationToken cancellationToken)
    {
        var moved = view.Pipeline.Artifacts.Zip(move.Artifacts).Where(a => a.Second.From != a.Second.To).ToList();
        var key = await KeyAsync(environment, move, moved.ConvertAll(m => (m.First.Repository, m.Second.To)), cancellationToken);
        if (view.Memory.Changes.TryGet(key, k => view.Now >= k.From && view.Now < k.Until && (k.IsWhole || !isNew), out var known))
        {
            return known.Sections;
        }

        var policy = view.Documents.PolicyFor(environment);
        var (sections, isWhole) = (new List<ChangeSection>(), true);
        foreach (var (artifact, change) in moved)
        {
            var difference = await ReadAsync(policy, artifact, change, cancellationToken);
            isWhole = isWhole && difference.IsWhole;
            sections.AddRange(ChangesText.Write(difference.Of, view.Pipeline.Artifacts.Count > 1));
        }

        var until = ScanDifference.ChangesAt(policy, view.Now) ?? DateTimeOffset.MaxValue;
        return view.Memory.Changes.Set(key, new KnownChanges(sections, isWhole, view.Now, !isWhole && view.Now + Retry < until ? view.Now + Retry : until)).Sections;
    }

    private async Task<(ArtifactDifference Of, bool IsWhole)> ReadAsync(Policy policy, PipelineArtifact artifact, PromotedArtifact change, CancellationToken cancellationToken)
    {
        var to = await JudgedAsync(policy, artifact, change.To, cancellationToken);
        if (change.From is not { } standing)
        {
            return (ArtifactDifference.Between(policy, null, to, view.Now), true);
        }

        var from = await JudgedAsync(policy, artifact, standing, cancellationToken);
        var difference = ArtifactDifference.Between(policy, from, to, view.Now);
        var isWhole = from.Evidence is Fact<IReadOnlyList<EvidenceItem>>.Known;
        if (difference.Range is { } range)
        {
            var (commits, isAnswer) = await CommitsAsync(range, cancellationToken);
            (difference, isWhole) = (difference with { Commits = commits }, isWhole && isAnswer);
        }

        var sizes = await SizesAsync(artifact, from, to, cancellationToken);
        return (difference with { Sizes = sizes }, isWhole && sizes is Fact<SizeDifference>.Known);
    }

    // What the forge may not read stays so until somebody changes its rights; what it does not answer is asked again.
    private async Task<(Fact<SourceCommits> Commits, bool IsAnswer)> CommitsAsync(SourceRange range, CancellationToken cancellationToken)
    {
        try
        {
            return (await view.Forge.ListCommitsAsync(range, cancellationToken), true);
        }
        catch (ForgeException e)
        {
            return (new Fact<SourceCommits>.Unknown(e.Message), false);
        }
    }

    private async Task<Fact<SizeDifference>> SizesAsync(PipelineArtifact artifact, JudgedArtifact from, JudgedArtifact to, CancellationToken cancellationToken) =>
        (await view.Evidence.SizesAsync(artifact.Repository, from.Artifact.Digest, cancellationToken), await view.Evidence.SizesAsync(artifact.Repository, to.Artifact.Digest, cancellationToken)) switch
        {
            (Fact<IReadOnlyDictionary<string, long>>.Unknown no, _) => new Fact<SizeDifference>.Unknown(no.Reason),
            (_, Fact<IReadOnlyDictionary<string, long>>.Unknown no) => new Fact<SizeDifference>.Unknown(no.Reason),
            (Fact<IReadOnlyDictionary<string, long>>.Known old, Fact<IReadOnlyDictionary<string, long>>.Known @new) =>
                new Fact<SizeDifference>.Known(SizeDifference.Between(Named(old.Value, from.Artifact), Named(@new.Value, to.Artifact))),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    // One that was built for one platform can be compared with one that is built for several, where its configuration says which it is.
    private static IReadOnlyDictionary<string, long> Named(IReadOnlyDictionary<string, long> sizes, Artifact artifact) =>
        sizes.TryGetValue("", out var only) && artifact.Platform is { IsUnknown: false } platform ? new Dictionary<string, long> { [platform.ToString()] = only } : sizes;

    private async Task<JudgedArtifact> JudgedAsync(Policy policy, PipelineArtifact artifact, Digest digest, CancellationToken cancellationToken)
    {
        var described = await view.Evidence.DescribeAsync(artifact.Repository, digest, cancellationToken) is Fact<Artifact?>.Known { Value: { } found }
            ? found : new Artifact(artifact.Repository, new Descriptor("application/octet-stream", digest, 0));
        return new JudgedArtifact(artifact.Name, described, await view.Evidence.EvidenceAsync(artifact.Repository, digest, policy.SourceRepositories, cancellationToken));
    }

    // The move, the documents, and what was found on the new artifact: this pass has judged that already, so it costs nothing.
    private async Task<string> KeyAsync(PromotionEnvironment environment, Promotion move, List<(ImageName Repository, Digest To)> artifacts, CancellationToken cancellationToken)
    {
        var text = new StringBuilder(move.Id).Append(' ').Append(environment.Policy).Append(' ').Append(view.DocumentsTree).Append('\n');
        foreach (var (repository, to) in artifacts)
        {
            var evidence = await view.Evidence.EvidenceAsync(repository, to, view.Documents.PolicyFor(environment).SourceRepositories, cancellationToken);
            IEnumerable<string> found = evidence is Fact<IReadOnlyList<EvidenceItem>>.Known { Value: var items }
                ? items.OfType<EvidenceItem.Verified>().Select(v => $"{v.Digest} {v.Authority}").Order(StringComparer.Ordinal) : ["unknown"];
            text.AppendJoin(' ', found).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
