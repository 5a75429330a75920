using GitOpsBot.Hosting.Settings;
using GitOpsBot.Registry;

namespace GitOpsBot.Tests.Hosting;

/// <summary>What the settings may say of a registry host.</summary>
public sealed class RegistrySettingsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("settings").FullName;

    public RegistrySettingsTests() => File.WriteAllText(Path.Combine(folder, "ca.pem"), "");

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public void Reads_everything_that_may_be_said()
    {
        var registry = Assert.Single(Assert.IsType<SettingsResult.Read>(Read(
            "{ host: registry.gitlab.com, caFile: ca.pem, tokenHosts: [gitlab.com], mirrors: [mirror.example, \"harbor.example:8443/hub/cache\"], concurrency: 4, requestsPerSecond: 20 }")).Settings.Registries);

        Assert.Equal((Path.Combine(folder, "ca.pem"), 4, 20), (registry.CaFile, registry.AtOnce, registry.PerSecond));
        Assert.Equal(["gitlab.com"], registry.TokenHosts);
        Assert.Equal([new RegistryMirror("mirror.example", ""), new RegistryMirror("harbor.example:8443", "hub/cache")], registry.Mirrors);
    }

    [Fact]
    public void Says_nothing_by_itself()
    {
        var registry = Assert.Single(Assert.IsType<SettingsResult.Read>(Read("{ host: ghcr.io }")).Settings.Registries);

        Assert.Equal((null, RegistryHost.UsualAtOnce, null), (registry.CaFile, registry.AtOnce, registry.PerSecond));
        Assert.Empty(registry.Mirrors);
        Assert.Empty(registry.TokenHosts);
    }

    [Theory]
    [InlineData("caFile: none.pem", "There is no file DIR/none.pem.")]
    [InlineData("tokenHosts: [\"https://gitlab.com\"]", "'https://gitlab.com' is not a valid host: expected a host such as ghcr.io or 127.0.0.1:5000, without http://.")]
    [InlineData("mirrors: [\"https://mirror.example\"]", "'https://mirror.example' is not a valid mirror: expected HOST or HOST/PATH, such as mirror.example or harbor.example/hub-cache, without http://.")]
    [InlineData("mirrors: [\"mirror.example/Hub\"]", "'mirror.example/Hub' is not a valid mirror: expected HOST or HOST/PATH, such as mirror.example or harbor.example/hub-cache, without http://.")]
    [InlineData("mirrors: [\"mirror.example/../x\"]", "'mirror.example/../x' is not a valid mirror: expected HOST or HOST/PATH, such as mirror.example or harbor.example/hub-cache, without http://.")]
    [InlineData("concurrency: 0", "Expected a whole number from 1 to 64, found '0'.")]
    [InlineData("requestsPerSecond: 0", "Expected a whole number from 1 to 10000, found '0'.")]
    [InlineData("mirror: [a.example]", "Unknown key 'mirror'. Did you mean 'mirrors'?")]
    public void Says_what_is_wrong(string text, string sentence)
    {
        var problem = Assert.Single(Assert.IsType<SettingsResult.Wrong>(Read($"{{ host: ghcr.io, {text} }}")).Problems);

        Assert.Equal(sentence, problem.Message.Replace(folder, "DIR", StringComparison.Ordinal));
    }

    private SettingsResult Read(string registry)
    {
        var file = Path.Combine(folder, "gitopsbot.yaml");
        File.WriteAllText(file, $"registries: [{registry}]\n");
        return SettingsReader.Read(file, new Dictionary<string, string>());
    }
}
