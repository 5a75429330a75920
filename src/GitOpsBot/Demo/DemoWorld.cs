using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Git;
using GitOpsBot.Registry;

namespace GitOpsBot.Demo;

/// <summary>
/// A small world in a folder: a bare manifest repository made of <c>examples/manifests</c>, an image layout of two artifacts, keys, settings.
/// Every command works on it with <c>--config FOLDER/gitopsbot.yaml</c>.
/// </summary>
internal sealed class DemoWorld : IDisposable
{
    private const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";
    private readonly EvidenceSigner ci = EvidenceSigner.Generate();
    private readonly EvidenceSigner stranger = EvidenceSigner.Generate();

    /// <summary>Builds it.</summary>
    /// <exception cref="IOException">The folder cannot be written, or holds something already.</exception>
    public DemoWorld(string folder, DateTimeOffset now)
    {
        Folder = Path.GetFullPath(folder);
        if (Directory.Exists(Folder) && Directory.EnumerateFileSystemEntries(Folder).Any())
        {
            throw new IOException($"The folder {Folder} is not empty; the demo builds its world in a new one.");
        }

        Directory.CreateDirectory(Path.Combine(Folder, "layout"));
        File.WriteAllText(Path.Combine(Folder, "ci.key"), ci.ExportPrivateKeyPem());
        File.WriteAllText(Config, """
            # Settings of the demo's world.
            dataDir: ./data
            repositories:
              - { name: shop, url: ./shop.git, branch: main, forge: local, artifacts: ["oci-layout:demo/"] }
            sources:
              layouts: { demo: ./layout }
            committer: { name: GitOpsBot, email: gitopsbot@example.com }

            """);
        BuildRepository(now);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Its settings.</summary>
    public string Config => Path.Combine(Folder, "gitopsbot.yaml");

    /// <summary>The bare repository.</summary>
    public string Repository => Path.Combine(Folder, "shop.git");

    /// <summary>Publishes a version: signed and tested, unless the way says otherwise.</summary>
    public Digest Publish(string artifact, string version, DateTimeOffset created, DemoBuild how = DemoBuild.Good)
    {
        var name = ImageName.Parse($"oci-layout:demo/{artifact}");
        var writer = new OciLayoutWriter(Path.Combine(Folder, "layout", artifact));
        var digest = writer.AddImage(version, new Dictionary<string, string> { ["org.opencontainers.image.version"] = version, ["org.opencontainers.image.source"] = $"https://example.com/{artifact}" }, created);
        var signer = how == DemoBuild.SignedByStranger ? stranger : ci;
        if (how != DemoBuild.Unsigned)
        {
            var (payload, signature) = signer.SignSimpleSigning(name, digest);
            writer.Attach(
                digest, MediaTypes.SimpleSigning, writer.Read(digest), "application/vnd.dev.cosign.artifact.sig.v1+json", payload,
                new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = signature });
        }

        var envelope = signer.SignStatement(artifact, digest, TestResult, new JsonObject { ["result"] = how is DemoBuild.TestsFailed or DemoBuild.Tampered ? "FAILED" : "PASSED" });
        writer.Attach(digest, MediaTypes.Dsse, writer.Read(digest), "application/vnd.in-toto+json", how == DemoBuild.Tampered ? Tamper(envelope) : envelope);
        return digest;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ci.Dispose();
        stranger.Dispose();
    }

    // Somebody makes a failed test a passed one; the signature no longer fits.
    private static byte[] Tamper(byte[] envelope)
    {
        var json = JsonNode.Parse(envelope)!;
        var payload = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)json["payload"]!)).Replace("FAILED", "PASSED", StringComparison.Ordinal);
        json["payload"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(payload));
        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private void BuildRepository(DateTimeOffset now)
    {
        BareRepositories.Create(Repository);
        var source = Path.Combine(AppContext.BaseDirectory, "examples", "manifests");
        var files = Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(source, f).Replace('\\', '/'), f => (ReadOnlyMemory<byte>?)File.ReadAllBytes(f), StringComparer.Ordinal);
        files[".gitopsbot/ci.pub"] = System.Text.Encoding.UTF8.GetBytes(ci.PublicKeyPem);
        using var git = ManifestRepository.Open(Repository);
        var person = new CommitIdentity("Anna", "anna@example.com");
        git.Push("refs/heads/main", null, git.WriteCommit([], null, files, "Describe the shop\n", person, person, now));
    }
}

/// <summary>How a version of the demo was built.</summary>
internal enum DemoBuild
{
    /// <summary>Signed, and its tests passed.</summary>
    Good,
    /// <summary>Nobody signed it.</summary>
    Unsigned,
    /// <summary>Signed, and its tests failed.</summary>
    TestsFailed,
    /// <summary>Its test result was changed after it was signed.</summary>
    Tampered,
    /// <summary>Signed by a key that nobody knows.</summary>
    SignedByStranger,
}
