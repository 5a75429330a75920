using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Configuration;

/// <summary>
/// All documents of all origins by kind and name: read, and free of contradictions. A name of the organization cannot be defined again by a
/// repository; a shipped policy is only a proposal, and gives way to one of the same name.
/// </summary>
internal sealed class DocumentIndex
{
    /// <summary>Documents of one load: ten times what a thousand teams need; more would take time without anybody's benefit.</summary>
    public const int MostDocuments = 10_000;

    // Comparing every unknown name with every known one is work that a hostile document could order by the million.
    private const int MostHints = 100;
    private const int MostNames = 1000;

    private readonly Dictionary<(string Kind, string Name), Document> documents = [];
    // Shipped policies whose names somebody else uses: still there for those who cannot see the other one.
    private readonly Dictionary<string, Document> shadowed = new(StringComparer.Ordinal);
    private readonly Dictionary<(DocumentOrigin Origin, string Path), ConfigurationFile> files = [];
    private readonly List<Problem> problems;

    /// <summary>Reads every file; what is wrong is added to <paramref name="problems"/>.</summary>
    public DocumentIndex(ConfigurationSources sources, IReadOnlyList<DocumentKind> kinds, List<Problem> problems)
    {
        this.problems = problems;
        IEnumerable<(DocumentOrigin Origin, ConfigurationFile File)> all =
        [
            .. sources.Shipped.Select(f => (DocumentOrigin.Shipped, f)),
            .. sources.Organization.Select(f => (DocumentOrigin.Organization, f)),
            .. sources.Repository.Select(f => (DocumentOrigin.Repository, f)),
        ];
        foreach (var (origin, file) in all)
        {
            files.TryAdd((origin, file.Path), file);
            if (IsYaml(file.Path))
            {
                Read(origin, file, kinds);
            }
        }
    }

    /// <summary>Whether there may be documents that nobody could read.</summary>
    public bool HasUnreadable { get; private set; }

    /// <summary>The documents of a kind, by name.</summary>
    public IEnumerable<Document> Of(string kind) => documents.Values.Where(d => d.Kind == kind).OrderBy(d => d.Name, StringComparer.Ordinal);

    /// <summary>The document that a document of this origin means by a name, or null.</summary>
    public Document? Find(string kind, string name, DocumentOrigin from) =>
        documents.TryGetValue((kind, name), out var found) && found.Origin <= from ? found
        : kind == "Policy" ? shadowed.GetValueOrDefault(name) : null;

    /// <summary>Why <see cref="Find"/> found nothing.</summary>
    public string NotFound(string kind, string name, DocumentOrigin from)
    {
        var word = kind.ToLowerInvariant();
        return documents.TryGetValue((kind, name), out var hidden)
            ? $"The {word} '{name}' stands in {Shown.Plain(hidden.Place.File)} of the repository: what comes from the organization or with the bot cannot rest on it."
            : $"There is no {word} '{name}'.{(problems.Count < MostHints ? NearestName.Hint(name, Of(kind).Where(d => d.Origin <= from).Select(d => d.Name).Take(MostNames)) : "")}";
    }

    /// <summary>A file of the same origin, or null: a repository cannot slip a file under a document of the organization.</summary>
    public ConfigurationFile? File(DocumentOrigin origin, string path) => files.GetValueOrDefault((origin, path));

    /// <summary>Whether a file is read for documents.</summary>
    public static bool IsYaml(string path) => path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal);

    private void Read(DocumentOrigin origin, ConfigurationFile file, IReadOnlyList<DocumentKind> kinds)
    {
        var yaml = YamlReader.Read(file.Path, file.Content);
        problems.AddRange(yaml.Problems);
        HasUnreadable |= yaml.Problems.Count > 0;
        foreach (var root in yaml.Documents)
        {
            if (documents.Count >= MostDocuments)
            {
                problems.Add(root.Place.Says($"There are more than {MostDocuments} documents; this one and those after it are not read."));
                HasUnreadable = true;
                return;
            }

            if (Document.Read(root, file, origin, kinds, problems) is { } document)
            {
                Add(document);
            }
            else
            {
                HasUnreadable = true;
            }
        }
    }

    private void Add(Document document)
    {
        var key = (document.Kind, document.Name);
        if (documents.TryAdd(key, document))
        {
            return;
        }

        var first = documents[key];
        var where = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Shown.Plain(first.Place.File)}:{first.Place.Line}");
        if (first.Origin == DocumentOrigin.Shipped && document.Origin != DocumentOrigin.Shipped && document.Kind == "Policy")
        {
            // What we ship must not take the good names from those who wrote theirs long ago.
            shadowed.Add(document.Name, first);
            documents[key] = document;
            return;
        }

        if (first.Origin < document.Origin)
        {
            problems.Add(document.Place.Says($"The {document.Kind.ToLowerInvariant()} '{document.Name}' is defined for every repository at {where} and cannot be defined again."));
            return;
        }

        // Which of the two is meant, nobody can say: neither is used.
        problems.Add(document.Place.Says($"The {document.Kind.ToLowerInvariant()} '{document.Name}' is defined already at {where}."));
        documents[key] = first with { Content = null };
    }
}
