namespace GitOpsBot.Reconciliation;

/// <summary>
/// How far the comments of a repository were read by this process, so that a pass does not read all of them again. Losing it loses nothing: what the
/// bot's book says to be handled is not handled twice.
/// </summary>
internal sealed class CommentCursor
{
    // Comments become visible out of order, by seconds; clocks of a forge's machines differ.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    // Where neither this process nor the book knows better: what is older is history, perhaps of another bot's commands.
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(7);

    private DateTimeOffset? newest;

    /// <summary>From when on comments are asked for. It stays the same while nobody comments, so that the same request can be answered by "not modified".</summary>
    /// <param name="handled">When the newest handled comment was written, or null.</param>
    /// <param name="now">The time of the pass.</param>
    public DateTimeOffset Since(DateTimeOffset? handled, DateTimeOffset now) =>
        (newest ?? handled) is { } known ? (handled > known ? handled.Value : known) - Overlap : new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) - Oldest;

    /// <summary>All comments up to this one were looked at.</summary>
    public void Reach(DateTimeOffset at) => newest = newest is { } known && known > at ? known : at;
}
