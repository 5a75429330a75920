using System.Text;
using GitOpsBot.Registry;

namespace GitOpsBot.Tests.Registry;

public sealed class DockerCredentialsTests
{
    private static readonly string Anna = Convert.ToBase64String(Encoding.UTF8.GetBytes("anna:open:sesame"));

    [Theory]
    [InlineData("ghcr.io", "ghcr.io")]
    [InlineData("ghcr.io", "https://ghcr.io")]
    [InlineData("ghcr.io", "https://ghcr.io/v2/")]
    [InlineData("127.0.0.1:5000", "127.0.0.1:5000")]
    [InlineData("docker.io", "https://index.docker.io/v1/")]
    public void Finds_a_host_however_it_was_written(string host, string key) =>
        Assert.Equal(new RegistryCredentials.Password("anna", "open:sesame"), DockerCredentials.Find($$$$"""{"auths":{"{{{{key}}}}":{"auth":"{{{{Anna}}}}"}}}""", host, "acme/checkout"));

    [Fact]
    public void The_longest_key_that_fits_the_repository_counts()
    {
        var json = """
            {"auths":{
              "ghcr.io":{"username":"host","password":"p"},
              "ghcr.io/acme":{"username":"team","password":"p"},
              "ghcr.io/acme/checkout":{"username":"one","password":"p"}}}
            """;

        Assert.Equal(new RegistryCredentials.Password("one", "p"), DockerCredentials.Find(json, "ghcr.io", "acme/checkout"));
        Assert.Equal(new RegistryCredentials.Password("team", "p"), DockerCredentials.Find(json, "ghcr.io", "acme/checkout-evil"));
        Assert.Equal(new RegistryCredentials.Password("host", "p"), DockerCredentials.Find(json, "ghcr.io", "acme-evil/checkout"));
    }

    [Fact]
    public void Reads_tokens_and_the_older_file_without_auths()
    {
        Assert.Equal(new RegistryCredentials.Refresh("r"), DockerCredentials.Find("""{"auths":{"h.example":{"auth":"","identitytoken":"r"}}}""", "h.example", "a"));
        Assert.Equal(new RegistryCredentials.Bearer("b"), DockerCredentials.Find("""{"auths":{"h.example":{"registrytoken":"b"}}}""", "h.example", "a"));
        Assert.Equal(new RegistryCredentials.Password("anna", "open:sesame"), DockerCredentials.Find($$$$"""{"h.example":{"auth":"{{{{Anna}}}}"}}""", "h.example", "a"));
    }

    [Theory]
    [InlineData("""{"credsStore":"desktop"}""")]
    [InlineData("""{"auths":{"ghcr.io":{}},"credHelpers":{"ghcr.io":"gcloud"}}""")]
    public void Runs_no_credential_helper_and_says_so(string json) => Assert.Equal(
        "The Docker configuration leaves ghcr.io to a credential helper, which is a program and is not run: write 'auths', or use 'usernameFile' and 'passwordFile'.",
        Assert.Throws<IOException>(() => DockerCredentials.Find(json, "ghcr.io", "a")).Message);

    [Theory]
    [InlineData("""{"auths":{"other.example":{"auth":"x"}}}""")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":""}}}""")]
    [InlineData("{}")]
    public void Says_when_nothing_is_said_about_the_host(string json) => Assert.Equal(
        "The Docker configuration holds no credentials for ghcr.io: expected 'auth', or 'username' and 'password', under 'auths'.",
        Assert.Throws<IOException>(() => DockerCredentials.Find(json, "ghcr.io", "a")).Message);

    [Theory]
    [InlineData("hush")]
    [InlineData("[]")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"hush!"}}}""")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":7}}}""")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"aHVzaA=="}}}""")]
    [InlineData("""{"auths":7}""")]
    public void Says_nothing_of_a_file_that_is_not_well_formed(string json) => Assert.Equal(
        "The Docker configuration is not well-formed: expected JSON with 'auths' by host.",
        Assert.Throws<IOException>(() => DockerCredentials.Find(json, "ghcr.io", "a")).Message);
}
