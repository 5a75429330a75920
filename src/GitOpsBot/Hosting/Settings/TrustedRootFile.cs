using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Hosting.Settings;

/// <summary>A Sigstore TrustedRoot in a file of this machine.</summary>
internal static class TrustedRootFile
{
    // The public good instance's has 7 KB; one of many instances together has no more than ten times that.
    private const int LargestFile = 1024 * 1024;

    /// <summary>The root, or a sentence that says why there is none.</summary>
    public static (TrustedRoot? Root, string Sentence) Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > LargestFile)
            {
                return (null, $"The file {path} is too large: expected at most {LargestFile} bytes, found {file.Length}.");
            }

            var content = new byte[file.Length];
            file.ReadExactly(content);
            return TrustedRoot.Read(content) switch
            {
                Checked<TrustedRoot>.Accepted(var root) => (root, ""),
                Checked<TrustedRoot>.Refused(var rejection) => (null, $"The file {path} is not a Sigstore trusted root. {Shown.Plain(rejection.Reason)}"),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return (null, $"The file {path} cannot be read: expected a file that this user may read.");
        }
    }
}
