using System.Globalization;
using GitOpsBot.Hosting;
using GitOpsBot.Registry;

namespace GitOpsBot.Doctor.Checks;

/// <summary>This machine's clock agrees with those of the forge and the registries, as the <c>Date</c> of any answer tells them (RFC 9110, section 6.6.1).</summary>
internal static class Clocks
{
    /// <summary>How far they may be apart. GitHub refuses what an App signed a minute too early; a header counts whole seconds.</summary>
    public static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(30);

    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("clock", setUp =>
    [
        .. setUp.OnGitHub.Select(g => (g.Facts.Host, g.Facts.Api)).DistinctBy(g => g.Host, StringComparer.OrdinalIgnoreCase)
            .Select(g => LookAt(setUp, g.Host, new RegistryHost(g.Host, g.Api.Scheme == "http", null), g.Api, "application/vnd.github+json")),
        .. KeptRegistries.HostsOf(setUp.Settings).Select(h => LookAt(setUp, h.Host, h, new Uri($"{(h.PlainHttp ? "http" : "https")}://{(h.Host == "docker.io" ? "registry-1.docker.io" : h.Host)}/v2/"), null)),
    ]);

    /// <summary>What two clocks say of each other.</summary>
    /// <param name="host">Whose clock the other is.</param>
    /// <param name="there">What it showed.</param>
    /// <param name="here">What this machine's showed at that moment.</param>
    public static Finding Compare(string host, DateTimeOffset there, DateTimeOffset here)
    {
        var skew = here - there;
        var said = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(skew.TotalSeconds):0} s");
        return skew.Duration() <= MostSkew
            ? new Finding.Ok(host, "This machine's clock agrees with its.")
            : new Finding.ToDo(host, $"This machine's clock is {said} {(skew > TimeSpan.Zero ? "ahead of" : "behind")} that of {host}.",
                "Set the clock, best by NTP: tokens of an App are refused by a wrong one, and soak times, ages of evidence and windows are judged by it.");
    }

    private static Look LookAt(SetUp setUp, string host, RegistryHost client, Uri address, string? gitHubs) => new(host, host, async cancellationToken =>
    {
        using var http = RegistryClients.Create(client, null);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.ParseAdd("gitopsbot");
        if (gitHubs is not null)
        {
            request.Headers.Accept.ParseAdd(gitHubs);
            request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        }

        var before = setUp.Clock.GetUtcNow();
        // Without credentials: whatever the answer is, it bears the time.
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var after = setUp.Clock.GetUtcNow();
        return [answer.Headers.Date is { } date ? Compare(host, date, before + (after - before) / 2) : new Finding.Ok(host, "Its answers bear no time to compare this machine's clock with.")];
    });
}
