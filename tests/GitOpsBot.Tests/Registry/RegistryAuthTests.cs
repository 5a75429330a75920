using GitOpsBot.Registry;
using GitOpsBot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace GitOpsBot.Tests.Registry;

/// <summary>Tokens: asked for once, for our scope, in time, and only where the credentials may be shown.</summary>
public sealed class RegistryAuthTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
    private RegistryServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RegistryServer.StartAsync();
        server.Store.Add("acme/checkout", RegistryWorld.Image("1.0.0"), "1.0.0");
        server.Store.Add("acme/cart", RegistryWorld.Image("1.0.0"), "1.0.0");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task One_token_serves_many_questions_about_one_repository_and_no_other_repository()
    {
        var login = server.Login = new RegistryLogin("anna", "open sesame", UsesTokens: true);
        using var registries = Registries(_ => new RegistryCredentials.Password("anna", "open sesame"));

        for (var i = 0; i < 3; i++)
        {
            await ListAsync(registries, "acme/checkout");
        }

        await ListAsync(registries, "acme/cart");

        // The scope that the registry asks for is another repository, for pushing.
        Assert.Equal(["repository:acme/checkout:pull", "repository:acme/cart:pull"], login.Scopes);
        // Once it is known that tokens are wanted, nobody waits to be asked.
        Assert.Equal(
            ["/v2/acme/checkout/tags/list", "/token", "/v2/acme/checkout/tags/list", "/v2/acme/checkout/tags/list", "/v2/acme/checkout/tags/list", "/token", "/v2/acme/cart/tags/list"],
            server.Requests.Select(r => r.Path.Split('?')[0]));
    }

    [Fact]
    public async Task A_token_is_fetched_anew_before_it_ends()
    {
        var login = server.Login = new RegistryLogin("anna", "open sesame", UsesTokens: true) { ExpiresIn = 100 };
        using var registries = Registries(_ => new RegistryCredentials.Password("anna", "open sesame"));
        await ListAsync(registries);

        clock.Advance(TimeSpan.FromSeconds(79));
        await ListAsync(registries);
        Assert.Single(login.Scopes);
        clock.Advance(TimeSpan.FromSeconds(2));
        await ListAsync(registries);

        Assert.Equal(2, login.Scopes.Count);
    }

    [Fact]
    public async Task A_token_without_a_lifetime_lasts_less_than_a_minute()
    {
        var login = server.Login = new RegistryLogin("anna", "open sesame", UsesTokens: true) { ExpiresIn = null };
        using var registries = Registries(_ => new RegistryCredentials.Password("anna", "open sesame"));
        await ListAsync(registries);

        clock.Advance(TimeSpan.FromSeconds(49));
        await ListAsync(registries);

        Assert.Equal(2, login.Scopes.Count);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced_once()
    {
        var login = server.Login = new RegistryLogin("anna", "open sesame", UsesTokens: true);
        using var registries = Registries(_ => new RegistryCredentials.Password("anna", "open sesame"));
        await ListAsync(registries);

        login.Revoke();
        await ListAsync(registries);

        Assert.Equal(2, login.Scopes.Count);
    }

    [Fact]
    public async Task Wrong_credentials_are_told_apart_from_nothing_there()
    {
        server.Login = new RegistryLogin("anna", "open sesame", UsesTokens: true);
        using var registries = Registries(_ => new RegistryCredentials.Password("anna", "open barley"));

        var no = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries));

        Assert.Equal(
            ($"127.0.0.1 (which gives tokens for {server.Host}) refused the credentials configured for it when asked for acme/checkout (401).", false), (no.Message, no.IsTransient));
    }

    [Fact]
    public async Task Everybody_gets_a_token_where_that_is_the_rule_also_from_another_host()
    {
        await using var realm = await RegistryServer.StartAsync();
        var shared = new RegistryLogin("", "", UsesTokens: true) { Realm = new Uri(realm.Address, "token").ToString() };
        (server.Login, realm.Login) = (shared, shared);
        using var registries = Registries(null);

        Assert.Equal(["1.0.0"], await ListAsync(registries));

        Assert.Null(Assert.Single(realm.Requests).Authorization);
    }

    [Fact]
    public async Task Credentials_go_to_another_host_only_where_the_settings_name_it()
    {
        await using var realm = await RegistryServer.StartAsync();
        var shared = new RegistryLogin("anna", "open sesame", UsesTokens: true) { Realm = new Uri(realm.Address, "token").ToString() };
        (server.Login, realm.Login) = (shared, shared);

        using (var other = Registries(_ => new RegistryCredentials.Password("anna", "open sesame"), $"127.0.0.1:{realm.Address.Port + 1}", "127.0.0.1"))
        {
            var no = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(other));
            Assert.Equal(
                $"{server.Host} asks for a token for acme/checkout from {realm.Host}: the credentials configured for {server.Host} are not sent to another host.", no.Message);
            Assert.Empty(realm.Requests);
        }

        using var named = Registries(_ => new RegistryCredentials.Password("anna", "open sesame"), realm.Host);
        Assert.Equal(["1.0.0"], await ListAsync(named));
    }

    [Fact]
    public async Task A_refresh_token_is_shown_to_the_token_service_alone_and_in_the_body()
    {
        server.Login = new RegistryLogin("anna", "refresh-secret", UsesTokens: true);
        using var registries = Registries(_ => new RegistryCredentials.Refresh("refresh-secret"));

        Assert.Equal(["1.0.0"], await ListAsync(registries));

        Assert.Equal("POST /token", server.Requests.Single(r => r.Path.StartsWith("/token", StringComparison.Ordinal)).ToString());
        Assert.DoesNotContain(server.Requests, r => (r.Path + r.Authorization).Contains("refresh-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bearer_token_of_ones_own_is_shown_as_it_is()
    {
        using var registries = Registries(_ => new RegistryCredentials.Bearer("ready-made"));

        await ListAsync(registries);

        Assert.Equal("Bearer ready-made", server.Requests.Single().Authorization);
    }

    [Theory]
    [InlineData("""{"token":""}""")]
    [InlineData("""{"token":"a b"}""")]
    [InlineData("""{"token":"a\r\nX-Evil: 1"}""")]
    [InlineData("""{"token":7}""")]
    [InlineData("[]")]
    [InlineData("<html>")]
    public async Task An_answer_without_a_usable_token_is_refused(string body)
    {
        server.Login = new RegistryLogin("", "", UsesTokens: true);
        server.Lie = RegistryLies.Body("/token", "application/json", System.Text.Encoding.UTF8.GetBytes(body));
        using var registries = Registries(null);

        var no = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries));

        Assert.Equal("127.0.0.1 answered without a token for acme/checkout.", no.Message);
    }

    [Fact]
    public async Task A_token_service_that_fails_is_transient_and_one_without_end_is_bounded()
    {
        server.Login = new RegistryLogin("", "", UsesTokens: true);
        using var registries = new Registries(new RegistryOptions([new RegistryHost(server.Host, true, null)], new Dictionary<string, string>()));

        server.Lie = RegistryLies.Status("/token", 503);
        Assert.True((await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries))).IsTransient);
        server.Lie = RegistryLies.Endless("/token", "application/json");
        var no = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries));
        Assert.Equal($"The token of 127.0.0.1 for {server.Host} is too long: expected at most 262144 bytes, found more.", no.Message);
    }

    [Fact]
    public void Nothing_that_is_secret_is_printed()
    {
        RegistryCredentials[] all = [new RegistryCredentials.Password("anna", "hush"), new RegistryCredentials.Refresh("hush"), new RegistryCredentials.Bearer("hush")];

        Assert.All(all, c => Assert.DoesNotContain("hush", $"{c} {new RegistryHost("h", true, _ => c)}", StringComparison.Ordinal));
        Assert.DoesNotContain("hush", new RegistryToken("hush", clock.GetUtcNow()).ToString(), StringComparison.Ordinal);
    }

    private Registries Registries(Func<string, RegistryCredentials>? credentials, params IReadOnlyList<string> tokenHosts) => new(
        new RegistryOptions([new RegistryHost(server.Host, true, credentials) { TokenHosts = tokenHosts }], new Dictionary<string, string>()), clock);

    private Task<IReadOnlyList<string>> ListAsync(Registries registries, string repository = "acme/checkout") =>
        registries.For(RegistryWorld.Name(server.Host, repository)).ListTagsAsync(RegistryWorld.Name(server.Host, repository), default);
}
