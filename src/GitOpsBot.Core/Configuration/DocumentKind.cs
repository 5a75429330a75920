using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Configuration;

/// <summary>A kind of document: its shape reads, complains and describes itself. A new kind is one file and one line in <see cref="DocumentKinds"/>.</summary>
internal sealed class DocumentKind
{
    private static readonly Shape<string> Metadata = Shapes.Object<string>("What it is called.", keys =>
    {
        var name = keys.Required("name", Shapes.Name, "The name others refer to.");
        return fields => fields.Get(name);
    });

    private readonly Shape<object> shape;

    private DocumentKind(string name, Shape<object> shape) => (Name, this.shape) = (name, shape);

    /// <summary>The word after <c>kind:</c>.</summary>
    public string Name { get; }

    /// <summary>A kind whose spec has this shape.</summary>
    public static DocumentKind Of<T>(string kind, string description, Shape<T> spec) where T : class => new(kind, Shapes.Object<object>(description, keys =>
    {
        keys.Required("apiVersion", Word(Document.ApiVersion), "The version of the format.");
        keys.Required("kind", Word(kind), "What it is.");
        keys.Required("metadata", Metadata, "What it is called.");
        var body = keys.Required("spec", spec, "What it says.");
        return fields => new Shaped<object>(true, fields.Get(body));
    }));

    /// <summary>JSON Schema of the whole document.</summary>
    public JsonObject Schema() => shape.Schema();

    /// <summary>What the spec says; nothing, with problems, when anything in the document is wrong.</summary>
    public object? Read(YamlNode root, ICollection<Problem> problems) => shape.Read(root, problems).Value;

    private static Shape<string> Word(string word) => new(
        () => new JsonObject { ["const"] = word },
        (node, problems) =>
        {
            if (node is YamlNode.Scalar { Text: var text } && text == word)
            {
                return word;
            }

            problems.Add(node.Place.Says($"Expected {word}, found {Shapes.Kind(node)}."));
            return default;
        });
}
