namespace GitOpsBot.Core.Artifacts;

/// <summary>What a tag means, and when its publisher says that was made.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Digest">What it means.</param>
/// <param name="Created">The time that annotation or configuration say; null when they say none.</param>
public sealed record DatedTag(string Tag, Digest Digest, DateTimeOffset? Created);

/// <summary>Tags by the time of creation.</summary>
/// <param name="NewestFirst">One tag for each digest; those without a usable time stand first, since each of them may be the newest.</param>
/// <param name="Doubt">Why nobody can say what is newest, one sentence; null when it is clear.</param>
public sealed record DatedTags(IReadOnlyList<DatedTag> NewestFirst, string? Doubt);

/// <summary>
/// What is newest by the time of creation. A time that cannot be right (builds without a clock write 1970) and two artifacts of one time are not
/// guessed about: the order is then in doubt, until a person ignores the tag, names the artifact, or something newer is pushed.
/// </summary>
public static class CreationOrder
{
    /// <summary>No image was made before there were any: Docker was first shown in March 2013.</summary>
    public static readonly DateTimeOffset Earliest = new(2013, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Clocks of builders differ; a time further ahead than this would stay newest for no reason.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    /// <summary>Whether a time can be one of creation.</summary>
    public static bool IsUsable(DateTimeOffset? created, DateTimeOffset now) => created >= Earliest && created <= now + MostAhead;

    /// <summary>Orders them; the outcome does not depend on the order they come in.</summary>
    public static DatedTags Of(IEnumerable<DatedTag> tags, DateTimeOffset now)
    {
        // Two tags of one digest are one artifact: no tie.
        List<DatedTag> ordered =
        [
            .. tags.GroupBy(t => t.Digest).Select(g => g.OrderBy(t => t.Tag, StringComparer.Ordinal).First())
                .OrderBy(t => IsUsable(t.Created, now)).ThenByDescending(t => t.Created).ThenBy(t => t.Tag, StringComparer.Ordinal),
        ];
        return new DatedTags(ordered, ordered switch
        {
            [var first, ..] when !IsUsable(first.Created, now) =>
                $"{first.Tag} says {(first.Created is { } said ? $"that it was created at {said.ToUniversalTime():u}, which cannot be right" : "nothing about when it was created")}, so nobody can say what is newest; ignore that tag, or name what is meant",
            [var first, var second, ..] when first.Created == second.Created =>
                $"{first.Tag} and {second.Tag} were both created at {first.Created!.Value.ToUniversalTime():u} and differ, so nobody can say which is newest; ignore one, or name what is meant",
            _ => null,
        });
    }
}
