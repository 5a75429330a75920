using GitOpsBot.Git;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Git;

public sealed class DraftBranchesTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly BareRepository bare = new();

    public void Dispose() => bare.Dispose();

    [Fact]
    public void A_draft_is_named_after_what_is_wanted_and_not_after_who_wants_it_when()
    {
        var wanted = new CommitInfo(new string('1', 40), [new string('2', 40)], new string('3', 40), Noon, "GitOpsBot <bot@example.com>", "Promote\n");
        var name = DraftBranches.NameOf(wanted);

        Assert.Matches("^gitopsbot/drafts/[0-9a-f]{40}$", name);
        Assert.Equal(name, DraftBranches.NameOf(wanted with { Sha = new string('4', 40), Committer = "GitHub <noreply@github.com>", CommitterTime = Noon.AddDays(1) }));
        Assert.DoesNotContain(name, new[] { wanted with { Parents = [] }, wanted with { Tree = new string('2', 40) }, wanted with { Message = "Promote" } }.Select(DraftBranches.NameOf));
    }

    [Fact]
    public void Swept_away_is_what_lay_there_before_did_not_move_and_was_of_no_use()
    {
        var (first, second) = (bare.Commit("first", Noon, ("a", "1")), bare.Commit("second", Noon, ("a", "2")));
        foreach (var name in new[] { "idle", "used", "moved" })
        {
            bare.Git("update-ref", "refs/heads/gitopsbot/drafts/" + name, first);
        }

        bare.Git("update-ref", "refs/heads/gitopsbot/state", first);
        using var git = ManifestRepository.Open(bare.Path);
        var before = DraftBranches.Read(git);
        bare.Git("update-ref", "refs/heads/gitopsbot/drafts/moved", second);
        bare.Git("update-ref", "refs/heads/gitopsbot/drafts/new", first);

        DraftBranches.Sweep(git, before, new HashSet<string> { "gitopsbot/drafts/used" });

        Assert.Equal(["gitopsbot/drafts/moved", "gitopsbot/drafts/new", "gitopsbot/drafts/used"], DraftBranches.Read(git).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(first, bare.Tip("gitopsbot/state"));
    }
}
