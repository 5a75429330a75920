using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Configuration;

/// <summary>A document whose head was read (SPEC section 3): apiVersion, kind, metadata.name. Its spec may still be wrong.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="File">The file it stands in.</param>
/// <param name="Place">Where it begins.</param>
/// <param name="Content">What its kind made of the spec; null when that has problems.</param>
internal sealed record Document(string Kind, string Name, ConfigurationFile File, Place Place, object? Content)
{
    /// <summary>The only version there is.</summary>
    public const string ApiVersion = "gitopsbot.dev/v1";

    /// <summary>Reads one document; null when its head is wrong.</summary>
    public static Document? Read(YamlNode root, ConfigurationFile file, IReadOnlyList<DocumentKind> kinds, ICollection<Problem> problems)
    {
        if (root is not YamlNode.Mapping mapping)
        {
            problems.Add(root.Place.Says("Expected a document with the keys apiVersion, kind, metadata, spec."));
            return null;
        }

        if (mapping.Entries.FirstOrDefault(e => e.Key.Text == "kind").Value is not YamlNode.Scalar { Text: var kindName } kindNode)
        {
            problems.Add(root.Place.Says("The key 'kind' is missing."));
            return null;
        }

        if (kinds.FirstOrDefault(k => k.Name == kindName) is not { } kind)
        {
            problems.Add(kindNode.Place.Says($"Unknown kind '{kindName}'.{NearestName.Hint(kindName, kinds.Select(k => k.Name))}"));
            return null;
        }

        var found = new List<Problem>();
        var read = kind.Read(root, found);
        foreach (var problem in found)
        {
            problems.Add(problem);
        }

        return read.Name is { } name ? new Document(kindName, name, file, root.Place, found.Count == 0 ? read.Content : null) : null;
    }
}

/// <summary>A kind of document: its shape reads, complains and describes itself. A new kind is one file and one line in <see cref="DocumentKinds"/>.</summary>
internal sealed class DocumentKind
{
    private static readonly Shape<string> Metadata = Shapes.Object<string>("What it is called.", keys =>
    {
        var name = keys.Required("name", Shapes.Name, "The name others refer to.");
        return fields => fields.Get(name);
    });

    private readonly Shape<(string Name, object Content)> shape;

    private DocumentKind(string name, Shape<(string Name, object Content)> shape) => (Name, this.shape) = (name, shape);

    /// <summary>The word after <c>kind:</c>.</summary>
    public string Name { get; }

    /// <summary>A kind whose spec has this shape.</summary>
    public static DocumentKind Of<T>(string kind, string description, Shape<T> spec) where T : class => new(kind, Shapes.Object<(string, object)>(description, keys =>
    {
        var version = keys.Required("apiVersion", Shapes.Parsed("version", t => t == Document.ApiVersion ? t : null, Document.ApiVersion, Document.ApiVersion), "The version of the format.");
        var word = keys.Required("kind", Shapes.Parsed("kind", t => t == kind ? t : null, kind, kind), "What it is.");
        var metadata = keys.Required("metadata", Metadata, "What it is called.");
        var body = keys.Required("spec", spec, "What it says.");
        return fields => new Shaped<(string, object)>(true, (fields.Get(metadata), fields.Get(body)));
    }));

    /// <summary>JSON Schema of the whole document.</summary>
    public JsonObject Schema() => shape.Schema();

    /// <summary>The document's name as far as it can be read, and its content when there was no problem.</summary>
    public (string? Name, object? Content) Read(YamlNode root, ICollection<Problem> problems)
    {
        var read = shape.Read(root, problems);
        if (read.IsRead)
        {
            return (read.Value.Name, read.Value.Content);
        }

        var name = (((root as YamlNode.Mapping)?.Entries.FirstOrDefault(e => e.Key.Text == "metadata").Value as YamlNode.Mapping)
            ?.Entries.FirstOrDefault(e => e.Key.Text == "name").Value as YamlNode.Scalar)?.Text;
        return (name, null);
    }
}
