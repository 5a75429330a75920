using System.Diagnostics;
using GitOpsBot.Doctor;
using GitOpsBot.Forge;
using GitOpsBot.Registry;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBot.Tests.Doctor;

/// <summary>How looks are taken: hosts at once, each host's one after the other, all within their time, the lines in their order.</summary>
public sealed class DoctorRoundTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hosts_are_asked_at_once_and_the_lines_keep_their_order()
    {
        var second = new TaskCompletionSource();
        var lines = await TakeAsync(
            Check("a", new Look("one.example", "x", async _ =>
            {
                await second.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
                return [Ok("first")];
            })),
            Check("b", new Look("two.example", "y", _ =>
            {
                second.SetResult();
                return Found("second");
            }), Look.Here("z", () => [Ok("third")])));

        Assert.Equal(["a ok first", "b ok second", "b ok third"], lines);
    }

    [Fact]
    public async Task One_host_is_asked_one_thing_at_a_time()
    {
        var (now, most) = (0, 0);
        Look Busy() => new("one.example", "x", async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Delay(5, Token);
            Interlocked.Decrement(ref now);
            return [Ok("done")];
        });

        await TakeAsync(Check("a", Busy(), Busy()), Check("b", Busy(), Busy()));

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_host_that_keeps_waiting_is_cut_and_not_asked_again()
    {
        var began = Stopwatch.GetTimestamp();
        var lines = await TakeAsync(
            Check("a", new Look("silent.example", "x", async token =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return [];
            }) { Longest = TimeSpan.FromMilliseconds(50) }),
            Check("b", new Look("silent.example", "y", _ => throw new InvalidOperationException("asked again")), new Look("other.example", "z", _ => Found("fine"))));

        Assert.Equal(["a todo This took longer than 0 s.", "b todo silent.example was not asked, since it did not answer before.", "b ok fine"], lines);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task One_look_that_breaks_hides_no_other()
    {
        var lines = await TakeAsync(
            Check("a", new Look("h.example", "x", _ => throw new ForgeException("GitHub says no.", isTransient: false)), new Look("h.example", "y", _ => throw new RegistryException("The registry says no.", true))),
            Check("b", Look.Here("z", () => throw new IOException("The file is gone.")), Look.Here("z", () => throw new InvalidOperationException("secret inside")), Look.Here("z", () => [Ok("fine")])));

        Assert.Equal(["a todo GitHub says no.", "a todo The registry says no.", "b todo The file is gone.", "b todo Something unexpected went wrong (InvalidOperationException).", "b ok fine"], lines);
    }

    [Fact]
    public async Task Whoever_stops_it_stops_it()
    {
        using var stop = new CancellationTokenSource();
        var round = new DoctorRound(NullLogger.Instance).TakeAsync(null!, [Check("a", new Look("h.example", "x", async token =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return [];
        }))], stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => round);
    }

    [Fact]
    public async Task What_several_looks_need_is_asked_once()
    {
        var made = 0;
        var once = new Once<int>(_ => Task.FromResult(++made));

        var both = await Task.WhenAll(once.GetAsync(Token), once.GetAsync(Token));

        Assert.Equal([1, 1], both);
    }

    private static DoctorCheck Check(string name, params Look[] looks) => new(name, _ => looks);

    private static Finding.Ok Ok(string sentence) => new("subject", sentence);

    private static Task<IReadOnlyList<Finding>> Found(string sentence) => Task.FromResult<IReadOnlyList<Finding>>([Ok(sentence)]);

    private static async Task<IReadOnlyList<string>> TakeAsync(params DoctorCheck[] checks) =>
        [.. (await new DoctorRound(NullLogger.Instance).TakeAsync(null!, checks, Token)).Lines.Select(l => $"{l.Check} {l.Finding.Word} {l.Finding.Sentence}")];
}
