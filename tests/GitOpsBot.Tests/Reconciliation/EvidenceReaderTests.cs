using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;
using GitOpsBot.Testing;
using GitOpsBot.Tests.Registry;
using Moq;

namespace GitOpsBot.Tests.Reconciliation;

/// <summary>What was read for one question of a pass answers another only where it says as much.</summary>
public sealed class EvidenceReaderTests : IAsyncLifetime
{
    private RegistryServer server = null!;
    private Registries registries = null!;

    private ImageName Name => RegistryWorld.Name(server.Host);

    public async ValueTask InitializeAsync()
    {
        server = await RegistryServer.StartAsync();
        registries = RegistryWorld.Plain(server.Host);
    }

    public async ValueTask DisposeAsync()
    {
        registries.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task An_index_that_was_described_cannot_be_pulled_when_the_image_of_a_platform_is_gone()
    {
        var (one, other) = (RegistryWorld.Image("1.0.0"), ImageBuilder.Image("another layer", new Platform("linux", "arm64")));
        var index = ImageBuilder.Index([one, other]);
        server.Store.Add(RegistryWorld.Repository, index, "1.0.0");
        server.Store.Delete(RegistryWorld.Repository, other.Digest.Value);
        var reader = Reader();

        Assert.Equal(index.Digest, Assert.IsType<Fact<Artifact?>.Known>(await reader.DescribeAsync(Name, index.Digest, default)).Value!.Digest);

        Assert.False(Assert.IsType<Fact<bool>.Known>(await reader.ExistsAsync(Name, index.Digest, default)).Value);
    }

    [Fact]
    public async Task A_single_image_that_was_described_is_not_asked_for_again()
    {
        var image = RegistryWorld.Image("1.0.0");
        server.Store.Add(RegistryWorld.Repository, image, "1.0.0");
        var reader = Reader();
        await reader.DescribeAsync(Name, image.Digest, default);
        var asked = server.Requests.Count;

        Assert.True(Assert.IsType<Fact<bool>.Known>(await reader.ExistsAsync(Name, image.Digest, default)).Value);
        Assert.Equal(asked, server.Requests.Count);

        // The next pass has another reader.
        server.Store.Delete(RegistryWorld.Repository, image.Digest.Value);
        Assert.False(Assert.IsType<Fact<bool>.Known>(await Reader().ExistsAsync(Name, image.Digest, default)).Value);
    }

    private EvidenceReader Reader() => new(new ArtifactReader(registries), (_, _) => false, Mock.Of<IForge>(MockBehavior.Strict), [], DateTimeOffset.UnixEpoch);
}
