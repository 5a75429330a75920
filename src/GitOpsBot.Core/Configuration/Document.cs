using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Configuration;

/// <summary>Where a document comes from. A document may name those of its own origin and of earlier ones, never of a later one.</summary>
internal enum DocumentOrigin
{
    /// <summary>With the bot.</summary>
    Shipped,
    /// <summary>The folders of the bot's settings.</summary>
    Organization,
    /// <summary>The repository's base branch.</summary>
    Repository,
}

/// <summary>A document whose head was read (SPEC section 3): apiVersion, kind, metadata.name. Its spec may still be wrong.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Origin">Where it comes from.</param>
/// <param name="File">The file it stands in.</param>
/// <param name="Place">Where it begins.</param>
/// <param name="Content">What its kind made of the spec; null when that has problems.</param>
internal sealed record Document(string Kind, string Name, DocumentOrigin Origin, ConfigurationFile File, Place Place, object? Content)
{
    /// <summary>The only version there is.</summary>
    public const string ApiVersion = "gitopsbot.dev/v1";

    /// <summary>What else it is known by, as far as that can be read.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Reads one document; null when its head is so wrong that nobody can say what it is.</summary>
    public static Document? Read(YamlNode root, ConfigurationFile file, DocumentOrigin origin, IReadOnlyList<DocumentKind> kinds, ICollection<Problem> problems)
    {
        if (root is not YamlNode.Mapping)
        {
            problems.Add(root.Place.Says($"Expected a document with the keys apiVersion, kind, metadata, spec, found {Shapes.Kind(root)}."));
            return null;
        }

        if (Key(root, "kind") is not YamlNode.Scalar kindNode)
        {
            problems.Add((Key(root, "kind")?.Place ?? root.Place).Says("The key 'kind' is missing, or is not text."));
            return null;
        }

        var name = Key(Key(root, "metadata"), "name") is { } node ? Shapes.Name.Read(node, []).Value : null;
        if (kinds.FirstOrDefault(k => k.Name == kindNode.Text) is not { } kind)
        {
            problems.Add(kindNode.Place.Says($"Unknown kind {Shown.Quoted(kindNode.Text)}.{NearestName.Hint(kindNode.Text, kinds.Select(k => k.Name))}"));
            return null;
        }

        var found = new List<Problem>();
        var blanks = Blanks(root).ToList();
        var content = kind.Read(root, found);
        var blankPlaces = blanks.Select(p => (p.Line, p.Column)).ToHashSet();
        foreach (var problem in blanks.Concat(found.Where(p => !blankPlaces.Contains((p.Line, p.Column)))))
        {
            problems.Add(problem);
        }

        return name is null ? null : new Document(kind.Name, name, origin, file, root.Place, blanks.Count + found.Count == 0 ? content : null)
        {
            Aliases = Key(Key(root, "spec"), "aliases") is YamlNode.Sequence aliases ? [.. aliases.Items.OfType<YamlNode.Scalar>().Select(a => a.Text)] : [],
        };
    }

    // "where:" with its condition commented out must not be a gate without a condition.
    private static IEnumerable<Problem> Blanks(YamlNode node) => node switch
    {
        YamlNode.Mapping mapping => mapping.Entries.SelectMany(e => e.Value is YamlNode.Scalar value && Shapes.IsNull(value)
            ? [value.Place.Says($"The key {Shown.Quoted(e.Key.Text)} has nothing behind it: write a value, or leave the key out.")]
            : Blanks(e.Value)),
        YamlNode.Sequence sequence => sequence.Items.SelectMany(Blanks),
        _ => [],
    };

    private static YamlNode? Key(YamlNode? node, string key) => (node as YamlNode.Mapping)?.Entries.FirstOrDefault(e => e.Key.Text == key).Value;
}
