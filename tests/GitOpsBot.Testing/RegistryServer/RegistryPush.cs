using System.Net.Http.Headers;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Testing;

/// <summary>Pushes to any registry over plain HTTP, as builders do (OCI distribution specification 1.1, "Push"), credentials aside.</summary>
public sealed class RegistryPush(string host) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri($"http://{host}/") };

    /// <summary>Pushes everything of an artifact, and points tags at it.</summary>
    public async Task PushAsync(string repository, BuiltArtifact artifact, params IReadOnlyList<string> tags)
    {
        foreach (var blob in artifact.Blobs)
        {
            using var began = await http.PostAsync(new Uri($"v2/{repository}/blobs/uploads/", UriKind.Relative), null);
            var location = began.EnsureSuccessStatusCode().Headers.Location!;
            var upload = new UriBuilder(new Uri(http.BaseAddress!, location));
            upload.Query = $"{(upload.Query.Length > 1 ? upload.Query[1..] + "&" : "")}digest={blob.Descriptor.Digest}";
            using var content = Content(blob.Bytes, "application/octet-stream");
            using var done = await http.PutAsync(upload.Uri, content);
            done.EnsureSuccessStatusCode();
        }

        foreach (var manifest in artifact.Manifests)
        {
            await PutAsync(repository, manifest.Descriptor.Digest.Value, manifest);
        }

        foreach (var tag in tags)
        {
            await PutAsync(repository, tag, artifact.Manifests[^1]);
        }
    }

    /// <summary>Attaches an artifact to its subject: by the referrers API where the registry has it, else in the index of the fallback tag.</summary>
    public async Task AttachAsync(string repository, Digest subject, BuiltArtifact attachment)
    {
        await PushAsync(repository, attachment);
        if (await PutAsync(repository, attachment.Digest.Value, attachment.Manifests[^1]))
        {
            return;
        }

        var tag = $"sha256-{subject.Hex}";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v2/{repository}/manifests/{tag}") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue(MediaTypes.Index) } } };
        using var found = await http.SendAsync(request);
        var listed = found.IsSuccessStatusCode && ManifestReader.Read(await found.Content.ReadAsByteArrayAsync()) is Reading<OciManifest>.Done { Value: var index } ? index.Manifests : [];
        await PutAsync(repository, tag, ImageBuilder.IndexOf([.. listed, attachment.Descriptor]));
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    // Whether the registry keeps a list of referrers itself.
    private async Task<bool> PutAsync(string repository, string reference, BuiltContent manifest)
    {
        using var content = Content(manifest.Bytes, manifest.Descriptor.MediaType);
        using var done = await http.PutAsync(new Uri($"v2/{repository}/manifests/{reference}", UriKind.Relative), content);
        return done.EnsureSuccessStatusCode().Headers.Contains("OCI-Subject");
    }

    private static ReadOnlyMemoryContent Content(ReadOnlyMemory<byte> bytes, string mediaType) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
}
