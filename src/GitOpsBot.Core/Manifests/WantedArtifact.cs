using System.Text;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Manifests;

/// <summary>An artifact that is looked for in files.</summary>
/// <param name="Name">Its name in the pipeline, as marker comments write it.</param>
/// <param name="Image">Where the environment pulls it from.</param>
public sealed record WantedArtifact(string Name, ImageName Image)
{
    /// <summary>The last part of the image's name: every way of writing a reference holds it.</summary>
    internal string LastPartText { get; } = LastOf(Image);

    /// <summary>The same, as bytes.</summary>
    internal byte[] LastPart { get; } = Encoding.UTF8.GetBytes(LastOf(Image));

    /// <summary>The last part of a name.</summary>
    internal static string LastOf(ImageName image)
    {
        var whole = image.ToString();
        return whole[(whole.LastIndexOfAny(['/', ':']) + 1)..];
    }
}
