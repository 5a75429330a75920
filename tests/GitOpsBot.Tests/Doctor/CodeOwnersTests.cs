using GitOpsBot.Doctor;

namespace GitOpsBot.Tests.Doctor;

/// <summary>Who owns a file by a CODEOWNERS (GitHub, "About code owners").</summary>
public sealed class CodeOwnersTests
{
    [Theory]
    [InlineData("*", true, true, true)]
    [InlineData("/.gitopsbot/", true, true, false)]
    [InlineData(".gitopsbot/", true, true, false)]
    [InlineData("/.gitopsbot", true, true, false)]
    [InlineData("/.gitopsbot/*", true, false, false)]
    [InlineData("/.gitopsbot/**", true, true, false)]
    [InlineData("*.yaml", true, true, true)]
    [InlineData("/*.yaml", false, false, false)]
    [InlineData("policy.yaml", true, false, false)]
    [InlineData("**/team/", false, true, false)]
    [InlineData("/.gitopsbot/team/*.yaml", false, true, false)]
    [InlineData("/.gitops?ot/", true, true, false)]
    [InlineData("/gitopsbot/", false, false, false)]
    [InlineData("/.gitopsbo/", false, false, false)]
    [InlineData("gitopsbot/", false, false, false)]
    public void A_pattern_fits(string pattern, bool file, bool deeper, bool elsewhere)
    {
        var owners = new CodeOwners($"{pattern} @acme/sre\n");

        Assert.Equal((file, deeper, elsewhere), (Owned(owners, ".gitopsbot/policy.yaml"), Owned(owners, ".gitopsbot/team/access.yaml"), Owned(owners, "environments/prod/app.yaml")));
    }

    [Fact]
    public void The_last_line_that_fits_decides_and_one_without_owners_makes_it_nobodys()
    {
        var owners = new CodeOwners("* @acme/all # everything\r\n\r\n# /.gitopsbot/ @nobody\r\n/.gitopsbot/ @acme/sre anna@example.com\r\n/.gitopsbot/free.yaml\r\n");

        Assert.Equal(["@acme/all"], owners.Of("README.md"));
        Assert.Equal(["@acme/sre", "anna@example.com"], owners.Of(".gitopsbot/policy.yaml"));
        Assert.Empty(owners.Of(".gitopsbot/free.yaml"));
    }

    [Theory]
    [InlineData("!/.gitopsbot/ @acme/sre")]
    [InlineData("/.gitops[b]ot/ @acme/sre")]
    [InlineData("")]
    [InlineData("\0\uFFFF((((( @a")]
    public void A_line_that_GitHub_does_not_understand_owns_nothing(string text) => Assert.Empty(new CodeOwners(text).Of(".gitopsbot/policy.yaml"));

    private static bool Owned(CodeOwners owners, string path) => owners.Of(path).Count > 0;
}
