using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Artifacts;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing;

/// <summary>Answers one request truthfully, by the OCI distribution specification 1.1.</summary>
internal sealed partial class RegistryEndpoints(RegistryServer server, HttpContext context)
{
    private HttpRequest Request => context.Request;

    private HttpResponse Response => context.Response;

    public Task AnswerAsync()
    {
        if (Request.Path == "/v2/")
        {
            return Task.CompletedTask;
        }

        var route = Route().Match(Request.Path.Value ?? "");
        var (repository, kind, rest) = (route.Groups["name"].Value, route.Groups["kind"].Value, route.Groups["rest"].Value);
        return (Request.Method, kind) switch
        {
            (_, "") => NotFoundAsync("UNSUPPORTED"),
            ("GET", "tags") => ListAsync(repository),
            ("GET" or "HEAD", "manifests") => ManifestAsync(repository, rest),
            ("PUT", "manifests") => PutManifestAsync(repository, rest),
            ("GET" or "HEAD", "blobs") => BlobAsync(repository, rest),
            ("POST", "blobs") => BeginAsync(repository),
            ("PUT", "blobs") => PutBlobAsync(repository),
            ("GET", "referrers") when server.HasReferrersApi => ReferrersAsync(repository, rest),
            _ => NotFoundAsync("UNSUPPORTED"),
        };
    }

    private async Task ListAsync(string repository)
    {
        if (!server.Store.Has(repository))
        {
            await NotFoundAsync("NAME_UNKNOWN");
            return;
        }

        var last = Request.Query["last"].ToString();
        var size = Math.Min(server.PageSize, int.TryParse(Request.Query["n"], out var n) ? n : int.MaxValue);
        var rest = server.Store.Tags(repository).Where(t => string.CompareOrdinal(t, last) > 0).ToList();
        var page = rest.Take(size).ToList();
        if (rest.Count > page.Count)
        {
            Response.Headers.Link = $"</v2/{repository}/tags/list?n={size}&last={Uri.EscapeDataString(page[^1])}>; rel=\"next\"";
        }

        await SendAsync("application/json", JsonSerializer.SerializeToUtf8Bytes(new { name = repository, tags = page }), null);
    }

    private Task ManifestAsync(string repository, string reference)
    {
        if (server.Store.Manifest(repository, reference) is not { } found)
        {
            return NotFoundAsync("MANIFEST_UNKNOWN");
        }

        Response.Headers["Docker-Content-Digest"] = found.Digest;
        return SendAsync(found.MediaType, found.Bytes, found.Digest);
    }

    private Task BlobAsync(string repository, string digest) =>
        server.Store.Blob(repository, digest) is { } bytes ? SendAsync("application/octet-stream", bytes, digest) : NotFoundAsync("BLOB_UNKNOWN");

    private Task ReferrersAsync(string repository, string digest) =>
        SendAsync(MediaTypes.Index, ImageBuilder.IndexOf(server.Store.Referrers(repository, digest)).Bytes.ToArray(), null);

    private Task BeginAsync(string repository)
    {
        Response.StatusCode = StatusCodes.Status202Accepted;
        Response.Headers.Location = $"/v2/{repository}/blobs/uploads/{Guid.NewGuid():N}";
        return Task.CompletedTask;
    }

    private async Task PutBlobAsync(string repository)
    {
        var bytes = await BodyAsync();
        var digest = Request.Query["digest"].ToString();
        server.Store.PutBlob(repository, digest, bytes);
        Response.StatusCode = Hash(bytes) == digest ? StatusCodes.Status201Created : StatusCodes.Status400BadRequest;
    }

    private async Task PutManifestAsync(string repository, string reference)
    {
        var bytes = await BodyAsync();
        server.Store.PutManifest(repository, reference, Hash(bytes), Request.ContentType ?? MediaTypes.Manifest, bytes);
        Response.StatusCode = StatusCodes.Status201Created;
        if (server.HasReferrersApi && ManifestReader.Read(bytes) is Reading<OciManifest>.Done { Value.Subject: { } subject })
        {
            Response.Headers["OCI-Subject"] = subject.Digest.Value;
        }
    }

    private async Task SendAsync(string mediaType, byte[] bytes, string? digest)
    {
        var validator = $"\"{digest ?? Hash(bytes)}\"";
        Response.Headers.ETag = validator;
        if (Request.Headers.IfNoneMatch == validator)
        {
            Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        Response.ContentType = mediaType;
        Response.ContentLength = bytes.Length;
        if (Request.Method != "HEAD")
        {
            await Response.Body.WriteAsync(bytes);
        }
    }

    private Task NotFoundAsync(string code)
    {
        Response.StatusCode = StatusCodes.Status404NotFound;
        return Response.WriteAsJsonAsync(new { errors = new[] { new { code, message = code } } });
    }

    private async Task<byte[]> BodyAsync()
    {
        using var buffer = new MemoryStream();
        await Request.Body.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    private static string Hash(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    [GeneratedRegex(@"\A/v2/(?<name>.+?)/(?<kind>tags|manifests|blobs|referrers)/(?<rest>.+)\z")]
    private static partial Regex Route();
}
