using System.Text;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Doctor;

/// <summary>Something that is told, by a file of the repository, to write references that the bot promotes.</summary>
/// <param name="Name">What.</param>
/// <param name="Where">By which file, and where it would write.</param>
/// <param name="Advice">How it is told not to.</param>
internal sealed partial record OtherWriter(string Name, string Where, string Advice)
{
    // What configures a writer, or is a manifest, has less; a tree has more manifests than anybody waits for to be read.
    private const int MostFiles = 20_000;

    private static readonly string[] Renovates =
        ["renovate.json", "renovate.json5", ".github/renovate.json", ".github/renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5", ".gitlab/renovate.json"];

    private static readonly string[] Dependabots = [".github/dependabot.yml", ".github/dependabot.yaml"];

    // Dependabot's "docker" also updates Kubernetes manifests.
    private static readonly string[] Ecosystems = ["docker", "docker-compose", "helm"];

    /// <summary>All of them.</summary>
    /// <param name="files">Paths of the tree.</param>
    /// <param name="read">Reads one of them; null for what is no regular file.</param>
    /// <param name="documents">The documents, which name the folders and the artifacts.</param>
    public static IReadOnlyList<OtherWriter> In(IReadOnlyList<string> files, Func<string, ReadOnlyMemory<byte>?> read, DocumentSet documents)
    {
        var folders = documents.Pipelines.SelectMany(p => p.Environments).Select(e => e.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var images = documents.Pipelines.SelectMany(p => p.Artifacts).Select(a => a.Repository.ToString()).ToHashSet(StringComparer.Ordinal);
        string Text(string path) => read(path) is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : "";
        return
        [
            .. files.Where(Renovates.Contains).Take(1).SelectMany(f => Renovate(f, Text(f), folders)),
            .. files.Where(Dependabots.Contains).SelectMany(f => Dependabot(f, read(f) ?? default, folders)),
            .. files.Where(IsYaml).Take(MostFiles).SelectMany(f => Controllers(f, Text(f), folders, images)),
        ];
    }

    // Its files are JSON with comments at times, so they are looked at as text: a folder that it is told to ignore is named there.
    private static IEnumerable<OtherWriter> Renovate(string file, string text, IReadOnlyList<string> folders)
    {
        var open = folders.Where(f => !IsIgnored(text, f)).ToList();
        return open.Count == 0 || Disabled().IsMatch(text) ? [] :
            [new OtherWriter("Renovate", $"{file} does not leave out {string.Join(", ", open)}", $"Add \"ignorePaths\": [{string.Join(", ", open.Select(f => $"\"{f}/**\""))}] to {file}.")];
    }

    private static bool IsIgnored(string text, string folder) => IgnorePaths().Match(text) is { Success: true } ignored
        && Quoted().Matches(ignored.Groups[1].Value).Select(m => m.Groups[1].Value.Trim('/')).Any(p => Covers(p, folder));

    private static IEnumerable<OtherWriter> Dependabot(string file, ReadOnlyMemory<byte> content, IReadOnlyList<string> folders) =>
        from document in YamlReader.Read(file, content).Documents
        from update in Items(Value(document, "updates"))
        where Ecosystems.Contains(Scalar(Value(update, "package-ecosystem")))
        let named = Items(Value(update, "directories")).Select(Scalar).Append(Scalar(Value(update, "directory"))).OfType<string>().ToList()
        let open = folders.Where(f => named.Any(d => Covers(d.Trim('/'), f) || d.Trim('/').StartsWith(f + "/", StringComparison.Ordinal))).ToList()
        where open.Count > 0
        select new OtherWriter("Dependabot", $"{file}:{update.Place.Line} updates {Scalar(Value(update, "package-ecosystem"))} in {string.Join(", ", open)}", $"Take those folders out of 'directories' in {file}.");

    private static IEnumerable<OtherWriter> Controllers(string file, string text, IReadOnlyList<string> folders, IReadOnlySet<string> images)
    {
        if (text.Contains("\"$imagepolicy\"", StringComparison.Ordinal) && folders.Any(f => file.StartsWith(f + "/", StringComparison.Ordinal)))
        {
            yield return new OtherWriter("Flux ImageUpdateAutomation", $"{file} has a marker \"$imagepolicy\"", "Take the marker out, or the ImageUpdateAutomation.");
        }

        var annotation = !text.Contains("argocd-image-updater", StringComparison.Ordinal) ? null : ImageList().Matches(text).SelectMany(m => m.Groups[1].Value.Split(',')).Select(NameOf).FirstOrDefault(images.Contains);
        if (annotation is not null)
        {
            yield return new OtherWriter("Argo CD Image Updater", $"{file} lets it update {annotation}", "Take the annotation argocd-image-updater.argoproj.io/image-list out, or the image out of it.");
        }
    }

    // alias=registry/name:constraint
    private static string NameOf(string entry)
    {
        var image = entry.Trim().Trim('"', '\'').Split('=')[^1];
        var colon = image.LastIndexOf(':');
        return colon > image.LastIndexOf('/') ? image[..colon] : image;
    }

    // A pattern such as environments/** or a folder above; "" is the root.
    private static bool Covers(string pattern, string folder)
    {
        var body = Regex.Escape(pattern).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return new Regex($"\\A{body}(?:/.*)?\\z", RegexOptions.NonBacktracking) is var whole && (whole.IsMatch(folder) || whole.IsMatch(folder + "/x"));
    }

    private static bool IsYaml(string path) => path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal);

    private static YamlNode? Value(YamlNode? node, string key) => node is YamlNode.Mapping mapping ? mapping.Entries.FirstOrDefault(e => e.Key.Text == key).Value : null;

    private static IReadOnlyList<YamlNode> Items(YamlNode? node) => node is YamlNode.Sequence list ? list.Items : [];

    private static string? Scalar(YamlNode? node) => (node as YamlNode.Scalar)?.Text;

    [GeneratedRegex(@"""ignorePaths""\s*:\s*\[([^\]]*)\]", RegexOptions.NonBacktracking)]
    private static partial Regex IgnorePaths();

    [GeneratedRegex(@"""([^""]*)""", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\A\s*\{\s*(?:""\$schema""\s*:\s*""[^""]*""\s*,\s*)?""enabled""\s*:\s*false", RegexOptions.NonBacktracking)]
    private static partial Regex Disabled();

    [GeneratedRegex(@"argocd-image-updater\.argoproj\.io/image-list[""']?\s*:\s*([^\n]+)", RegexOptions.NonBacktracking)]
    private static partial Regex ImageList();
}
