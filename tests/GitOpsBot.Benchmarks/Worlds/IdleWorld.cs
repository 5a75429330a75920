using System.Globalization;
using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Testing;

namespace GitOpsBot.Benchmarks.Worlds;

/// <summary>
/// A repository in which so many pipelines have come through dev, staging and prod to the newest of four signed images each, and the registry that
/// holds them: nothing is left to do.
/// </summary>
internal sealed class IdleWorld : IAsyncDisposable
{
    private readonly EvidenceSigner signer = EvidenceSigner.Generate();

    private IdleWorld(RegistryServer registry, string bare) => (Registry, Bare) = (registry, bare);

    /// <summary>The registry.</summary>
    public RegistryServer Registry { get; }

    /// <summary>The bare repository.</summary>
    public string Bare { get; }

    /// <summary>Builds one in an empty folder.</summary>
    public static async Task<IdleWorld> BuildAsync(string folder, int pipelines)
    {
        var world = new IdleWorld(await RegistryServer.StartAsync(), Path.Combine(folder, "idle.git"));
        var digests = Enumerable.Range(0, pipelines).Select(world.Push).ToList();
        using var import = new FastImport(world.Bare);
        import.Commit("Begin", Enumerable.Range(0, pipelines).SelectMany(p => world.Folders(p, digests[p].Before, "1.2.0")).Concat(world.Documents(pipelines)));
        import.Commit("Promote everything", Enumerable.Range(0, pipelines).SelectMany(p => world.Folders(p, digests[p].Now, "1.3.0")));
        return world;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        signer.Dispose();
        return Registry.DisposeAsync();
    }

    private (Digest Before, Digest Now) Push(int pipeline)
    {
        var repository = $"acme/{ServicesWorld.NameOf(pipeline)}";
        var pushed = new List<Digest>();
        for (var version = 0; version < 4; version++)
        {
            var image = ImageBuilder.Image($"{repository} {version}");
            Registry.Store.Add(repository, image, string.Create(CultureInfo.InvariantCulture, $"1.{version}.0"));
            pushed.Add(image.Digest);
        }

        var (payload, signature) = signer.SignSimpleSigning(ImageName.Parse($"{Registry.Host}/{repository}"), pushed[^1]);
        var subject = new Descriptor(MediaTypes.Manifest, pushed[^1], Registry.Store.Manifest(repository, pushed[^1].Value)!.Value.Bytes.Length);
        Registry.Store.Add(repository, ImageBuilder.Attachment("application/vnd.dev.cosign.artifact.sig.v1+json", subject, ImageBuilder.Blob(
            MediaTypes.SimpleSigning, payload, new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = signature })));
        return (pushed[^2], pushed[^1]);
    }

    private IEnumerable<(string, string)> Folders(int pipeline, Digest digest, string tag) => ServicesWorld.Environments.Select(e => (
        $"{ServicesWorld.FolderOf(e, pipeline)}/deployment.yaml",
        Manifests.Deployment(ServicesWorld.NameOf(pipeline), digest.Value).Replace("registry.example", Registry.Host, StringComparison.Ordinal).Replace(":1.0.0@", $":{tag}@", StringComparison.Ordinal)));

    private IEnumerable<(string, string)> Documents(int pipelines)
    {
        yield return (".gitopsbot/ci.pub", signer.PublicKeyPem);
        yield return (".gitopsbot/policy.yaml", """
            apiVersion: gitopsbot.dev/v1
            kind: Authority
            metadata: { name: acme-ci }
            spec: { keys: [{ file: ci.pub }] }
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: signed-only }
            spec:
              gates:
                - { name: signed, signature: { by: [acme-ci] } }

            """);
        for (var pipeline = 0; pipeline < pipelines; pipeline++)
        {
            var name = ServicesWorld.NameOf(pipeline);
            var text = new StringBuilder($$"""
                apiVersion: gitopsbot.dev/v1
                kind: Pipeline
                metadata: { name: {{name}} }
                spec:
                  artifacts:
                    - { name: app, repository: {{Registry.Host}}/acme/{{name}}, select: { semver: ">=1.0.0" } }
                  environments:

                """);
            string? before = null;
            foreach (var environment in ServicesWorld.Environments)
            {
                text.Append(CultureInfo.InvariantCulture, $"    - {{ name: {environment}, {(before is null ? "" : $"after: [{before}], ")}path: {ServicesWorld.FolderOf(environment, pipeline)}, policy: signed-only, merge: auto }}\n");
                before = environment;
            }

            yield return ($".gitopsbot/{name}.yaml", text.ToString());
        }
    }
}
