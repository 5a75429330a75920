using FsCheck.Xunit;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Tests.Evidence.Predicates;

public sealed class PackageUrlTests
{
    [Theory]
    [InlineData("pkg:npm/event-stream@3.3.6", "npm", "event-stream", "3.3.6")]
    [InlineData("pkg:npm/%40scope/name@1.0", "npm", "@scope/name", "1.0")]
    [InlineData("pkg:npm/@scope/name", "npm", "@scope/name", null)]
    [InlineData("pkg:NPM/a@1?x=y#z", "npm", "a", "1")]
    [InlineData("pkg://deb/debian/curl@7.50.3-1%2Bdeb9?arch=i386", "deb", "debian/curl", "7.50.3-1+deb9")]
    [InlineData("pkg:oci/checkout@sha256%3Aabc", "oci", "checkout", "sha256:abc")]
    [InlineData("pkg:golang/github.com/a/b@v1.2.3", "golang", "github.com/a/b", "v1.2.3")]
    public void Reads_type_path_and_version(string text, string type, string path, string? version)
    {
        var url = PackageUrl.Parse(text)!;

        Assert.Equal((type, path, version, text), (url.Type, url.Path, url.Version, url.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("npm/a")]
    [InlineData("pkg:")]
    [InlineData("pkg:npm")]
    [InlineData("pkg:npm/")]
    [InlineData("pkg:n pm/a")]
    [InlineData("pkg:npm/a?x=1&x=2")]
    public void What_is_none_is_none(string text) => Assert.Null(PackageUrl.Parse(text));

    [Theory]
    [InlineData("pkg:npm/a", "pkg:npm/a@1", true)]
    [InlineData("pkg:npm/a@1", "pkg:npm/A@1", true)]
    [InlineData("pkg:npm/a@1", "pkg:npm/a", false)]
    [InlineData("pkg:npm/a@1", "pkg:npm/a@1.0", false)]
    [InlineData("pkg:npm/a@1", "pkg:pypi/a@1", false)]
    [InlineData("pkg:deb/debian/a?arch=amd64", "pkg:deb/debian/a@1?arch=amd64&distro=x", true)]
    [InlineData("pkg:deb/debian/a?arch=amd64", "pkg:deb/debian/a@1?arch=arm64", false)]
    [InlineData("pkg:deb/debian/a?arch=amd64", "pkg:deb/debian/a@1", false)]
    [InlineData("pkg:pypi/my_lib", "pkg:pypi/My.Lib@2", true)]
    [InlineData("pkg:npm/my_lib", "pkg:npm/my-lib", false)]
    public void Covers_what_says_no_less(string wide, string narrow, bool covers) => Assert.Equal(covers, PackageUrl.Parse(wide)!.Covers(PackageUrl.Parse(narrow)));

    [Property(MaxTest = 500, Replay = "20260615,1")]
    public void Whatever_the_text_is_it_is_a_value_that_covers_itself_or_none(string? text)
    {
        var url = PackageUrl.Parse("pkg:npm/" + text);

        Assert.True(url is null || url.Covers(url));
    }
}
