using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>A move that goes straight to the base branch.</summary>
/// <param name="Key">What it was judged on.</param>
/// <param name="Pipeline">Its pipeline.</param>
/// <param name="Environment">Its environment.</param>
/// <param name="Move">The digests.</param>
/// <param name="Message">The commit's message.</param>
internal sealed record StraightPush(JudgedKey Key, Pipeline Pipeline, PromotionEnvironment Environment, Promotion Move, string Message);

/// <summary>
/// Puts moves onto the base branch: one commit each, in one chain, and the chain in one push, so that a thousand services on a new base image cost a
/// remote as much as one. When another was first, the chain is made again on the new tip of those moves whose judgement still holds there. When the
/// remote refuses a chain, each goes alone, so that one that it does not take keeps out no other.
/// </summary>
internal sealed class BaseBranch(PromotionCommits commits, ICommitPusher pusher, StepProbe steps, string name, DateTimeOffset now)
{
    // More lost races in a row than this mean that the base branch moves faster than this bot; the next pass tries again.
    private const int MostTries = 5;

    /// <summary>Makes the moves; what became of each, in their order.</summary>
    public async Task<IReadOnlyList<StepResult>> PushAsync(IReadOnlyList<StraightPush> moves, CancellationToken cancellationToken)
    {
        var results = new StepResult?[moves.Count];
        var (longest, tries) = (pusher.LongestChain, 0);
        while (tries < MostTries && Chain(moves, results, longest) is { Links.Count: > 0 } chain)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                steps.Reach("push to base");
                if (await pusher.PushAsync("refs/heads/" + name, chain.From, chain.Links[^1].Commit, cancellationToken) is PushResult.Moved moved)
                {
                    steps.Reach("pushed to base");
                    foreach (var (index, commit) in chain.Links)
                    {
                        results[index] = new StepResult.Done(chain.Links.Count == 1 ? moved.To : commit);
                    }

                    tries = 0;
                    continue;
                }

                tries++;
            }
            catch (Exception e) when (e is GitException { IsTransient: true } or ForgeException { IsTransient: true })
            {
                // Whether it happened is known when the branch is looked at again; what was not tried waits for that, too.
                chain.Links.ForEach(link => results[link.Index] = new StepResult.Refused(e.Message));
                return Rest(results, $"The branch {name} could not be pushed to: {e.Message}");
            }
            catch (Exception e) when (e is GitException or ForgeException)
            {
                longest = 1;
                if (chain.Links is [var only])
                {
                    results[only.Index] = new StepResult.Refused(e.Message);
                }
            }
        }

        return Rest(results, $"The branch {name} moved {MostTries} times meanwhile.");
    }

    private static IReadOnlyList<StepResult> Rest(StepResult?[] results, string why) => [.. results.Select(r => r ?? new StepResult.Lost(why))];

    // Those that fit the tip as it is now; what cannot be made is told in the results. What is judged by a folder that this chain changes waits for it.
    private (string From, List<(int Index, string Commit)> Links)? Chain(IReadOnlyList<StraightPush> moves, StepResult?[] results, int longest)
    {
        var (from, tip, links, changed) = ("", "", new List<(int Index, string Commit)>(), new List<string>());
        for (var i = 0; i < moves.Count && links.Count < longest; i++)
        {
            var move = moves[i];
            if (results[i] is not null || move.Key.ReadsAny(changed))
            {
                continue;
            }

            if (move.Key.Tip(out var now) is { } lost)
            {
                results[i] = lost;
                continue;
            }

            (from, tip) = links.Count == 0 ? (now, now) : (from, tip);
            if (Write(tip, move, out var commit) is { } refused)
            {
                results[i] = refused;
                continue;
            }

            tip = commit;
            links.Add((i, commit));
            changed.Add(move.Environment.Path);
        }

        return (from, links);
    }

    private StepResult.Refused? Write(string tip, StraightPush move, out string commit)
    {
        try
        {
            commit = commits.Write(tip, move.Pipeline, move.Environment, move.Move, move.Message, now);
            return null;
        }
        catch (GitException e)
        {
            commit = "";
            return new StepResult.Refused(e.Message);
        }
    }
}
