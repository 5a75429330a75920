using System.Text;
using System.Text.Unicode;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests;

/// <summary>A file of which nobody can say what it pins.</summary>
internal sealed record UnreadFile(Problem Problem, ReadOnlyMemory<byte> Content)
{
    /// <summary>
    /// Whether it mentions this image: then what stands in the folder is not known. A reference holds the repository, or its last part beside the
    /// rest (a chart's name beside the address of its repository); a label or file name that is equal to the last part alone is no mention.
    /// Where the bytes are no text, every image could be meant.
    /// </summary>
    public bool MayHold(ImageName image)
    {
        var bytes = Content.Span;
        var repository = image.IsLayout ? image.ToString() : image.Host == "docker.io" ? image.Repository[(image.Repository.StartsWith("library/", StringComparison.Ordinal) ? 8 : 0)..] : image.Repository;
        if (bytes.IndexOf(Encoding.UTF8.GetBytes(repository)) >= 0 || !Utf8.IsValid(bytes))
        {
            return true;
        }

        var whole = image.ToString();
        var cut = whole.LastIndexOf('/');
        return cut > 0 && bytes.IndexOf(Encoding.UTF8.GetBytes(whole[..cut])) >= 0 && bytes.IndexOf(Encoding.UTF8.GetBytes(whole[(cut + 1)..])) >= 0;
    }
}
