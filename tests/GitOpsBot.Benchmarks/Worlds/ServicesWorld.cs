using System.Globalization;

namespace GitOpsBot.Benchmarks.Worlds;

/// <summary>A repository of so many services in three environments, two files each, with one promotion for each service after its first commit.</summary>
internal static class ServicesWorld
{
    /// <summary>The environments, the first first.</summary>
    public static readonly IReadOnlyList<string> Environments = ["dev", "staging", "prod"];

    /// <summary>The bare repository; nobody changes it.</summary>
    public static string Bare(Bench bench, int services)
    {
        var path = Path.Combine(bench.Folder, $"services-{services}.git");
        if (!Directory.Exists(path))
        {
            bench.Say($"a repository of {services} services is built");
            using (var import = new FastImport(path + ".new"))
            {
                import.Commit("Begin", Enumerable.Range(0, services).SelectMany(s => Environments.SelectMany(e => new[]
                {
                    ($"{FolderOf(e, s)}/deployment.yaml", Manifests.Deployment(NameOf(s), Manifests.Digest(s))),
                    ($"{FolderOf(e, s)}/service.yaml", Manifests.Service(NameOf(s))),
                })));
                for (var s = 0; s < services; s++)
                {
                    import.Commit($"Promote {NameOf(s)}", [($"{FolderOf("dev", s)}/deployment.yaml", Manifests.Deployment(NameOf(s), Manifests.Digest(services + s)))]);
                }
            }

            Directory.Move(path + ".new", path);
        }

        return path;
    }

    /// <summary>A checkout of it.</summary>
    public static string Checkout(Bench bench, int services)
    {
        var path = Path.Combine(bench.Folder, $"services-{services}");
        if (!Directory.Exists(path))
        {
            Tool.Git(null, "clone", "-q", Bare(bench, services), path + ".new");
            Directory.Move(path + ".new", path);
        }

        return path;
    }

    /// <summary>The folder of a service in an environment.</summary>
    public static string FolderOf(string environment, int service) => $"environments/{environment}/{NameOf(service)}";

    /// <summary>Its name.</summary>
    public static string NameOf(int service) => string.Create(CultureInfo.InvariantCulture, $"service-{service}");
}
