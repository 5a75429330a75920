using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Writes into the bot's book how far landings were judged, and what is unproven: one commit for all that landed since the last pass. What the bot itself
/// put there it judged before; a crash between the move and this page only means that it is judged once more.
/// </summary>
internal static class LandingPages
{
    /// <summary>Writes what is new; answers with what was found to be unproven and is not in the book yet.</summary>
    /// <param name="book">The book.</param>
    /// <param name="judged">What others put somewhere.</param>
    /// <param name="own">What the bot itself put somewhere in this pass.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<LandingJudgement>> WriteAsync(
        StateBook book, IReadOnlyList<JudgedLandings> judged, IReadOnlyList<(string Pipeline, string Environment, string Commit)> own, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var newest = judged.Where(j => j.Judged.Count > 0).Select(j => (j.Pipeline, j.Environment, j.Judged[^1].Commit)).Concat(own).ToList();
        var unproven = judged.SelectMany(j => j.Judged).Where(j => !j.IsProven).ToList();
        if (newest.Count == 0)
        {
            return [];
        }

        IReadOnlyList<LandingJudgement> found = [];
        await book.ChangeAsync(
            unproven.Count == 0 ? $"Note what landed ({newest.Count})" : $"Note what landed ({newest.Count}), and what of it is unproven ({unproven.Count})", now,
            state =>
            {
                var pages = new Dictionary<string, ReadOnlyMemory<byte>?>(StringComparer.Ordinal);
                found = [.. unproven.Where(j => state.UnprovenBy(j.Pipeline, j.Environment, j.Commit) is null)];
                foreach (var landing in found)
                {
                    pages[BotState.UnprovenPath(landing.Pipeline, landing.Environment, landing.Commit)] = StateBook.Page(
                        new UnprovenPage(
                            landing.What.Artifacts.ToDictionary(a => a.Name, a => a.Digest?.Value ?? "", StringComparer.Ordinal),
                            [.. landing.Stopped.Select(g => new UnprovenGate(g.Name, g.Outcome.Code ?? "", g.Outcome.Reason))], landing.At, now),
                        BotStateJson.Default.UnprovenPage);
                }

                // In the order of time: what the bot put there in this pass came after what was judged.
                foreach (var (pipeline, environment, commit) in newest)
                {
                    pages[BotState.LandedPath(pipeline, environment)] = StateBook.Page(new LandedPage(commit), BotStateJson.Default.LandedPage);
                }

                return pages;
            }, cancellationToken);
        return found;
    }
}
