using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Registry;

namespace GitOpsBot.Doctor.Checks;

/// <summary>Every place that documents name artifacts at answers, accepts the credentials, lets artifacts be read, and shows what is attached to them.</summary>
internal static class RegistryHosts
{
    // One repository shows what a host lets the bot do; more show which are forbidden, up to a number that nobody waits for.
    private const int MostNames = 20;

    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("registry", setUp =>
    [
        // The hosts are known when the documents are; each is then asked on its own.
        new Look(null, "registries", cancellationToken => LookAsync(setUp, cancellationToken)) { Longest = TimeSpan.FromMinutes(5) },
    ]);

    private static async Task<IReadOnlyList<Finding>> LookAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var names = new SortedDictionary<string, SortedSet<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var host in setUp.Settings.Registries)
        {
            names[host.Host] = [];
        }

        foreach (var repository in setUp.Repositories)
        {
            if (await ReadAsync(repository, cancellationToken) is not { } documents)
            {
                continue;
            }

            foreach (var name in documents.Pipelines.SelectMany(p => p.Artifacts.SelectMany(a => p.Environments.Select(e => e.PullsFrom(a)).Append(a.Repository))).Where(n => setUp.Settings.MayPromote(repository.Settings, n)))
            {
                var host = name.IsLayout ? $"oci-layout:{name.Host}" : name.Host;
                (names.TryGetValue(host, out var of) ? of : names[host] = new SortedSet<string>(StringComparer.Ordinal)).Add(name.ToString());
            }
        }

        var found = await Task.WhenAll(names.Select(async host => (IReadOnlyList<Finding>)(host.Value.Count == 0
            ? [new Finding.Ok(host.Key, "No document names an artifact there, so its credentials were not tried.")]
            : await HostAsync(setUp.Registries, host.Key, [.. host.Value.Select(ImageName.Parse)], cancellationToken))));
        return found.Length > 0 ? [.. found.SelectMany(f => f)] : [new Finding.Ok("registries", "No document names an artifact.")];
    }

    // What is wrong with the repository is said of the repository.
    private static async Task<DocumentSet?> ReadAsync(ExaminedRepository repository, CancellationToken cancellationToken)
    {
        try
        {
            return (await repository.Contents.GetAsync(cancellationToken)).Documents;
        }
        catch (Git.GitException)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<Finding>> HostAsync(Registries registries, string host, IReadOnlyList<ImageName> names, CancellationToken cancellationToken)
    {
        var found = new List<Finding>();
        var (read, attached) = (0, (bool?)null);
        foreach (var name in names.Take(MostNames))
        {
            try
            {
                var registry = registries.For(name);
                var tag = (await registry.ListTagsAsync(name, cancellationToken)).LastOrDefault(t => !t.StartsWith("sha256-", StringComparison.Ordinal));
                if (tag is null)
                {
                    found.Add(new Finding.ToDo(host, $"{name} has no tag, so there is nothing to promote.", "Push an artifact there, or correct the repository's name in the document."));
                    continue;
                }

                if (await registry.ReadTagAsync(name, tag, cancellationToken) is not { } content)
                {
                    found.Add(new Finding.ToDo(host, $"{name} lists the tag {tag}, and has nothing under it.", "Push it again, or delete the tag."));
                    continue;
                }

                read++;
                attached ??= name.IsLayout ? null : await registries.HasReferrersApiAsync(name, content.Descriptor.Digest, cancellationToken);
                await registry.ListReferrersAsync(name, content.Descriptor.Digest, cancellationToken);
            }
            catch (RegistryException e)
            {
                found.Add(new Finding.ToDo(host, e.Message, e.IsTransient ? $"See that {host} is up and can be reached from this machine, proxies and firewalls included." : Mends(e, registries.HasCredentials(name), host)));
                if (e.IsTransient)
                {
                    // It will not answer for the others either.
                    break;
                }
            }
        }

        var how = attached switch { true => ", and shows by the referrers API what is attached to them", false => "; it has no referrers API, so what is attached is found by the fallback tags", null => "" };
        return read > 0 && found.Count == 0 ? [new Finding.Ok(host, $"It lets {(read == 1 ? "the artifact" : $"all {read} artifacts")} be read{(names.Any(registries.HasCredentials) ? " with the credentials" : "")}{how}.")] : found;
    }

    private static string Mends(RegistryException refusal, bool hasCredentials, string host) => refusal.Code is not null
        ? $"What {host} answered is not sound: see what stands between it and this machine."
        : hasCredentials ? "Give 'registries' credentials that may pull it, or correct the repository's name in the document." : $"Give {host} an entry under 'registries' with credentials that may pull it, or correct the repository's name in the document.";
}
