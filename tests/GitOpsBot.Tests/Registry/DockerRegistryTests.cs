using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Registry;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Registry;

/// <summary>The client against Debian's docker-registry, which knows no referrers.</summary>
public sealed class DockerRegistryTests : IDisposable
{
    // htpasswd: the user anna, whose password is "open sesame", hashed with bcrypt.
    private const string Anna = "anna:$2b$04$2CiyvcrF.eprV6xqjUMGxeco2ekPhyafYVu2tIthnywz5cKYV4yNO\n";

    private readonly string folder = Directory.CreateTempSubdirectory("docker-registry-").FullName;
    private readonly EvidenceSigner signer = EvidenceSigner.Generate();

    public void Dispose()
    {
        signer.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Lists_resolves_and_reads_an_index_over_plain_http()
    {
        var index = ImageBuilder.Index([
            ImageBuilder.Image("amd64", new Platform("linux", "amd64"), new Dictionary<string, string> { ["org.opencontainers.image.revision"] = "abc" }),
            ImageBuilder.Image("arm64", new Platform("linux", "arm64"))]);
        await using var server = await FilledAsync(("1.0.0", RegistryWorld.Image("1.0.0")), ("1.1.0", index));
        using var registries = RegistryWorld.Plain(server.Host);
        var name = RegistryWorld.Name(server.Host);

        var tags = await registries.For(name).ListTagsAsync(name, default);
        var meant = await registries.For(name).ResolveAsync(name, "1.1.0", default);
        var artifact = await new ArtifactReader(registries).DescribeAsync(name, "1.1.0", meant!.Digest, ArtifactDetail.Configuration, isThere: false, default);

        Assert.Equal(["1.0.0", "1.1.0"], tags.Order());
        Assert.Equal((index.Digest, MediaTypes.Index), (meant.Digest, meant.MediaType));
        Assert.Equal(["linux/amd64", "linux/arm64"], artifact!.Manifests.Select(m => m.Platform!.ToString()));
        Assert.Equal("abc", artifact.Labels["org.opencontainers.image.revision"]);
        Assert.True(await new ArtifactReader(registries).ExistsAsync(name, index.Digest, default));
    }

    [Fact]
    public async Task Knows_what_is_not_there_from_a_repository_that_is_not_there()
    {
        await using var server = await FilledAsync(("1.0.0", RegistryWorld.Image("1.0.0")));
        using var registries = RegistryWorld.Plain(server.Host);
        var (name, other) = (RegistryWorld.Name(server.Host), RegistryWorld.Name(server.Host, "acme/other"));

        Assert.Null(await registries.For(name).ResolveAsync(name, "2.0.0", default));
        Assert.Null(await registries.For(name).ReadManifestAsync(name, Digest.Of([1]), default));
        Assert.Null(await registries.For(name).ReadBlobAsync(name, Digest.Of([1]), 100, default));
        Assert.Equal(
            $"{server.Host} has no repository acme/other (404).",
            (await Assert.ThrowsAsync<RegistryException>(() => registries.For(other).ListTagsAsync(other, default))).Message);
    }

    [Fact]
    public async Task Finds_what_hangs_on_a_digest_by_the_fallback_tag_and_by_the_tags_of_cosign()
    {
        var image = RegistryWorld.Image("1.0.0");
        await using var server = await FilledAsync(("1.0.0", image));
        var name = RegistryWorld.Name(server.Host);
        using (var push = new RegistryPush(server.Host))
        {
            await push.AttachAsync(RegistryWorld.Repository, image.Digest, RegistryWorld.Attestation(signer, image.Descriptor, image.Digest));
            await push.PushAsync(RegistryWorld.Repository, RegistryWorld.Signature(signer, null, name, image.Digest), $"sha256-{image.Digest.Hex}.sig");
            await push.PushAsync(RegistryWorld.Repository, RegistryWorld.Attestation(signer, null, image.Digest, "OLD"), $"sha256-{image.Digest.Hex}.att");
        }

        using var registries = RegistryWorld.Plain(server.Host);
        var items = await new ArtifactReader(registries).ListAttachedAsync(name, image.Digest, default);

        Assert.Equal([AttachedForm.Dsse, AttachedForm.SimpleSigning, AttachedForm.Dsse], items.Select(i => i.Form));
        Assert.All(items, i => Assert.Null(i.Fault));
    }

    [Fact]
    public async Task Reads_over_tls_with_a_private_authority_and_refuses_without()
    {
        using var certificates = new TestCertificates(folder);
        await (await FilledAsync(("1.0.0", RegistryWorld.Image("1.0.0")))).DisposeAsync();
        await using var server = await DockerRegistry.StartAsync(folder, certificates);
        var name = RegistryWorld.Name(server.Host);
        using var trusting = new Registries(Options(new RegistryHost(server.Host, false, null) { CaFile = certificates.CaFile }));
        using var stranger = new Registries(Options());

        Assert.Equal(["1.0.0"], await trusting.For(name).ListTagsAsync(name, default));
        var no = await Assert.ThrowsAsync<RegistryException>(() => stranger.For(name).ListTagsAsync(name, default));
        Assert.Equal($"{server.Host} cannot be reached for acme/checkout: its certificate is not trusted here, or TLS failed otherwise.", no.Message);
    }

    [Fact]
    public async Task Shows_basic_credentials_and_tells_wrong_ones_from_none()
    {
        await (await FilledAsync(("1.0.0", RegistryWorld.Image("1.0.0")))).DisposeAsync();
        var file = Path.Combine(folder, "htpasswd");
        await File.WriteAllTextAsync(file, Anna, TestContext.Current.CancellationToken);
        await using var server = await DockerRegistry.StartAsync(folder, auth: $"  htpasswd: {{ realm: test, path: {file} }}");
        var name = RegistryWorld.Name(server.Host);

        Assert.Equal(["1.0.0"], await ListAsync("open sesame"));
        var wrong = await Assert.ThrowsAsync<RegistryException>(() => ListAsync("open barley"));
        Assert.Equal(($"{server.Host} refused the credentials configured for it when asked for acme/checkout (401).", false), (wrong.Message, wrong.IsTransient));
        var none = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(null));
        Assert.Equal($"{server.Host} wants credentials for acme/checkout (401), and none are configured.", none.Message);

        async Task<IReadOnlyList<string>> ListAsync(string? password)
        {
            using var registries = new Registries(Options(new RegistryHost(server.Host, true, password is null ? null : _ => new RegistryCredentials.Password("anna", password))));
            return await registries.For(name).ListTagsAsync(name, default);
        }
    }

    [Fact]
    public async Task Fetches_tokens_from_the_host_that_the_settings_name()
    {
        await (await FilledAsync(("1.0.0", RegistryWorld.Image("1.0.0")))).DisposeAsync();
        await using var tokens = await TokenService.StartAsync(folder, "anna", "open sesame");
        await using var server = await DockerRegistry.StartAsync(folder, auth: tokens.RegistrySettings);
        var name = RegistryWorld.Name(server.Host);

        using var right = new Registries(Options(new RegistryHost(server.Host, true, _ => new RegistryCredentials.Password("anna", "open sesame")) { TokenHosts = [tokens.Host] }));
        var meant = await right.For(name).ResolveAsync(name, "1.0.0", default);
        Assert.Equal("1.0.0", (await new ArtifactReader(right).DescribeAsync(name, "1.0.0", meant!.Digest, ArtifactDetail.Configuration, isThere: false, default))!.Version);
        Assert.Equal(["repository:acme/checkout:pull"], tokens.Scopes);

        using var unnamed = new Registries(Options(new RegistryHost(server.Host, true, _ => new RegistryCredentials.Password("anna", "open sesame"))));
        var no = await Assert.ThrowsAsync<RegistryException>(() => unnamed.For(name).ListTagsAsync(name, default));
        Assert.Equal($"{server.Host} asks for a token for acme/checkout from {tokens.Host}: the credentials configured for {server.Host} are not sent to another host.", no.Message);
        Assert.Single(tokens.Scopes);
    }

    [Fact]
    public async Task Reads_content_from_a_mirror_over_tls_and_tags_from_the_registry()
    {
        using var certificates = new TestCertificates(folder);
        await using var server = await FilledAsync(("1.0.0", RegistryWorld.Image("1.0.0")));
        await using var mirror = await DockerRegistry.StartAsync(folder, certificates);
        var name = RegistryWorld.Name(server.Host);
        using var registries = new Registries(Options(
            new RegistryHost(server.Host, true, null) { Mirrors = [new RegistryMirror(mirror.Host, "")] }, new RegistryHost(mirror.Host, false, null) { CaFile = certificates.CaFile }));

        var meant = await registries.For(name).ResolveAsync(name, "1.0.0", default);

        Assert.True((await registries.For(name).ReadManifestAsync(name, meant!.Digest, default))!.IsCopy);
    }

    private async Task<DockerRegistry> FilledAsync(params (string Tag, BuiltArtifact Artifact)[] artifacts)
    {
        if (!DockerRegistry.IsInstalled)
        {
            Assert.Skip(DockerRegistry.NotInstalled);
        }

        var server = await DockerRegistry.StartAsync(folder);
        using var push = new RegistryPush(server.Host);
        foreach (var (tag, artifact) in artifacts)
        {
            await push.PushAsync(RegistryWorld.Repository, artifact, tag);
        }

        return server;
    }

    private static RegistryOptions Options(params IReadOnlyList<RegistryHost> hosts) => new(hosts, new Dictionary<string, string>());
}
