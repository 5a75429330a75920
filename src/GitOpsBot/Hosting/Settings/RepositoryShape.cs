using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Git;

namespace GitOpsBot.Hosting.Settings;

/// <summary>The shape of one entry of <c>repositories</c>.</summary>
internal static partial class RepositoryShape
{
    private static readonly Shape<string> Branch = Shapes.Parsed("branch", BranchName, "the name of a branch such as main, without refs/heads/");

    private static readonly Shape<string> Directory = Shapes.Parsed(
        "folder", t => Folder().IsMatch(t) && !t.Split('/').Any(s => s is "." or ".." or ".git") ? t : null, "a folder inside the repository such as .gitopsbot, with forward slashes");

    private static readonly Shape<string> Prefix = Shapes.Parsed("prefix", t => PrefixText().IsMatch(t) ? t : null, "the beginning of an image name such as ghcr.io/acme/");

    /// <summary>The shape.</summary>
    public static Shape<RepositorySettings> Of(SettingsPaths paths) => Shapes.Object<RepositorySettings>("A manifest repository.", keys =>
    {
        var name = keys.Required("name", Shapes.Name, "What it is called.");
        var url = keys.Required("url", Address(paths), "Its address; the path of a bare repository for 'forge: local'.");
        var branch = keys.Optional("branch", Branch, "main", "The base branch.");
        var directory = keys.Optional("directory", Directory, ".gitopsbot", "Where documents lie.");
        var forge = keys.Optional("forge", Shapes.Choice(("github", ForgeKind.GitHub), ("local", ForgeKind.Local)), ForgeKind.GitHub, "Where pull requests are.");
        var artifacts = keys.Optional("artifacts", Shapes.List(Prefix), [], "Prefixes of what may be promoted.");
        var require = keys.Optional("require", Shapes.List(Shapes.Name), [], "Policies added to every environment.");
        return fields =>
        {
            if (fields.Get(forge) == ForgeKind.GitHub && GitHubAddress.Repository(fields.Get(url)) is null)
            {
                fields.Says(url, "With 'forge: github' the 'url' is a clone address such as https://github.com/acme/shop-manifests.git; write 'forge: local' where it is the path of a bare repository.");
                return default;
            }

            if (fields.Get(forge) == ForgeKind.Local && fields.Get(url) is not RepositoryAddress.Folder)
            {
                fields.Says(url, "With 'forge: local' the 'url' is the path of a bare repository, found an address.");
                return default;
            }

            return new RepositorySettings(
                fields.Get(name), fields.Get(url), fields.Get(branch), fields.Get(directory), fields.Has(artifacts) ? fields.Get(artifacts) : null, fields.Get(require)) { Forge = fields.Get(forge) };
        };
    });

    // A name before '@' and ':' is an address of SSH; a path that looks like one can be written with './' before it.
    private static Shape<RepositoryAddress> Address(SettingsPaths paths) => new(
        () => new JsonObject { ["type"] = "string" },
        (node, problems) =>
        {
            if (node is not YamlNode.Scalar { Text: var text } || !AddressText().IsMatch(text))
            {
                return paths.Anything.Read(node, problems) is { IsRead: true, Value: { } path } ? new RepositoryAddress.Folder(path) : default(Shaped<RepositoryAddress>);
            }

            if (RepositoryAddress.Parse(text, out var problem) is { } address)
            {
                return address;
            }

            problems.Add(node.Place.Says(problem));
            return default;
        });

    private static string? BranchName(string text) =>
        BranchText().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("//", StringComparison.Ordinal)
        && !text.StartsWith("refs/", StringComparison.Ordinal) && !text.EndsWith(".lock", StringComparison.Ordinal) && text[^1] is not ('/' or '.') ? text : null;

    [GeneratedRegex(@"\A(?:[A-Za-z][A-Za-z0-9+.-]*://|[^/@:]+@[^/:]+:)")]
    private static partial Regex AddressText();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}\z")]
    private static partial Regex BranchText();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+){0,20}\z")]
    private static partial Regex Folder();

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9._:/-]{0,254}\z")]
    private static partial Regex PrefixText();
}
