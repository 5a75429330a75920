using System.Diagnostics;
using GitOpsBot.Forge;
using GitOpsBot.Git;
using GitOpsBot.Registry;
using GitOpsBot.Sources;

namespace GitOpsBot.Doctor;

/// <summary>
/// Takes all looks: those at one host one after the other, the hosts at once, each within its time. A host that kept one look waiting until its time was
/// over is not asked again. The lines come in the order of the checks, however long each took; what stops several looks alike is told once. This is the one
/// place that catches broadly: one look that breaks must not hide what the others found.
/// </summary>
internal sealed partial class DoctorRound(ILogger logger)
{
    // No answer that is an answer takes longer; connecting alone is given up after ten seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Takes them.</summary>
    public async Task<DoctorReport> TakeAsync(SetUp setUp, IReadOnlyList<DoctorCheck> checks, CancellationToken cancellationToken)
    {
        var planned = checks.SelectMany(c => c.Looks(setUp).Select(l => (c.Name, Look: l))).ToList();
        var found = new IReadOnlyList<Finding>[planned.Count];
        await Task.WhenAll(planned.Index().GroupBy(p => p.Item.Look.Host ?? "", StringComparer.OrdinalIgnoreCase).Select(async host =>
        {
            // What runs without waiting must not keep the other hosts waiting.
            await Task.Yield();
            var isSilent = false;
            foreach (var (index, (_, look)) in host)
            {
                (found[index], isSilent) = isSilent && look.Host is { } name
                    ? ([new Finding.ToDo(look.Subject, $"{name} was not asked, since it did not answer before.", $"Mend the connection to {name} first.")], true)
                    : await TakeAsync(look, cancellationToken);
            }
        }));
        return new DoctorReport([.. planned.Zip(found, (p, findings) => findings.Select(f => new DoctorLine(p.Name, f))).SelectMany(l => l)
            .DistinctBy(l => (l.Finding.Subject, l.Finding.Sentence))]);
    }

    private async Task<(IReadOnlyList<Finding> Found, bool IsSilent)> TakeAsync(Look look, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(look.Longest);
        var began = Stopwatch.GetTimestamp();
        try
        {
            return (await look.Take(limit.Token), false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ([new Finding.ToDo(look.Subject, $"This took longer than {look.Longest.TotalSeconds:0} s.", Reach(look))], true);
        }
        catch (HttpRequestException e)
        {
            // Of the exception only its kind: an address of a proxy may hold a password.
            return ([new Finding.ToDo(look.Subject, $"{look.Host ?? look.Subject} cannot be reached: {e.HttpRequestError}.",
                e.HttpRequestError == HttpRequestError.SecureConnectionError
                    ? "See that its certificate is one that this machine believes ('caFile' for a registry), or that it speaks TLS at all ('plainHttp')."
                    : Reach(look))], Stopwatch.GetElapsedTime(began) > Patience);
        }
        catch (Exception e) when (e is ForgeException or GitException or RegistryException or SourceException or IOException or UnauthorizedAccessException)
        {
            return ([new Finding.ToDo(look.Subject, e.Message, Advice(e, look))], Stopwatch.GetElapsedTime(began) > Patience);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Broke(logger, look.Subject, e);
            return ([new Finding.ToDo(look.Subject, $"Something unexpected went wrong ({e.GetType().Name}).", "'--log-level debug' shows the details.")], false);
        }
    }

    private static string Advice(Exception e, Look look) => e switch
    {
        ForgeException { IsTransient: true } or GitException { IsTransient: true } or RegistryException { IsTransient: true } or SourceException { IsSilent: true } => Reach(look),
        RegistryException => "Correct the entry under 'registries', its credentials, or what they may read.",
        GitException => "Correct the repository's 'url' and 'branch', or what the bot's credentials may do there.",
        SourceException => "Correct the entry under 'sources'.",
        _ => "Correct what the sentence names.",
    };

    private static string Reach(Look look) => look.Host is { } host ? $"See that {host} is up and can be reached from this machine, proxies and firewalls included." : "Try it again.";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The look at {Subject} broke.")]
        public static partial void Broke(ILogger logger, string subject, Exception e);
    }
}
