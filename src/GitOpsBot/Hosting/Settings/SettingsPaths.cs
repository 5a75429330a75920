using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Hosting.Settings;

/// <summary>Shapes of paths in the settings; relative ones are relative to <paramref name="folder"/>, the values are absolute.</summary>
internal sealed class SettingsPaths(string folder)
{
    /// <summary>A path, whatever is there.</summary>
    public Shape<string> Anything => Path(_ => true, "");

    /// <summary>A folder that exists.</summary>
    public Shape<string> Folder => Path(Directory.Exists, "folder");

    /// <summary>A file that exists.</summary>
    public Shape<string> File => Path(System.IO.File.Exists, "file");

    /// <summary>A file that exists; what it holds is read when it is needed.</summary>
    public Shape<SecretFile> Secret
    {
        get
        {
            var file = File;
            return new Shape<SecretFile>(file.Schema, (node, problems) => file.Read(node, problems) is { IsRead: true, Value: { } path } ? new SecretFile(path) : default(Shaped<SecretFile>));
        }
    }

    /// <summary>A Sigstore TrustedRoot, read at once: settings with one that cannot be read are wrong.</summary>
    public Shape<TrustedRoot> TrustedRoot
    {
        get
        {
            var file = File;
            return new Shape<TrustedRoot>(file.Schema, (node, problems) =>
            {
                if (file.Read(node, problems) is not { IsRead: true, Value: { } path })
                {
                    return default;
                }

                var (root, sentence) = TrustedRootFile.Read(path);
                if (root is not null)
                {
                    return root;
                }

                problems.Add(node.Place.Says(sentence));
                return default;
            });
        }
    }

    private Shape<string> Path(Func<string, bool> exists, string what) => new(
        () => new JsonObject { ["type"] = "string" },
        (node, problems) =>
        {
            var text = Shapes.Text.Read(node, problems);
            if (!text.IsRead)
            {
                return default;
            }

            if (text.Value!.Contains('\0', StringComparison.Ordinal))
            {
                problems.Add(node.Place.Says("Expected a path, found a null character."));
                return default;
            }

            var path = System.IO.Path.GetFullPath(text.Value, folder);
            if (exists(path))
            {
                return path;
            }

            problems.Add(node.Place.Says($"There is no {what} {path}."));
            return default;
        });
}
