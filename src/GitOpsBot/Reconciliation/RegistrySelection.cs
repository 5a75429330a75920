using System.Runtime.CompilerServices;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Registry;

namespace GitOpsBot.Reconciliation;

/// <summary>One tuple that the selection found.</summary>
/// <param name="What">Every artifact of the pipeline with its digest and tag.</param>
/// <param name="Choice">Why it was chosen and what it beat, one line.</param>
/// <param name="Doubt">Why nobody can say that this is its place among the others; null when it is clear.</param>
internal sealed record SelectedTuple(Standing What, string Choice, string? Doubt);

/// <summary>Where an artifact comes into a pipeline straight from its registry.</summary>
/// <param name="Artifact">The artifact.</param>
/// <param name="Policy">What the environment demands.</param>
/// <param name="Stands">What stands of it there; null where nothing does.</param>
internal sealed record Entrance(PipelineArtifact Artifact, Policy Policy, StandingArtifact? Stands);

/// <summary>
/// What the registry holds for a pipeline, newest first, resolved one by one so that nobody asks for what nobody looks at. Goes by the answers of
/// one pass, and for what was asked a moment ago by those of the pass before: whoever acts asks for the tag anew.
/// </summary>
internal sealed class RegistrySelection(RegistryAnswers answers, DateTimeOffset now)
{
    /// <summary>
    /// How old the meaning of a version's tag may be: short enough that one that was moved is noticed, and longer than the usual interval, so that passes
    /// that change nothing ask in turns. Before anything moves the tag is asked for anew, whatever this says.
    /// </summary>
    public static readonly TimeSpan Recent = TimeSpan.FromSeconds(90);

    // Tags older than this many are not searched for what stands; its own tag or trailer then has to say.
    private const int MostSearched = 200;

    private readonly ArtifactSelection selection = new(answers, now);

    /// <summary>What a tag means in this pass; null when there is no such tag.</summary>
    public Task<Digest?> ResolveAsync(ImageName name, string tag, CancellationToken cancellationToken) => answers.ResolveAsync(name, tag, cancellationToken);

    /// <summary>Asks what the tags of a tuple mean in this pass; whoever needs an answer gets it, or the reason why there is none.</summary>
    public async Task TryResolveAsync(Pipeline pipeline, Standing tuple, CancellationToken cancellationToken)
    {
        foreach (var member in tuple.Artifacts.Where(a => a.Tag is not null))
        {
            try
            {
                await ResolveAsync(pipeline.Artifacts.First(a => a.Name == member.Name).Repository, member.Tag!, cancellationToken);
            }
            catch (RegistryException)
            {
                // Kept as the answer of this pass.
            }
        }
    }

    /// <summary>What a tag means at this moment, asked once more.</summary>
    public Task<Digest?> ResolveAnewAsync(ImageName name, string tag, CancellationToken cancellationToken) => answers.ResolveAnewAsync(name, tag, cancellationToken);

    /// <summary>
    /// Asks for what is newest, and for the place of what stands among it, so that the answers are there when they are needed. A failure is told to whoever
    /// needs the answer.
    /// </summary>
    /// <returns>What is newest, where that was found.</returns>
    public async Task<(string Tag, Digest Digest)?> AskAsync(Entrance entrance, CancellationToken cancellationToken)
    {
        (string, Digest)? newest = null;
        try
        {
            if (await selection.ChooseAsync(entrance.Artifact, cancellationToken) is [var first, ..]
                && await MeaningAsync(entrance.Artifact, first, isToCome: entrance.Stands?.Tag != first.Tag, cancellationToken) is var (digest, _))
            {
                newest = (first.Tag, digest);
            }

            if (entrance.Stands is { } stands)
            {
                await PlaceAsync(entrance.Artifact, stands, cancellationToken);
            }
        }
        catch (RegistryException)
        {
            // Kept as the answer of this pass.
        }

        return newest;
    }

    /// <summary>The tuples that the selection finds, newest first.</summary>
    public async IAsyncEnumerable<SelectedTuple> NewestFirstAsync(Pipeline pipeline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chosen = new List<IReadOnlyList<ChosenTag>>();
        foreach (var artifact in pipeline.Artifacts)
        {
            chosen.Add(await selection.ChooseAsync(artifact, cancellationToken));
        }

        foreach (var first in chosen[0])
        {
            if (await TupleAsync(pipeline, chosen, first, cancellationToken) is { } tuple)
            {
                yield return tuple;
            }
        }
    }

    /// <summary>
    /// What stands there with what the registry knows of it: the tag beside it where that still means the digest, else the newest selected tag that
    /// does, and the time of creation where that decides; where the registry knows nothing, the tag beside it stays.
    /// </summary>
    public async Task<Standing> NameAsync(Pipeline pipeline, Standing current, CancellationToken cancellationToken)
    {
        var named = new List<StandingArtifact>();
        foreach (var stands in current.Artifacts)
        {
            named.Add(await PlaceAsync(pipeline.Artifacts.First(a => a.Name == stands.Name), stands, cancellationToken));
        }

        return new Standing(named);
    }

    /// <summary>For each of these digests a selected tag that means it: the one beside it where it still does, else the newest; null where none does.</summary>
    public async Task<IReadOnlyList<string?>> SelectedTagsAsync(Pipeline pipeline, Standing what, CancellationToken cancellationToken)
    {
        var tags = new List<string?>();
        foreach (var member in what.Artifacts)
        {
            tags.Add(await TagOfAsync(pipeline.Artifacts.First(a => a.Name == member.Name), member.Digest!, member.Tag, cancellationToken));
        }

        return tags;
    }

    private async Task<StandingArtifact> PlaceAsync(PipelineArtifact artifact, StandingArtifact stands, CancellationToken cancellationToken) =>
        stands.Digest is null ? stands : artifact.Select switch
        {
            Selection.Semver or Selection.Lexical => stands with { Tag = await TagOfAsync(artifact, stands.Digest, stands.Tag, cancellationToken) ?? stands.Tag },
            Selection.Newest => stands with { Created = await CreatedAsync(artifact.Repository, stands.Digest, cancellationToken) },
            _ => stands,
        };

    private async Task<SelectedTuple?> TupleAsync(Pipeline pipeline, List<IReadOnlyList<ChosenTag>> chosen, ChosenTag first, CancellationToken cancellationToken)
    {
        var (tuple, choices, doubts) = (new List<StandingArtifact>(), new List<string>(), new List<string>());
        for (var i = 0; i < pipeline.Artifacts.Count; i++)
        {
            var artifact = pipeline.Artifacts[i];
            var tag = i == 0 ? first : await PartnerAsync(pipeline, chosen[i], artifact, first, cancellationToken);
            if (tag is null || await MeaningAsync(artifact, tag, isToCome: false, cancellationToken) is not var (digest, doubt))
            {
                return null;
            }

            tuple.Add(new StandingArtifact(artifact.Name, digest, tag.Tag) { Created = tag.Created });
            choices.Add(pipeline.Artifacts.Count == 1 ? tag.Choice : $"{artifact.Name}: {tag.Choice}");
            if (doubt is not null)
            {
                doubts.Add($"Of {artifact.Repository}, {doubt}.");
            }
        }

        return new SelectedTuple(new Standing(tuple), string.Join("; ", choices), doubts.FirstOrDefault());
    }

    // The others of a bundle belong to the first by the same version or revision; an artifact that follows a moving tag has only that one.
    private async Task<ChosenTag?> PartnerAsync(Pipeline pipeline, IReadOnlyList<ChosenTag> tags, PipelineArtifact artifact, ChosenTag first, CancellationToken cancellationToken)
    {
        if (pipeline.Match == MatchBy.Version)
        {
            return artifact.Select is Selection.MovingTag ? tags[0]
                : tags.FirstOrDefault(t => t.Tag == first.Tag) ?? tags.FirstOrDefault(t => TagSelection.CompareVersions(t.Tag, first.Tag) == 0);
        }

        if (await RevisionAsync(pipeline.Artifacts[0], first, cancellationToken) is not { Length: > 0 } revision)
        {
            return null;
        }

        foreach (var tag in tags.Take(MostSearched))
        {
            if (await RevisionAsync(artifact, tag, cancellationToken) == revision)
            {
                return tag;
            }
        }

        return null;
    }

    private async Task<string?> RevisionAsync(PipelineArtifact artifact, ChosenTag tag, CancellationToken cancellationToken) =>
        await answers.ReadAsync(artifact.Repository, tag.Tag, artifact.Select is Selection.MovingTag ? TimeSpan.Zero : ArtifactSelection.OldAge, cancellationToken) is var (_, facts)
            ? facts.Revision
            : null;

    private async Task<string?> TagOfAsync(PipelineArtifact artifact, Digest digest, string? beside, CancellationToken cancellationToken)
    {
        var chosen = await selection.ChooseAsync(artifact, cancellationToken);
        // Where it is not the newest, it only says which place what stands there has among the others.
        var age = chosen is [var newest, ..] && newest.Tag == beside ? Recent : ArtifactSelection.OldAge;
        if (beside is not null && chosen.Any(t => t.Tag == beside) && await answers.MeaningAsync(artifact.Repository, beside, age, isToCome: false, cancellationToken) == digest)
        {
            return beside;
        }

        foreach (var tag in chosen.Take(MostSearched))
        {
            if (await answers.MeaningAsync(artifact.Repository, tag.Tag, ArtifactSelection.OldAge, isToCome: false, cancellationToken) == digest)
            {
                return tag.Tag;
            }
        }

        return null;
    }

    private async Task<DateTimeOffset?> CreatedAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        await answers.ReadAsync(name, digest, cancellationToken) is { Created: var created } && CreationOrder.IsUsable(created, now) ? created : null;

    // Two tags of one version that mean different digests: nobody can say which is meant.
    private async Task<(Digest Digest, string? Doubt)?> MeaningAsync(PipelineArtifact artifact, ChosenTag tag, bool isToCome, CancellationToken cancellationToken)
    {
        // What moves by design is asked for in each pass.
        var age = artifact.Select is Selection.MovingTag ? TimeSpan.Zero : Recent;
        if ((tag.Digest ?? await answers.MeaningAsync(artifact.Repository, tag.Tag, age, isToCome, cancellationToken)) is not { } digest)
        {
            return null;
        }

        foreach (var other in tag.Ties)
        {
            if (await answers.MeaningAsync(artifact.Repository, other, age, isToCome: false, cancellationToken) is { } means && means != digest)
            {
                return (digest, $"{tag.Tag} and {other} are the same version and mean different digests, so nobody can say which is meant");
            }
        }

        return (digest, tag.Doubt);
    }
}
