using System.Diagnostics;
using GitOpsBot.Registry;
using GitOpsBot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace GitOpsBot.Tests.Registry;

/// <summary>Tries, waits and pace of one host.</summary>
public sealed class RegistryPatienceTests : IAsyncLifetime
{
    private RegistryServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RegistryServer.StartAsync();
        server.Store.Add(RegistryWorld.Repository, RegistryWorld.Image("1.0.0"), "1.0.0");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(429)]
    public async Task A_failure_that_passes_is_not_told(int status)
    {
        server.Lie = RegistryLies.Times(2, "/tags/", RegistryLies.Status("/tags/", status));
        using var registries = RegistryWorld.Plain(server.Host);

        Assert.Equal(["1.0.0"], await ListAsync(registries));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_failure_that_stays_is_told_after_three_tries()
    {
        server.Lie = RegistryLies.Status("/tags/", 503);
        using var registries = RegistryWorld.Plain(server.Host);

        var no = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries));

        Assert.Equal(($"{server.Host} failed when asked for acme/checkout (503).", true, 3), (no.Message, no.IsTransient, server.Requests.Count));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_no_is_not_asked_again(int status)
    {
        server.Lie = RegistryLies.Status("/tags/", status);
        using var registries = RegistryWorld.Plain(server.Host);

        Assert.False((await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries))).IsTransient);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_short_wait_that_is_asked_for_is_waited()
    {
        server.Lie = RegistryLies.Times(1, "/tags/", RegistryLies.Status("/tags/", 429, "1"));
        using var registries = RegistryWorld.Plain(server.Host);
        var began = Stopwatch.GetTimestamp();

        Assert.Equal(["1.0.0"], await ListAsync(registries));

        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("Sun, 01 Nov 2026 12:05:00 GMT", "2026-11-01 12:05:00Z")]
    // A point in time where seconds belong, and one that no clock will show.
    [InlineData("1793534700", "2026-11-02 12:00:00Z")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", "2026-11-02 12:00:00Z")]
    public async Task A_wait_may_be_a_time_and_lasts_no_longer_than_a_day(string asked, string until)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        using var registries = new Registries(new RegistryOptions([new RegistryHost(server.Host, true, null)], new Dictionary<string, string>()), clock);
        server.Lie = RegistryLies.Times(1, "/tags/", RegistryLies.Status("/tags/", 429, asked));

        await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries));
        var second = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries));

        Assert.Equal($"{server.Host} asked to wait until {until}; acme/checkout is not read before.", second.Message);
        Assert.Single(server.Requests);
        clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(["1.0.0"], await ListAsync(registries));
    }

    [Fact]
    public async Task A_long_wait_is_told_and_nobody_asks_before()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        using var registries = new Registries(new RegistryOptions([new RegistryHost(server.Host, true, null)], new Dictionary<string, string>()), clock);
        server.Lie = RegistryLies.Times(1, "/tags/", RegistryLies.Status("/tags/", 429, "120"));

        var first = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries));
        clock.Advance(TimeSpan.FromSeconds(100));
        var second = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries));

        Assert.Equal(($"{server.Host} asks to wait before acme/checkout is read again (429).", TimeSpan.FromSeconds(120)), (first.Message, first.RetryAfter));
        Assert.Equal(($"{server.Host} asked to wait until 2026-11-01 12:02:00Z; acme/checkout is not read before.", true), (second.Message, second.IsTransient));
        Assert.Single(server.Requests);
        clock.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(["1.0.0"], await ListAsync(registries));
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_left_alone_for_a_while()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        var host = new RegistryHost("127.0.0.1:1", true, null);
        using var pace = new RegistryPace(host, clock);
        for (var i = 0; i < RegistryPace.MostSilences; i++)
        {
            (await pace.EnterAsync("acme/checkout", default)).Dispose();
            pace.Silent();
        }

        var no = await Assert.ThrowsAsync<RegistryException>(() => pace.EnterAsync("acme/checkout", default));
        Assert.Equal("127.0.0.1:1 did not answer 3 times in a row, so acme/checkout is not asked for before 2026-11-01 12:00:10Z.", no.Message);
        clock.Advance(RegistryPace.Rest);
        (await pace.EnterAsync("acme/checkout", default)).Dispose();
        pace.Answered();
        pace.Silent();
        (await pace.EnterAsync("acme/checkout", default)).Dispose();
    }

    [Fact]
    public async Task No_more_requests_are_made_at_once_than_the_settings_say()
    {
        var (now, most) = (0, 0);
        server.Lie = async _ =>
        {
            var at = Interlocked.Increment(ref now);
            most = Math.Max(most, at);
            await Task.Delay(20);
            Interlocked.Decrement(ref now);
            return false;
        };
        using var registries = RegistryWorld.Plain(server.Host, h => h with { AtOnce = 3 });

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ListAsync(registries)));

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task No_more_requests_are_made_in_a_second_than_the_settings_say()
    {
        using var registries = RegistryWorld.Plain(server.Host, h => h with { PerSecond = 20 });
        var began = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, 11).Select(_ => ListAsync(registries)));

        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task What_did_not_change_is_not_sent_again()
    {
        using var registries = RegistryWorld.Plain(server.Host);
        await ListAsync(registries);

        Assert.Equal(["1.0.0"], await ListAsync(registries));
        Assert.StartsWith("\"sha256:", server.Requests[^1].Validator, StringComparison.Ordinal);
        server.Store.Add(RegistryWorld.Repository, RegistryWorld.Image("1.1.0"), "1.1.0");
        Assert.Equal(["1.0.0", "1.1.0"], await ListAsync(registries));
    }

    [Fact]
    public async Task Not_modified_without_a_question_about_it_is_no_answer()
    {
        server.Lie = RegistryLies.Status("/tags/", 304);
        using var registries = RegistryWorld.Plain(server.Host);

        var no = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(registries));

        Assert.Equal($"{server.Host} leads elsewhere when asked for acme/checkout (304), where that is not followed.", no.Message);
    }

    private Task<IReadOnlyList<string>> ListAsync(Registries registries) => registries.For(RegistryWorld.Name(server.Host)).ListTagsAsync(RegistryWorld.Name(server.Host), default);
}
