using System.Runtime.CompilerServices;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Registry;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// What the registry holds for a pipeline, newest first, resolved one by one so that nobody asks for what nobody looks at. Remembers the
/// answers of one pass: a tag means one digest in it.
/// </summary>
internal sealed class RegistrySelection(Registries registries)
{
    // Tags older than this many are not searched for what stands; its own tag or trailer then has to say.
    private const int MostSearched = 200;

    private readonly Dictionary<ImageName, IReadOnlyList<string>> tags = [];
    private readonly Dictionary<(ImageName, string), Digest?> resolved = [];

    /// <summary>What a tag means in this pass; null when there is no such tag.</summary>
    public async Task<Digest?> ResolveAsync(ImageName name, string tag, CancellationToken cancellationToken)
    {
        if (!resolved.TryGetValue((name, tag), out var digest))
        {
            resolved[(name, tag)] = digest = (await registries.For(name).ResolveAsync(name, tag, cancellationToken))?.Digest;
        }

        return digest;
    }

    /// <summary>The tuples that the selection finds, newest first.</summary>
    public async IAsyncEnumerable<Standing> NewestFirstAsync(Pipeline pipeline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chosen = new List<IReadOnlyList<SelectedTag>>();
        foreach (var artifact in pipeline.Artifacts)
        {
            chosen.Add(await SelectAsync(artifact, cancellationToken));
        }

        foreach (var first in chosen[0])
        {
            var tuple = new List<StandingArtifact>();
            for (var i = 0; i < pipeline.Artifacts.Count; i++)
            {
                var artifact = pipeline.Artifacts[i];
                // The others of a bundle belong to it by the same version; an artifact that follows a moving tag has only that one.
                var tag = i == 0 ? first
                    : artifact.Select is Selection.MovingTag ? chosen[i].FirstOrDefault()
                    : chosen[i].FirstOrDefault(t => TagSelection.CompareVersions(t.Tag, first.Tag) == 0);
                if (tag is null || await MeaningAsync(artifact.Repository, tag, cancellationToken) is not { } digest)
                {
                    break;
                }

                tuple.Add(new StandingArtifact(artifact.Name, digest, tag.Tag));
            }

            if (tuple.Count == pipeline.Artifacts.Count)
            {
                yield return new Standing(tuple);
            }
        }
    }

    /// <summary>
    /// What stands there with the tag that the registry knows it by: the tag beside it where that still means the digest, else the newest
    /// selected tag that does; where the registry knows none, the tag beside it stays.
    /// </summary>
    public async Task<Standing> NameAsync(Pipeline pipeline, Standing current, CancellationToken cancellationToken)
    {
        var named = new List<StandingArtifact>();
        foreach (var stands in current.Artifacts)
        {
            var artifact = pipeline.Artifacts.First(a => a.Name == stands.Name);
            named.Add(artifact.Select is Selection.Semver && stands.Digest is { } digest && await TagOfAsync(artifact, digest, stands.Tag, cancellationToken) is { } tag
                ? stands with { Tag = tag }
                : stands);
        }

        return new Standing(named);
    }

    private async Task<string?> TagOfAsync(PipelineArtifact artifact, Digest digest, string? beside, CancellationToken cancellationToken)
    {
        var selected = await SelectAsync(artifact, cancellationToken);
        var search = selected.Select(t => t.Tag).Take(MostSearched);
        if (beside is not null && selected.Any(t => t.Tag == beside))
        {
            search = search.Prepend(beside);
        }

        foreach (var tag in search)
        {
            if (await ResolveAsync(artifact.Repository, tag, cancellationToken) == digest)
            {
                return tag;
            }
        }

        return null;
    }

    // Two tags of one version that mean different digests: nobody can say which is meant, so neither is.
    private async Task<Digest?> MeaningAsync(ImageName name, SelectedTag tag, CancellationToken cancellationToken)
    {
        var digest = await ResolveAsync(name, tag.Tag, cancellationToken);
        foreach (var other in tag.Ties)
        {
            if (await ResolveAsync(name, other, cancellationToken) != digest)
            {
                return null;
            }
        }

        return digest;
    }

    private async Task<IReadOnlyList<SelectedTag>> SelectAsync(PipelineArtifact artifact, CancellationToken cancellationToken)
    {
        if (artifact.Select is Selection.MovingTag moving)
        {
            return [new SelectedTag(moving.Tag, [])];
        }

        if (!tags.TryGetValue(artifact.Repository, out var all))
        {
            tags[artifact.Repository] = all = await registries.For(artifact.Repository).ListTagsAsync(artifact.Repository, cancellationToken);
        }

        return TagSelection.Semver(((Selection.Semver)artifact.Select).Range, artifact.Ignore).Select(all);
    }
}
