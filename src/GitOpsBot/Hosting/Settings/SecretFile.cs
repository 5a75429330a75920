namespace GitOpsBot.Hosting.Settings;

/// <summary>A file that holds a secret. Only its path is kept; the content is read each time it is needed, so that a rotated secret counts at once.</summary>
internal sealed record SecretFile(string Path)
{
    /// <summary>Bytes of a file: a Docker configuration of hundreds of hosts has less.</summary>
    public const int LargestFile = 64 * 1024;

    /// <summary>The text without the line end at its end.</summary>
    /// <exception cref="IOException">It cannot be read, is empty or too large; the message names the path and never the content.</exception>
    public string Read()
    {
        try
        {
            using var file = File.OpenRead(Path);
            if (file.Length > LargestFile)
            {
                throw new IOException($"The file {Path} is too large: expected at most {LargestFile} bytes, found {file.Length}.");
            }

            using var reader = new StreamReader(file);
            var text = reader.ReadToEnd().TrimEnd('\r', '\n');
            return text.Length > 0 ? text : throw new IOException($"The file {Path} is empty.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The file {Path} may not be read by this user.", e);
        }
    }
}
