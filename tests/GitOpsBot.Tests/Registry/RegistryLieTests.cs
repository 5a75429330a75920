using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Registry;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Registry;

/// <summary>The registry is hostile: each lie is refused for its own reason, and costs no more than its bound.</summary>
public sealed class RegistryLieTests : IAsyncLifetime
{
    private static readonly BuiltArtifact Image = RegistryWorld.Image("1.0.0");
    private static readonly BuiltArtifact Other = RegistryWorld.Image("6.6.6");

    private RegistryServer server = null!;
    private Registries registries = null!;

    private ImageName Name => RegistryWorld.Name(server.Host);

    private IRegistry Registry => registries.For(Name);

    public async ValueTask InitializeAsync()
    {
        server = await RegistryServer.StartAsync();
        server.Store.Add(RegistryWorld.Repository, Image, "1.0.0");
        registries = RegistryWorld.Plain(server.Host, timeout: TimeSpan.FromSeconds(2));
    }

    public async ValueTask DisposeAsync()
    {
        registries.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Another_manifest_the_second_time_does_not_pass_for_the_first()
    {
        server.Lie = RegistryLies.After(1, "/manifests/", RegistryLies.Body("/manifests/", MediaTypes.Manifest, Other.Manifests[^1].Bytes.ToArray()));
        var meant = await Registry.ResolveAsync(Name, "1.0.0", default);
        Assert.Equal(Image.Digest, meant!.Digest);

        var no = await Assert.ThrowsAsync<RegistryException>(() => new ArtifactReader(registries).DescribeAsync(Name, "1.0.0", meant.Digest, ArtifactDetail.Configuration, isThere: false, default));

        Assert.Equal((RejectionCode.ContentDigestMismatch, false), (no.Code, no.IsTransient));
        Assert.Equal($"{Name} handed out other bytes: expected content of {Image.Digest}, found {Other.Digest}.", no.Message);
    }

    [Fact]
    public async Task Another_blob_than_was_asked_for_is_refused()
    {
        var config = Image.Blobs[0].Descriptor.Digest;
        server.Lie = RegistryLies.Body("/blobs/", "application/octet-stream", "{}"u8.ToArray());

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ReadBlobAsync(Name, config, 1_000, default));

        Assert.Equal(RejectionCode.ContentDigestMismatch, no.Code);
        Assert.StartsWith($"{Name} handed out other bytes: expected content of {config}, found ", no.Message);
    }

    [Fact]
    public async Task A_header_that_says_another_digest_than_the_body_has_is_refused()
    {
        server.Lie = RegistryLies.Body("/manifests/1.0.0", MediaTypes.Manifest, Image.Manifests[^1].Bytes.ToArray(), r => r.Headers["Docker-Content-Digest"] = Other.Digest.Value);

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ReadTagAsync(Name, "1.0.0", default));

        Assert.Equal((RejectionCode.ContentDigestMismatch, $"{Name} handed out other bytes: expected content of {Other.Digest}, found {Image.Digest}."), (no.Code, no.Message));
    }

    [Fact]
    public async Task A_header_that_lies_about_a_tag_names_nothing_that_can_be_read()
    {
        server.Lie = RegistryLies.Body("/manifests/", MediaTypes.Manifest, Image.Manifests[^1].Bytes.ToArray(), r => r.Headers["Docker-Content-Digest"] = Other.Digest.Value);
        var meant = await Registry.ResolveAsync(Name, "1.0.0", default);
        Assert.Equal(Other.Digest, meant!.Digest);

        var no = await Assert.ThrowsAsync<RegistryException>(() => new ArtifactReader(registries).DescribeAsync(Name, "1.0.0", meant.Digest, ArtifactDetail.Configuration, isThere: false, default));

        Assert.Equal(RejectionCode.ContentDigestMismatch, no.Code);
    }

    [Theory]
    [InlineData("/manifests/", "The manifest 1.0.0 of HOST/acme/checkout is too long: expected at most 4194304 bytes, found more.")]
    [InlineData("/tags/", "The list of tags of HOST/acme/checkout is too long: expected at most 4194304 bytes, found more.")]
    public async Task A_body_without_an_end_costs_the_bound_and_no_more(string at, string sentence)
    {
        server.Lie = RegistryLies.Endless(at, MediaTypes.Manifest);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var no = await Assert.ThrowsAsync<RegistryException>(() => at == "/tags/" ? Registry.ListTagsAsync(Name, default) : Registry.ReadTagAsync(Name, "1.0.0", default));

        Assert.Equal((RejectionCode.Limit, sentence), (no.Code, no.Message.Replace(server.Host, "HOST", StringComparison.Ordinal)));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task A_blob_larger_than_what_is_wanted_is_not_read()
    {
        server.Lie = RegistryLies.Body("/blobs/", "application/octet-stream", [], r => r.ContentLength = 5_000_000_000);

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ReadBlobAsync(Name, Image.Blobs[0].Descriptor.Digest, 1_000, default));

        Assert.Equal(RejectionCode.Limit, no.Code);
        Assert.EndsWith("is too long: expected at most 1000 bytes, found 5000000000.", no.Message);
    }

    [Fact]
    public async Task Pages_without_an_end_are_bounded()
    {
        registries.Dispose();
        registries = RegistryWorld.Plain(server.Host);
        server.Lie = RegistryLies.EndlessPages("/tags/list");

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ListTagsAsync(Name, default));

        Assert.Equal((RejectionCode.Limit, $"There are too many pages of the tags of {Name}: expected at most 1000."), (no.Code, no.Message));
    }

    [Fact]
    public async Task Pages_in_a_circle_are_refused()
    {
        server.Lie = RegistryLies.Body("/tags/list", "application/json", """{"tags":["1.0.0"]}"""u8.ToArray(), r => r.Headers.Link = $"</v2/{RegistryWorld.Repository}/tags/list?n=1000>; rel=\"next\"");

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ListTagsAsync(Name, default));

        Assert.Equal((RejectionCode.Malformed, $"The pages of the tags of {Name} go round in a circle."), (no.Code, no.Message));
    }

    [Fact]
    public async Task A_next_page_on_another_host_is_not_followed()
    {
        server.Lie = RegistryLies.Body("/tags/list", "application/json", """{"tags":["1.0.0"]}"""u8.ToArray(), r => r.Headers.Link = "<http://evil.example:80/v2/x/tags/list>; rel=\"next\"");

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ListTagsAsync(Name, default));

        Assert.Equal($"The next page of the tags of {Name} lies on another host, evil.example:80; that is not followed.", no.Message);
    }

    [Fact]
    public async Task Too_many_tags_are_refused()
    {
        var many = "{\"tags\":[" + string.Join(',', Enumerable.Range(0, 100_001).Select(i => $"\"{i}\"")) + "]}";
        server.Lie = RegistryLies.Body("/tags/list", "application/json", Encoding.ASCII.GetBytes(many));

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ListTagsAsync(Name, default));

        Assert.Equal((RejectionCode.Limit, $"{Name} has too many tags: expected at most 100000."), (no.Code, no.Message));
    }

    [Fact]
    public async Task A_manifest_with_thousands_of_layers_is_refused()
    {
        var layer = $$"""{"mediaType":"a","digest":"{{Image.Digest}}","size":1}""";
        var many = $$"""{"schemaVersion":2,"config":{{layer}},"layers":[{{string.Join(',', Enumerable.Repeat(layer, 1_001))}}]}""";
        server.Lie = RegistryLies.Body("/manifests/1.0.0", MediaTypes.Manifest, Encoding.ASCII.GetBytes(many));

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ReadTagAsync(Name, "1.0.0", default));

        Assert.Equal((RejectionCode.Limit, $"The manifest 1.0.0 of {Name} is too large: The manifest's 'layers' has 1001 entries; expected at most 1000."), (no.Code, no.Message));
    }

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        server.Lie = RegistryLies.Body("/manifests/1.0.0", MediaTypes.Manifest, Encoding.ASCII.GetBytes(new string('[', 100_000)));

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ReadTagAsync(Name, "1.0.0", default));

        Assert.Equal((RejectionCode.Malformed, $"The manifest 1.0.0 of {Name} is malformed: The manifest is not well-formed JSON."), (no.Code, no.Message));
    }

    [Fact]
    public async Task Thousands_of_referrers_are_refused()
    {
        var entry = new Descriptor(MediaTypes.Manifest, Image.Digest, 1);
        server.Lie = RegistryLies.Body("/referrers/", MediaTypes.Index, ImageBuilder.IndexOf([.. Enumerable.Repeat(entry, 999)]).Bytes.ToArray(), r => r.Headers.Link = $"<?page={Guid.NewGuid():N}>; rel=\"next\"");

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ListReferrersAsync(Name, Image.Digest, default));

        Assert.Equal((RejectionCode.Limit, $"{Name}@{Image.Digest} has too many referrers: expected at most 1000."), (no.Code, no.Message));
    }

    [Fact]
    public async Task A_tag_is_not_looked_for_on_another_host()
    {
        await using var stranger = await RegistryServer.StartAsync();
        server.Lie = RegistryLies.Redirect("/manifests/1.0.0", _ => new Uri(stranger.Address, "v2/acme/checkout/manifests/1.0.0").ToString());

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ResolveAsync(Name, "1.0.0", default));

        Assert.Equal($"{server.Host} redirects to another host, which only content with a known digest may come from when asked for acme/checkout; that is not followed.", no.Message);
        Assert.Empty(stranger.Requests);
    }

    [Fact]
    public async Task Headers_of_another_host_do_not_show_that_something_is_there()
    {
        await using var stranger = await RegistryServer.StartAsync();
        server.Lie = RegistryLies.Redirect("/manifests/sha256:", c => new Uri(stranger.Address, c.Request.Path.ToString()[1..]).ToString());
        stranger.Lie = RegistryLies.Body("/manifests/", MediaTypes.Manifest, Other.Manifests[^1].Bytes.ToArray());

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.HasAsync(Name, Image.Digest, default));

        Assert.Equal(RejectionCode.ContentDigestMismatch, no.Code);
    }

    [Fact]
    public async Task Content_with_a_known_digest_may_come_from_elsewhere_but_credentials_do_not_go_there()
    {
        await using var storage = await RegistryServer.StartAsync();
        storage.Store.Add(RegistryWorld.Repository, Image, "1.0.0");
        server.Login = new RegistryLogin("anna", "open sesame");
        using var logged = RegistryWorld.Plain(server.Host, h => h with { Credentials = _ => new RegistryCredentials.Password("anna", "open sesame") });
        await logged.For(Name).ResolveAsync(Name, "1.0.0", default);
        server.Lie = RegistryLies.Redirect("/blobs/", c => new Uri(storage.Address, c.Request.Path.ToString()[1..]).ToString());

        var config = Image.Blobs[0];
        Assert.Equal(config.Bytes.ToArray(), (await logged.For(Name).ReadBlobAsync(Name, config.Descriptor.Digest, 1_000, default))!.Value.ToArray());

        Assert.Null(Assert.Single(storage.Requests).Authorization);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://0.0.0.0:80/")]
    public async Task A_redirect_into_the_bots_own_network_is_not_followed(string to)
    {
        server.Lie = RegistryLies.Redirect("/blobs/", _ => to);

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ReadBlobAsync(Name, Image.Blobs[0].Descriptor.Digest, 1_000, default));

        Assert.Equal($"{server.Host} leads to an address of this machine, the link or a private network when asked for acme/checkout; that is not followed.", no.Message);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/", "to something else than a plain web address")]
    [InlineData("http://anna:secret@127.0.0.1/", "to something else than a plain web address")]
    public async Task A_redirect_to_something_odd_is_not_followed(string to, string what)
    {
        server.Lie = RegistryLies.Redirect("/blobs/", _ => to);

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ReadBlobAsync(Name, Image.Blobs[0].Descriptor.Digest, 1_000, default));

        Assert.Equal($"{server.Host} redirects {what} when asked for acme/checkout; that is not followed.", no.Message);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        server.Lie = RegistryLies.Redirect("/blobs/", c => c.Request.Path);

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ReadBlobAsync(Name, Image.Blobs[0].Descriptor.Digest, 1_000, default));

        Assert.Equal($"{server.Host} redirects more than 5 times when asked for acme/checkout; that is not followed.", no.Message);
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task Credentials_are_not_shown_to_a_realm_on_another_host()
    {
        await using var stranger = await RegistryServer.StartAsync();
        server.Login = new RegistryLogin("anna", "open sesame", UsesTokens: true) { Realm = new Uri(stranger.Address, "token").ToString() };
        using var logged = RegistryWorld.Plain(server.Host, h => h with { Credentials = _ => new RegistryCredentials.Password("anna", "open sesame") });

        var no = await Assert.ThrowsAsync<RegistryException>(() => logged.For(Name).ResolveAsync(Name, "1.0.0", default));

        Assert.Equal(
            $"{server.Host} asks for a token for acme/checkout from {stranger.Host}: the credentials configured for {server.Host} are not sent to another host.", no.Message);
        Assert.Empty(stranger.Requests);
    }

    [Theory]
    [InlineData("""{"name":"x"}""")]
    [InlineData("""{"tags":{}}""")]
    [InlineData("""{"tags":["1.0.0",7]}""")]
    [InlineData("""{"tags":["../../etc"]}""")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task A_list_of_tags_that_is_none_is_never_read_as_empty(string body)
    {
        server.Lie = RegistryLies.Body("/tags/list", "application/json", Encoding.UTF8.GetBytes(body));

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ListTagsAsync(Name, default));

        Assert.Equal((RejectionCode.Malformed, $"The list of tags of {Name} is not well-formed: expected JSON with 'tags', a list of tags."), (no.Code, no.Message));
    }

    [Theory]
    [InlineData(500, "HOST failed when asked for acme/checkout (500).", true)]
    [InlineData(503, "HOST failed when asked for acme/checkout (503).", true)]
    [InlineData(429, "HOST asks to wait before acme/checkout is read again (429).", true)]
    [InlineData(401, "HOST wants credentials for acme/checkout (401), and none are configured.", false)]
    [InlineData(403, "HOST does not allow to read acme/checkout (403).", false)]
    [InlineData(418, "HOST answered 418 when asked for acme/checkout; expected 200.", false)]
    public async Task A_failure_is_never_taken_for_nothing_there(int status, string sentence, bool isTransient)
    {
        server.Lie = RegistryLies.Status("/v2/", status);

        foreach (var ask in new Func<Task>[]
        {
            () => Registry.ListTagsAsync(Name, default),
            () => Registry.ResolveAsync(Name, "1.0.0", default),
            () => Registry.HasAsync(Name, Image.Digest, default),
            () => Registry.ReadManifestAsync(Name, Image.Digest, default),
            () => Registry.ReadBlobAsync(Name, Image.Digest, 10, default),
            () => Registry.ListReferrersAsync(Name, Image.Digest, default),
        })
        {
            var no = await Assert.ThrowsAsync<RegistryException>(ask);
            Assert.Equal((sentence, isTransient), (no.Message.Replace(server.Host, "HOST", StringComparison.Ordinal), no.IsTransient));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silence_and_a_body_that_drips_end_with_the_time_of_one_call(bool isSilent)
    {
        server.Lie = isSilent ? RegistryLies.Silence("/manifests/") : RegistryLies.Drip("/manifests/", MediaTypes.Manifest);

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ReadTagAsync(Name, "1.0.0", default));

        Assert.Equal(($"{server.Host} did not answer within 2 s when asked for acme/checkout.", true), (no.Message, no.IsTransient));
    }

    [Fact]
    public async Task A_host_that_is_not_there_is_transient()
    {
        await server.DisposeAsync();

        var no = await Assert.ThrowsAsync<RegistryException>(() => Registry.ResolveAsync(Name, "1.0.0", default));

        Assert.Equal(($"{server.Host} cannot be reached for acme/checkout: ConnectionError.", true), (no.Message, no.IsTransient));
    }
}
