using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Registry;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Registry;

/// <summary>The client against a truthful registry with the referrers API.</summary>
public sealed class OciRegistryTests : IDisposable
{
    private readonly EvidenceSigner signer = EvidenceSigner.Generate();

    public void Dispose() => signer.Dispose();

    [Fact]
    public async Task Lists_all_pages_of_tags()
    {
        await using var server = await RegistryServer.StartAsync();
        server.PageSize = 7;
        var tags = Enumerable.Range(0, 40).Select(i => $"1.{i}.0").ToList();
        server.Store.Add(RegistryWorld.Repository, RegistryWorld.Image("1"), tags);
        using var registries = RegistryWorld.Plain(server.Host);
        var name = RegistryWorld.Name(server.Host);

        Assert.Equal(tags.Order(), (await registries.For(name).ListTagsAsync(name, default)).Order());
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task Finds_referrers_by_the_api_and_beside_it_those_of_the_fallback_tag_each_once()
    {
        await using var server = await RegistryServer.StartAsync();
        var image = RegistryWorld.Image("1.0.0");
        var name = RegistryWorld.Name(server.Host);
        using var push = new RegistryPush(server.Host);
        await push.PushAsync(RegistryWorld.Repository, image, "1.0.0");
        var both = RegistryWorld.Attestation(signer, image.Descriptor, image.Digest);
        server.HasReferrersApi = false;
        await push.AttachAsync(RegistryWorld.Repository, image.Digest, both);
        server.HasReferrersApi = true;
        var later = RegistryWorld.Signature(signer, image.Descriptor, name, image.Digest);
        await push.AttachAsync(RegistryWorld.Repository, image.Digest, later);

        using var registries = RegistryWorld.Plain(server.Host);
        var referrers = await registries.For(name).ListReferrersAsync(name, image.Digest, default);
        var items = await new ArtifactReader(registries).ListAttachedAsync(name, image.Digest, default);

        Assert.Equal(new[] { both.Digest, later.Digest }.Order(), referrers.Select(r => r.Digest).Order());
        Assert.Equal(new[] { AttachedForm.Dsse, AttachedForm.SimpleSigning }.Order(), items.Select(i => i.Form).Order());
    }

    [Fact]
    public async Task Reads_what_kind_of_artifact_it_is_whatever_it_is()
    {
        await using var server = await RegistryServer.StartAsync();
        var chart = ImageBuilder.Attachment(
            "application/vnd.cncf.helm.config.v1+json", null, ImageBuilder.Blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", new byte[] { 1, 2, 3 }));
        server.Store.Add(RegistryWorld.Repository, chart, "0.1.0");
        using var registries = RegistryWorld.Plain(server.Host);
        var name = RegistryWorld.Name(server.Host);

        var meant = await registries.For(name).ResolveAsync(name, "0.1.0", default);
        var artifact = await new ArtifactReader(registries).DescribeAsync(name, "0.1.0", meant!.Digest, ArtifactDetail.Configuration, isThere: false, default);

        Assert.Equal((chart.Digest, "application/vnd.cncf.helm.config.v1+json"), (artifact!.Digest, artifact.Descriptor.ArtifactType));
        Assert.Null(artifact.Created);
    }

    [Fact]
    public async Task Speaks_tls_with_a_private_authority()
    {
        var folder = Directory.CreateTempSubdirectory("tls-").FullName;
        try
        {
            using var certificates = new TestCertificates(folder);
            await using var server = await RegistryServer.StartAsync(certificates.Server);
            server.Store.Add(RegistryWorld.Repository, RegistryWorld.Image("1.0.0"), "1.0.0");
            var name = RegistryWorld.Name(server.Host);
            using var registries = new Registries(new RegistryOptions(
                [new RegistryHost(server.Host, false, null) { CaFile = certificates.CaFile }], new Dictionary<string, string>()));

            Assert.Equal(["1.0.0"], await registries.For(name).ListTagsAsync(name, default));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
