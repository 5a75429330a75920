using GitOpsBot.Core.Promotions.Commands;
using GitOpsBot.Forge;
using GitOpsBot.Reconciliation;
using Moq;

namespace GitOpsBot.Tests.Reconciliation;

/// <summary>Who may, asked of a forge that answers, does not answer, or knows nobody.</summary>
public sealed class AccessDeskTests
{
    private readonly Mock<IForge> forge = new(MockBehavior.Strict);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Permission.None, AccessLevel.Triage, false)]
    [InlineData(Permission.Read, AccessLevel.Triage, false)]
    [InlineData(Permission.Triage, AccessLevel.Triage, true)]
    [InlineData(Permission.Triage, AccessLevel.Write, false)]
    [InlineData(Permission.Write, AccessLevel.Write, true)]
    [InlineData(Permission.Write, AccessLevel.Maintain, false)]
    [InlineData(Permission.Maintain, AccessLevel.Maintain, true)]
    [InlineData(Permission.Maintain, AccessLevel.Admin, false)]
    [InlineData(Permission.Admin, AccessLevel.Admin, true)]
    [InlineData(Permission.Admin, AccessLevel.Triage, true)]
    public async Task A_level_lets_in_who_has_it_or_a_higher_one(Permission has, AccessLevel needs, bool may)
    {
        forge.Setup(f => f.GetPermissionAsync("anna", It.IsAny<CancellationToken>())).ReturnsAsync(has);

        Assert.Equal(may, await Desk(new Allowed.Level(needs)).MayAsync("anna", "rollback", "prod", Token));
    }

    [Fact]
    public async Task Whoever_could_write_a_comment_may_read_so_nothing_is_asked() =>
        Assert.True(await Desk(new Allowed.Level(AccessLevel.Read)).MayAsync("anna", "rollback", "prod", Token));

    [Theory]
    [InlineData("octocat", true)]
    [InlineData("OCTOCAT", true)]
    [InlineData("octocat-evil", false)]
    [InlineData("octo", false)]
    public async Task A_person_is_let_in_by_the_whole_login_in_any_case(string login, bool may) =>
        Assert.Equal(may, await Desk(new Allowed.Person("octocat")).MayAsync(login, "rollback", "prod", Token));

    [Fact]
    public async Task A_member_of_a_team_is_let_in_and_somebody_else_is_not()
    {
        forge.Setup(f => f.IsMemberAsync("@acme/sre", "bert", It.IsAny<CancellationToken>())).ReturnsAsync(true);
        forge.Setup(f => f.IsMemberAsync("@acme/sre", "anna", It.IsAny<CancellationToken>())).ReturnsAsync(false);

        Assert.True(await Desk(new Allowed.Team("@acme/sre")).MayAsync("bert", "rollback", "prod", Token));
        Assert.False(await Desk(new Allowed.Team("@acme/sre")).MayAsync("anna", "rollback", "prod", Token));
    }

    [Fact]
    public async Task A_team_that_the_forge_does_not_tell_of_is_an_exception_and_never_a_yes()
    {
        forge.Setup(f => f.IsMemberAsync("@acme/sre", "anna", It.IsAny<CancellationToken>())).ThrowsAsync(new ForgeException("There is no team @acme/sre.", isTransient: true));

        var refusal = await Assert.ThrowsAsync<ForgeException>(() => Desk(new Allowed.Team("@acme/sre")).MayAsync("anna", "rollback", "prod", Token));

        Assert.Equal("There is no team @acme/sre.", refusal.Message);
    }

    [Fact]
    public async Task A_permission_that_the_forge_does_not_tell_is_an_exception_and_never_a_yes()
    {
        forge.Setup(f => f.GetPermissionAsync("anna", It.IsAny<CancellationToken>())).ThrowsAsync(new ForgeException("GitHub did not answer within 30 seconds.", isTransient: true));

        await Assert.ThrowsAsync<ForgeException>(() => Desk(new Allowed.Level(AccessLevel.Write)).MayAsync("anna", "rollback", "prod", Token));
    }

    [Fact]
    public async Task Nobody_is_let_in_by_an_empty_list_or_while_a_document_is_broken()
    {
        Assert.False(await Desk().MayAsync("anna", "rollback", "prod", Token));
        Assert.False(await new AccessDesk(new CommandAccess([], "nobody while a document cannot be read"), forge.Object).MayAsync("anna", "rollback", "prod", Token));
    }

    private AccessDesk Desk(params Allowed[] allowed) => new(new CommandAccess([new AccessRule(["rollback"], [], allowed)], null), forge.Object);
}
