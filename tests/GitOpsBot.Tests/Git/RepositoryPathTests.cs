using GitOpsBot.Git;

namespace GitOpsBot.Tests.Git;

public class RepositoryPathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("environments/prod/app.yaml")]
    [InlineData("with space/and ~tilde/and.dots..inside")]
    [InlineData("größe/emoji 🚀/日本.yaml")]
    [InlineData(".gitignore")]
    [InlineData(".github/workflows/a.yaml")]
    [InlineData("a/.gitops/b")]
    [InlineData("git~2")]
    [InlineData("...")]
    public void What_files_are_called_is_fine(string path) => Assert.Null(RepositoryPath.Problem(path));

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData(".git")]
    [InlineData(".GIT/config")]
    [InlineData("a/.git. /b")]
    [InlineData("a/.git:stream/b")]
    [InlineData("a/git~1")]
    [InlineData("a\\b")]
    [InlineData("größe\\b")]
    [InlineData("a\nb")]
    [InlineData("a\u007fb")]
    [InlineData("größe/a\0")]
    [InlineData("a\u202eb")]
    [InlineData("ü\u200d.git")]
    [InlineData("a\u2028")]
    [InlineData("a\ufffdb")]
    public void What_leaves_the_repository_or_deceives_is_named(string path) =>
        Assert.Equal($"'{RepositoryPath.Printable(path)}' is not a path that is read or written.", RepositoryPath.Problem(path));

    [Fact]
    public void A_path_has_at_most_1024_characters()
    {
        Assert.Null(RepositoryPath.Problem(new string('a', 1024)));
        Assert.NotNull(RepositoryPath.Problem(new string('a', 1025)));
    }

    // One question for every path that a pass looks at is answered in two ways of which one is quick: they must agree.
    [Fact]
    public void Every_character_is_told_by_what_it_is_wherever_it_stands()
    {
        for (var c = 1; c <= char.MaxValue; c++)
        {
            var isOdd = c is '\\' or 0xfffd || System.Globalization.CharUnicodeInfo.GetUnicodeCategory((char)c) is
                System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;
            Assert.Equal(isOdd, RepositoryPath.Problem($"x{(char)c}x") is not null);
            Assert.Equal(isOdd, RepositoryPath.Problem($"äx{(char)c}y") is not null);
        }
    }
}
