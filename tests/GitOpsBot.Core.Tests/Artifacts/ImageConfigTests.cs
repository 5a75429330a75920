using System.Text;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Tests.Artifacts;

public sealed class ImageConfigTests
{
    [Fact]
    public void Reads_labels_platform_and_time_of_an_image()
    {
        var config = Read("""{"created":"2026-03-01T10:00:00Z","architecture":"arm","os":"linux","variant":"v7","config":{"Labels":{"a":"b","n":7}}}""");

        Assert.Equal(("linux/arm/v7", new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero), "b"), (config.Platform!.ToString(), config.Created, config.Labels["a"]));
        Assert.Single(config.Labels);
    }

    [Fact]
    public void Reads_what_a_model_says_of_itself()
    {
        var config = Read("""{"descriptor":{"createdAt":"2026-03-01T10:00:00Z","version":"3","revision":"abc"},"config":{"architecture":"transformer"}}""");

        Assert.Equal(("3", "abc", "2026-03-01T10:00:00Z"), (
            config.Labels["org.opencontainers.image.version"], config.Labels["org.opencontainers.image.revision"], config.Labels["org.opencontainers.image.created"]));
    }

    [Theory]
    [InlineData("""{"name":"chart","version":"1.0.0"}""")]
    [InlineData("""{"created":7,"os":[],"config":null,"descriptor":"x"}""")]
    [InlineData("{}")]
    public void Says_nothing_where_nothing_is_said(string json)
    {
        var config = Read(json);

        Assert.Equal((null, null, 0), (config.Platform, config.Created, config.Labels.Count));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"os":"a","os":"b"}""")]
    public void Refuses_what_is_no_configuration(string json) => Assert.IsType<Reading<ImageConfig>.Malformed>(ImageConfig.Read(Encoding.UTF8.GetBytes(json)));

    private static ImageConfig Read(string json) => Assert.IsType<Reading<ImageConfig>.Done>(ImageConfig.Read(Encoding.UTF8.GetBytes(json))).Value;
}
