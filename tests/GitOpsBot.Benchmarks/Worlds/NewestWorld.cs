using System.Globalization;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Testing;

namespace GitOpsBot.Benchmarks.Worlds;

/// <summary>
/// So many images with four tags each in Debian's docker-registry, and a repository whose pipelines have one of them stand in one environment: in a
/// bare repository for us, in its checkout for others.
/// </summary>
internal sealed class NewestWorld : IAsyncDisposable
{
    /// <summary>The newest tag of each image.</summary>
    public const int Newest = 3;

    private NewestWorld(DockerRegistry registry, string folder) => (Registry, Folder) = (registry, folder);

    /// <summary>The registry.</summary>
    public DockerRegistry Registry { get; }

    /// <summary>The bare repository.</summary>
    public string Bare => Path.Combine(Folder, "newest.git");

    /// <summary>A checkout of it.</summary>
    public string Checkout => Path.Combine(Folder, "newest");

    private string Folder { get; }

    /// <summary>Builds one in an empty folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="images">How many.</param>
    /// <param name="stands">Which of its four tags stands.</param>
    public static async Task<NewestWorld> BuildAsync(string folder, int images, int stands)
    {
        var storage = Directory.CreateDirectory(Path.Combine(folder, "registry")).FullName;
        var written = new RegistryFolder(storage);
        var digests = new Digest[images];
        for (var image = 0; image < images; image++)
        {
            for (var version = 0; version <= Newest; version++)
            {
                var built = ImageBuilder.Image(string.Create(CultureInfo.InvariantCulture, $"{image} {version}"));
                written.Add($"acme/{ServicesWorld.NameOf(image)}", built, TagOf(version));
                digests[image] = version == stands ? built.Digest : digests[image];
            }
        }

        var world = new NewestWorld(await DockerRegistry.StartAsync(storage), folder);
        using (var import = new FastImport(world.Bare))
        {
            import.Commit("Begin", Enumerable.Range(0, images).SelectMany(i => world.Files(i, digests[i], TagOf(stands))).Append((".gitopsbot/policy.yaml", """
                apiVersion: gitopsbot.dev/v1
                kind: Policy
                metadata: { name: first-major }
                spec: { gates: [{ name: major, expression: 'artifact.version.startsWith("1.")' }] }

                """)));
        }

        Tool.Git(null, "clone", "-q", world.Bare, world.Checkout);
        return world;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Registry.DisposeAsync();

    /// <summary>One of its four tags.</summary>
    public static string TagOf(int version) => string.Create(CultureInfo.InvariantCulture, $"1.{version}.0");

    private IEnumerable<(string, string)> Files(int image, Digest digest, string tag)
    {
        var name = ServicesWorld.NameOf(image);
        yield return ($"{ServicesWorld.FolderOf("dev", image)}/deployment.yaml", Manifests.Deployment(name, digest.Value)
            .Replace("registry.example", Registry.Host, StringComparison.Ordinal).Replace(":1.0.0@", $":{tag}@", StringComparison.Ordinal));
        yield return ($".gitopsbot/{name}.yaml", $$"""
            apiVersion: gitopsbot.dev/v1
            kind: Pipeline
            metadata: { name: {{name}} }
            spec:
              artifacts: [{ name: app, repository: {{Registry.Host}}/acme/{{name}}, select: { semver: ">=1.0.0" } }]
              environments: [{ name: dev, path: {{ServicesWorld.FolderOf("dev", image)}}, policy: first-major }]

            """);
    }
}
