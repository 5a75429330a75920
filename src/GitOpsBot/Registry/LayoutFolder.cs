using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Registry;

/// <summary>
/// The files of one OCI image layout, below the folder of the bot's settings and never outside it: a symbolic link anywhere below that folder is
/// refused, since what a build writes there needs none.
/// </summary>
internal sealed class LayoutFolder(ImageName name, string folder)
{
    private readonly string _root = Path.GetFullPath(folder);

    /// <summary>What a layout's <c>index.json</c> lists; empty descriptors never come out.</summary>
    /// <exception cref="RegistryException">There is no layout, or it cannot be read.</exception>
    public async Task<IReadOnlyList<Descriptor>> ReadIndexAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync("oci-layout", 4_096, "oci-layout", cancellationToken) is null)
        {
            throw new RegistryException($"{name} is not an OCI image layout: the folder has no file 'oci-layout'.", false);
        }

        return await ReadAsync("index.json", ManifestReader.Largest, "index.json", cancellationToken) is { } bytes
            ? RegistryContents.Index(bytes, $"The file index.json of {name}")
            : throw new RegistryException($"{name} is not an OCI image layout: the folder has no file 'index.json'.", false);
    }

    /// <summary>A blob whose digest was checked; null when there is no such file.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadBlobAsync(Digest digest, long limit, CancellationToken cancellationToken)
    {
        if (await ReadAsync($"blobs/sha256/{digest.Hex}", limit, $"blob {digest.Short}", cancellationToken) is not { } bytes)
        {
            return null;
        }

        RegistryContents.Check(name, digest, bytes);
        return bytes;
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(string file, long limit, string what, CancellationToken cancellationToken)
    {
        try
        {
            if (Locate(file) is not { } path)
            {
                return null;
            }

            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true);
            return await BoundedContent.ReadAsync(stream, stream.CanSeek ? stream.Length : null, limit, $"The {what} of {name}", cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"The {what} of {name} cannot be read.", true, null, e);
        }
    }

    private string? Locate(string file)
    {
        var path = _root;
        var parts = (name.Repository.Length == 0 ? file : $"{name.Repository}/{file}").Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            path = Path.Combine(path, parts[i]);
            FileSystemInfo info = i < parts.Length - 1 ? new DirectoryInfo(path) : new FileInfo(path);
            if (info.LinkTarget is not null)
            {
                throw new RegistryException($"{name} holds a symbolic link '{string.Join('/', parts[..(i + 1)])}'; links are not followed in an OCI image layout.", false);
            }

            // Devices and pipes have no end and no length.
            if (!info.Exists || (info is FileInfo && (info.Attributes & (FileAttributes.Device | FileAttributes.Directory)) != 0))
            {
                return null;
            }
        }

        return path;
    }
}
