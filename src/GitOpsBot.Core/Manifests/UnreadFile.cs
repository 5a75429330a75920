using System.Text;
using System.Text.Unicode;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests;

/// <summary>A file of which nobody can say what it pins.</summary>
internal sealed record UnreadFile(Problem Problem, ReadOnlyMemory<byte> Content)
{
    /// <summary>
    /// Whether it could hold a reference to this image: then what stands in the folder is not known. Every way of writing a reference ends in the
    /// last part of the image's name; where the bytes are no text, every image could be meant.
    /// </summary>
    public bool MayHold(ImageName image)
    {
        var whole = image.ToString();
        var last = whole[(whole.LastIndexOfAny(['/', ':']) + 1)..];
        var bytes = Content.Span;
        return bytes.IndexOf(Encoding.UTF8.GetBytes(last)) >= 0 || !Utf8.IsValid(bytes);
    }
}
