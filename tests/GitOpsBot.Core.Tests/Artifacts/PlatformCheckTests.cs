using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Tests.Artifacts;

public sealed class PlatformCheckTests
{
    [Fact]
    public void Names_the_platforms_that_an_index_lacks_in_the_order_they_were_wanted() =>
        Assert.Equal(["linux/arm64", "windows/amd64"], Missing(["linux/amd64", "unknown/unknown"], "linux/arm64", "linux/amd64", "windows/amd64"));

    [Theory]
    [InlineData("linux/arm64/v8", "linux/arm64")]
    [InlineData("linux/arm64", "linux/arm64/v8")]
    [InlineData("linux/arm", "linux/arm/v7")]
    [InlineData("linux/amd64/v1", "linux/amd64")]
    public void Reads_variants_as_container_runtimes_do(string there, string wanted) => Assert.Empty(Missing([there], wanted));

    [Theory]
    [InlineData("linux/arm/v6", "linux/arm")]
    [InlineData("linux/amd64/v3", "linux/amd64")]
    [InlineData("windows/amd64", "linux/amd64")]
    [InlineData("unknown/unknown", "unknown/unknown")]
    public void Does_not_take_another_platform_for_the_wanted_one(string there, string wanted) => Assert.Equal([wanted], Missing([there], wanted));

    [Fact]
    public void Judges_a_single_manifest_by_what_its_configuration_names()
    {
        var artifact = Artifact([]) with { Platform = new Platform("linux", "amd64") };

        Assert.Empty(PlatformCheck.Missing(artifact, [new Platform("linux", "amd64")]));
        Assert.Equal([new Platform("linux", "arm64")], PlatformCheck.Missing(artifact, [new Platform("linux", "arm64")]));
        Assert.Equal([new Platform("linux", "amd64")], PlatformCheck.Missing(Artifact([]), [new Platform("linux", "amd64")]));
    }

    private static IEnumerable<string> Missing(string[] there, params string[] wanted) =>
        PlatformCheck.Missing(Artifact(there), [.. wanted.Select(w => Platform.TryParse(w)!)]).Select(p => p.ToString());

    private static Artifact Artifact(string[] there) => new(ImageName.Parse("ghcr.io/acme/checkout"), ImageBuilder.Image("x").Descriptor)
    {
        Manifests = [.. there.Select(t => new Descriptor(MediaTypes.Manifest, Digest.Of([]), 1) { Platform = Platform.TryParse(t) })],
    };
}
