using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Manifests;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration;

/// <summary>
/// All documents of one commit, checked against each other (SPEC section 3). Everything wrong is reported at once. What is broken disables
/// itself and what depends on it, and nothing else: <see cref="Pipelines"/> holds only what is whole.
/// </summary>
public sealed class DocumentSet
{
    private readonly IReadOnlyList<string> required;

    private DocumentSet(
        IReadOnlyList<Pipeline> pipelines, IReadOnlySet<string> broken, IReadOnlyDictionary<string, Policy> policies, IReadOnlyList<Authority> authorities,
        IReadOnlyList<Problem> problems, bool hasUnreadableFile, IReadOnlyList<string> required) =>
        (Pipelines, Broken, Policies, Authorities, Problems, HasUnreadableFile, this.required) =
            (pipelines, broken, policies, authorities, problems, hasUnreadableFile, required);

    /// <summary>Pipelines without a problem in them or in what they name, in order of name.</summary>
    public IReadOnlyList<Pipeline> Pipelines { get; }

    /// <summary>Names of pipelines that have a document, but not a whole one.</summary>
    public IReadOnlySet<string> Broken { get; }

    /// <summary>Policies, joined with what they extend, by name.</summary>
    public IReadOnlyDictionary<string, Policy> Policies { get; }

    /// <summary>Authorities whose keys could be read.</summary>
    public IReadOnlyList<Authority> Authorities { get; }

    /// <summary>Everything that is wrong, in order of file and place.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>Whether a file could not be read at all, so that nobody can say which documents it holds.</summary>
    public bool HasUnreadableFile { get; }

    /// <summary>Reads and checks all documents.</summary>
    public static DocumentSet Load(ConfigurationSources sources, IReadOnlyList<GateKind> gates)
    {
        var problems = sources.ReadProblems.ToList();
        var isUnreadable = problems.Count > 0;
        var kinds = DocumentKinds.All(gates);
        var documents = new List<Document>();
        ConfigurationFile[] files = [.. sources.Shipped, .. sources.Organization, .. sources.Repository];
        foreach (var file in files.Where(f => f.Path.EndsWith(".yaml", StringComparison.Ordinal) || f.Path.EndsWith(".yml", StringComparison.Ordinal)))
        {
            var yaml = YamlReader.Read(file.Path, file.Content);
            problems.AddRange(yaml.Problems);
            isUnreadable |= yaml.Problems.Count > 0;
            foreach (var root in yaml.Documents)
            {
                if (Document.Read(root, file, kinds, problems) is not { } document)
                {
                    isUnreadable = true;
                }
                else if (documents.Find(d => d.Kind == document.Kind && d.Name == document.Name) is { } first)
                {
                    problems.Add(document.Place.Says($"The {document.Kind.ToLowerInvariant()} '{document.Name}' is defined at {first.Place.File}:{first.Place.Line} already."));
                }
                else
                {
                    documents.Add(document);
                }
            }
        }

        var authorities = documents.Where(d => d.Kind == "Authority").Select(d => ReadAuthority(d, files, problems)).OfType<Authority>().ToList();
        var drafts = documents.Where(d => d.Kind == "Policy").ToDictionary(d => d.Name, StringComparer.Ordinal);
        var policies = new PolicyJoin(drafts, authorities.Select(a => a.Name).ToHashSet(StringComparer.Ordinal), problems).All();
        var checks = new PipelineChecks(policies, drafts.Keys.ToHashSet(StringComparer.Ordinal), sources.Require, problems);
        var named = documents.Where(d => d.Kind == "Pipeline").ToList();
        var whole = named.Where(d => d.Content is Pipeline)
            .Select(d => (Pipeline)d.Content! with { Name = d.Name, Place = d.Place })
            .Where(checks.IsWhole).OrderBy(p => p.Name, StringComparer.Ordinal).ToList();
        var contested = checks.Contested(whole);
        whole.RemoveAll(p => contested.Contains(p.Name));
        return new DocumentSet(
            whole, named.Select(d => d.Name).Except(whole.Select(p => p.Name)).ToHashSet(StringComparer.Ordinal), policies, authorities,
            [.. problems.Distinct().OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line).ThenBy(p => p.Column)], isUnreadable, sources.Require);
    }

    /// <summary>What an environment demands: its own policy, and the gates that are demanded everywhere.</summary>
    public Policy PolicyFor(PromotionEnvironment environment)
    {
        var own = Policies[environment.Policy.Name];
        var gates = own.Gates.ToList();
        foreach (var name in required.Where(name => name != own.Name))
        {
            foreach (var gate in Policies[name].Gates.Where(g => !gates.Contains(g)))
            {
                var isTaken = gates.Exists(g => g.Name == gate.Name);
                gates.Add(isTaken ? gate with { Header = gate.Header with { Name = $"{name}-{gate.Name}" } } : gate);
            }
        }

        return own with { Gates = gates };
    }

    /// <summary>Names of the pipelines that have a document in these files, however broken; files that are no YAML name none. For looking back into history.</summary>
    public static IReadOnlySet<string> PipelineNames(IEnumerable<ManifestFile> files)
    {
        var kinds = DocumentKinds.All([]);
        return files
            .Where(f => f.Path.EndsWith(".yaml", StringComparison.Ordinal) || f.Path.EndsWith(".yml", StringComparison.Ordinal))
            .SelectMany(f => YamlReader.Read(f.Path, f.Content).Documents.Select(root => Document.Read(root, new ConfigurationFile(f.Path, f.Content, ""), kinds, [])))
            .Where(d => d is { Kind: "Pipeline" }).Select(d => d!.Name).ToHashSet(StringComparer.Ordinal);
    }

    private static Authority? ReadAuthority(Document document, IReadOnlyList<ConfigurationFile> files, List<Problem> problems)
    {
        if (document.Content is not AuthorityDraft draft)
        {
            return null;
        }

        if (draft.Keyless is not null)
        {
            return new Authority(document.Name, draft.Keyless) { RequiresTransparencyLog = draft.RequiresLog ?? true };
        }

        var keys = new List<AuthorityKey>();
        foreach (var named in draft.Keys)
        {
            var path = RelativePath.Beside(document.File.Path, named.File);
            var file = path is null ? null : files.FirstOrDefault(f => f.Path == path);
            if (path is null)
            {
                problems.Add(named.Place.Says($"The file '{named.File}' must lie beside this document or below it."));
            }
            else if (file is null)
            {
                problems.Add(named.Place.Says($"There is no file {path}."));
            }
            else if (PublicKeyFile.Read(file.Content.Span) is { Problem: { } problem })
            {
                problems.Add(named.Place.Says($"The file {path} {problem}."));
            }
            else
            {
                keys.Add(new AuthorityKey(path, PublicKeyFile.Read(file.Content.Span).Key, named.NotBefore, named.NotAfter));
            }
        }

        return keys.Count == draft.Keys.Count ? new Authority(document.Name, new AuthorityTrust.Keys(keys)) { RequiresTransparencyLog = draft.RequiresLog ?? false } : null;
    }
}
