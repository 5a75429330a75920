using GitOpsBot.Core.Artifacts;
using GitOpsBot.Registry;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Registry;

/// <summary>Copies of content: mirrors and the cache on disk save bytes, and never answer for the registry.</summary>
public sealed class StoredRegistryTests : IAsyncLifetime
{
    private static readonly BuiltArtifact Image = RegistryWorld.Image("1.0.0");
    private static readonly BuiltArtifact Other = RegistryWorld.Image("6.6.6");

    private readonly string folder = Directory.CreateTempSubdirectory("content-").FullName;
    private RegistryServer server = null!;
    private RegistryServer mirror = null!;

    private ImageName Name => RegistryWorld.Name(server.Host);

    public async ValueTask InitializeAsync()
    {
        (server, mirror) = (await RegistryServer.StartAsync(), await RegistryServer.StartAsync());
        server.Store.Add(RegistryWorld.Repository, Image, "1.0.0");
        mirror.Store.Add(RegistryWorld.Repository, Image, "1.0.0");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await mirror.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Content_comes_from_the_mirror_and_what_a_tag_means_from_the_registry()
    {
        server.Login = new RegistryLogin("anna", "open sesame");
        using var registries = Registries(_ => new RegistryCredentials.Password("anna", "open sesame"), new RegistryMirror(mirror.Host, ""));
        var registry = registries.For(Name);

        await registry.ListTagsAsync(Name, default);
        var meant = await registry.ResolveAsync(Name, "1.0.0", default);
        await registry.ReadManifestAsync(Name, meant!.Digest, default);
        await registry.ReadBlobAsync(Name, Image.Blobs[0].Descriptor.Digest, 10_000, default);

        Assert.Equal([$"GET /v2/acme/checkout/manifests/{Image.Digest}", $"GET /v2/acme/checkout/blobs/{Image.Blobs[0].Descriptor.Digest}"], mirror.Requests.Select(r => r.ToString()));
        Assert.All(mirror.Requests, r => Assert.Null(r.Authorization));
        Assert.DoesNotContain(server.Requests, r => r.Path.Contains("sha256:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, false, "GET /v2/acme/checkout/manifests/1.0.0")]
    // What a mirror has need not come from the registry, and of what is known already something may be kept.
    [InlineData(true, false, "HEAD /v2/acme/checkout/manifests/1.0.0")]
    [InlineData(false, true, "HEAD /v2/acme/checkout/manifests/1.0.0")]
    public async Task The_first_that_is_read_of_an_image_comes_with_the_question_what_its_tag_means(bool hasMirror, bool isKnown, string asked)
    {
        using var registries = Registries(null, hasMirror ? [new RegistryMirror(mirror.Host, "")] : []);
        if (isKnown)
        {
            await registries.For(Name).ReadBlobAsync(Name, Image.Blobs[0].Descriptor.Digest, 10_000, default);
            server.ForgetRequests();
        }

        var meant = await registries.For(Name).ResolveForReadingAsync(Name, "1.0.0", default);

        Assert.Equal(Image.Digest, meant!.Digest);
        Assert.Equal(asked, Assert.Single(server.Requests).ToString());
        Assert.NotNull(await registries.For(Name).ReadManifestAsync(Name, meant.Digest, default));
        Assert.Equal(isKnown ? 2 : 1, server.Requests.Count);
    }

    [Fact]
    public async Task What_is_wrong_with_what_stands_under_a_tag_is_told_when_it_is_read()
    {
        server.Lie = RegistryLies.Body("/manifests/1.0.0", MediaTypes.Manifest, "{}"u8.ToArray(), r => r.Headers["Docker-Content-Digest"] = Image.Digest.Value);
        using var registries = Registries(null);

        Assert.Equal(Image.Digest, (await registries.For(Name).ResolveForReadingAsync(Name, "1.0.0", default))!.Digest);

        Assert.Equal(["GET /v2/acme/checkout/manifests/1.0.0", "HEAD /v2/acme/checkout/manifests/1.0.0"], server.Requests.Select(r => r.ToString()));
    }

    [Fact]
    public async Task A_mirror_is_asked_below_its_path_and_in_order()
    {
        await using var second = await RegistryServer.StartAsync();
        second.Store.Add($"hub-cache/{RegistryWorld.Repository}", Image, "1.0.0");
        using var registries = Registries(null, new RegistryMirror(mirror.Host, "empty"), new RegistryMirror(second.Host, "hub-cache"));

        Assert.NotNull(await registries.For(Name).ReadManifestAsync(Name, Image.Digest, default));

        Assert.Equal($"GET /v2/empty/acme/checkout/manifests/{Image.Digest}", Assert.Single(mirror.Requests).ToString());
        Assert.Equal($"GET /v2/hub-cache/acme/checkout/manifests/{Image.Digest}", Assert.Single(second.Requests).ToString());
    }

    [Fact]
    public async Task Other_bytes_of_a_mirror_are_not_taken_and_the_mirror_rests()
    {
        mirror.Lie = RegistryLies.Body("/manifests/", MediaTypes.Manifest, Other.Manifests[^1].Bytes.ToArray());
        using var registries = Registries(null, new RegistryMirror(mirror.Host, ""));

        Assert.Equal(Image.Digest, (await registries.For(Name).ReadManifestAsync(Name, Image.Digest, default))!.Descriptor.Digest);
        Assert.NotNull(await registries.For(Name).ReadBlobAsync(Name, Image.Blobs[0].Descriptor.Digest, 10_000, default));

        Assert.Single(mirror.Requests);
    }

    [Fact]
    public async Task A_mirror_that_is_down_costs_no_answer()
    {
        await mirror.DisposeAsync();
        using var registries = Registries(null, new RegistryMirror(mirror.Host, ""));

        Assert.Equal(Image.Digest, (await new ArtifactReader(registries).DescribeAsync(Name, "1.0.0", Image.Digest, ArtifactDetail.Configuration, isThere: false, default))!.Digest);
    }

    [Fact]
    public async Task What_the_registry_does_not_hold_any_more_is_not_there_whatever_copies_there_are()
    {
        using var registries = Registries(null, new RegistryMirror(mirror.Host, ""));
        var reader = new ArtifactReader(registries);
        Assert.True(await reader.ExistsAsync(Name, Image.Digest, default));
        Assert.NotNull(await reader.DescribeAsync(Name, null, Image.Digest, ArtifactDetail.Configuration, isThere: false, default));

        server.Store.Delete(RegistryWorld.Repository, Image.Digest.Value);

        Assert.False(await reader.ExistsAsync(Name, Image.Digest, default));
        Assert.Null(await reader.DescribeAsync(Name, null, Image.Digest, ArtifactDetail.Configuration, isThere: false, default));
    }

    [Fact]
    public async Task An_outage_is_an_outage_whatever_copies_there_are()
    {
        using var registries = Registries(null, new RegistryMirror(mirror.Host, ""));
        var reader = new ArtifactReader(registries);
        await reader.ExistsAsync(Name, Image.Digest, default);

        server.Lie = RegistryLies.Status("/v2/", 500);

        Assert.True((await Assert.ThrowsAsync<RegistryException>(() => reader.ExistsAsync(Name, Image.Digest, default))).IsTransient);
    }

    [Fact]
    public async Task What_was_read_is_not_fetched_again_by_another_process_either()
    {
        using (var first = Registries(null))
        {
            await new ArtifactReader(first).DescribeAsync(Name, "1.0.0", Image.Digest, ArtifactDetail.Configuration, isThere: false, default);
        }

        server.ForgetRequests();
        using var second = Registries(null);
        var artifact = await new ArtifactReader(second).DescribeAsync(Name, "1.0.0", Image.Digest, ArtifactDetail.Configuration, isThere: false, default);

        Assert.Equal("1.0.0", artifact!.Labels["org.opencontainers.image.version"]);
        Assert.Equal($"HEAD /v2/acme/checkout/manifests/{Image.Digest}", Assert.Single(server.Requests).ToString());
    }

    [Fact]
    public async Task A_tag_that_still_means_the_same_is_not_sent_again()
    {
        using var registries = Registries(null);
        await registries.For(Name).ReadTagAsync(Name, "1.0.0", default);
        server.ForgetRequests();

        Assert.Equal(Image.Digest, (await registries.For(Name).ReadTagAsync(Name, "1.0.0", default))!.Descriptor.Digest);
        Assert.Equal("HEAD /v2/acme/checkout/manifests/1.0.0", Assert.Single(server.Requests).ToString());
        server.Store.Add(RegistryWorld.Repository, Other, "1.0.0");
        Assert.Equal(Other.Digest, (await registries.For(Name).ReadTagAsync(Name, "1.0.0", default))!.Descriptor.Digest);
    }

    [Fact]
    public async Task A_registry_without_head_is_asked_the_long_way()
    {
        server.Lie = context =>
        {
            context.Response.StatusCode = context.Request.Method == "HEAD" ? 405 : 200;
            return Task.FromResult(context.Request.Method == "HEAD");
        };
        using var registries = Registries(null);

        Assert.Equal(Image.Digest, (await registries.For(Name).ResolveAsync(Name, "1.0.0", default))!.Digest);
        Assert.True(await registries.For(Name).HasAsync(Name, Image.Digest, default));
        Assert.False(await registries.For(Name).HasAsync(Name, Other.Digest, default));
    }

    private Registries Registries(Func<string, RegistryCredentials>? credentials, params IReadOnlyList<RegistryMirror> mirrors) => new(new RegistryOptions(
        [new RegistryHost(server.Host, true, credentials) { Mirrors = mirrors }, .. mirrors.Select(m => new RegistryHost(m.Host, true, null))], new Dictionary<string, string>())
    {
        CacheFolder = folder,
    });
}
