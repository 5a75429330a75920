using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>Texts that may be image references.</summary>
internal static class ReferenceText
{
    private static readonly string[] Templates = ["{{", "${", "$(", "%{"];

    /// <summary>Whether another program puts something in its place before it is used.</summary>
    public static bool IsTemplate(string text) => Templates.Any(t => text.Contains(t, StringComparison.Ordinal));

    /// <summary>As much of a broken reference as names an image; null where it names none, as a placeholder does.</summary>
    public static ImageName? NameIn(string text)
    {
        var end = text.IndexOfAny(['@', '{', '$', '%', '<']);
        var head = end < 0 ? text : text[..end];
        var colon = head.IndexOf(':', head.LastIndexOf('/') + 1);
        if (colon < 0 && end >= 0 && text[end] != '@')
        {
            // The name goes on behind the placeholder.
            return null;
        }

        return ImageName.TryParse(colon < 0 ? head : head[..colon], out var name) ? name : null;
    }

    /// <summary>The name as it is written: Kustomize compares it letter by letter.</summary>
    public static string NameOf(string written, ImageReference reference)
    {
        var name = written.Split('@')[0];
        return reference.Tag is null ? name : name[..^(reference.Tag.Length + 1)];
    }

    /// <summary>Whether a reference shows by itself that it is one: a host before it, or a tag or digest and a path.</summary>
    public static bool ShowsItself(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var isHosted = slash > 0 && (text.AsSpan(0, slash).ContainsAny('.', ':') || text.StartsWith("localhost/", StringComparison.Ordinal));
        return isHosted && text.AsSpan(slash).ContainsAny(':', '@');
    }
}
