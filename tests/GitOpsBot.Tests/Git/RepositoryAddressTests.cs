using GitOpsBot.Git;

namespace GitOpsBot.Tests.Git;

public class RepositoryAddressTests
{
    [Theory]
    [InlineData("https://github.com/acme/shop.git", "https://github.com/acme/shop.git")]
    [InlineData("http://127.0.0.1:8080/acme/shop.git/", "http://127.0.0.1:8080/acme/shop.git")]
    [InlineData("ssh://git@github.com/acme/shop.git", "ssh://git@github.com/acme/shop.git")]
    [InlineData("ssh://[::1]:2222/acme/shop.git", "ssh://[::1]:2222/acme/shop.git")]
    [InlineData("git@github.com:acme/shop.git", "ssh://git@github.com/~/acme/shop.git")]
    public void An_address_is_read_as_it_is_written(string text, string read) =>
        Assert.Equal(read, RepositoryAddress.Parse(text, out _)?.ToString());

    [Theory]
    [InlineData("ssh://-oProxyCommand=touch%20x/y.git")]
    [InlineData("ssh://-oProxyCommand@host/y.git")]
    [InlineData("ssh://host/-y.git")]
    [InlineData("ssh://host/'; touch x'")]
    [InlineData("ssh://host/$(touch x)")]
    [InlineData("ssh://host/a b")]
    [InlineData("ssh://host:99999/y.git")]
    [InlineData("ssh://host/../y.git")]
    [InlineData("git@host:a\nb")]
    [InlineData("git://host/y.git")]
    [InlineData("ext::sh -c touch% x")]
    [InlineData("https:///y.git")]
    public void What_could_mean_something_to_a_program_is_no_address(string text) =>
        Assert.Null(RepositoryAddress.Parse(text, out _));

    [Fact]
    public void Credentials_in_an_address_are_refused_without_being_repeated()
    {
        Assert.Null(RepositoryAddress.Parse("https://me:hunter2@host/y.git", out var problem));
        Assert.Equal("The address of a repository holds no credentials: they are named by files of their own.", problem);
        Assert.Null(RepositoryAddress.Parse("https://host/y.git?private_token=hunter2", out problem));
        Assert.Equal("The address of a repository ends with its path, without '?' and '#'.", problem);
    }
}
