using GitOpsBot.Core.Configuration.PolicyTests;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Manifests;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions.Commands;

namespace GitOpsBot.Core.Configuration;

/// <summary>
/// All documents of one commit, checked against each other (SPEC section 3). Everything wrong is reported at once. What is broken disables
/// itself and what depends on it, and nothing else: <see cref="Pipelines"/> holds only what is whole.
/// </summary>
public sealed class DocumentSet
{
    private readonly IReadOnlyList<Policy> required;

    private DocumentSet(
        IReadOnlyList<Pipeline> pipelines, IReadOnlySet<string> broken, IReadOnlyDictionary<string, Policy> policies, IReadOnlyList<Authority> authorities,
        IReadOnlyList<Problem> problems, bool hasUnreadableFile, IReadOnlyList<Policy> required, CommandAccess access) =>
        (Pipelines, Broken, Policies, Authorities, Problems, HasUnreadableFile, this.required, Access) =
            (pipelines, broken, policies, authorities, problems, hasUnreadableFile, required, access);

    /// <summary>Pipelines without a problem in them or in what they name, in order of name.</summary>
    public IReadOnlyList<Pipeline> Pipelines { get; }

    /// <summary>Names, old ones included, of pipelines that have a document, but not a whole one.</summary>
    public IReadOnlySet<string> Broken { get; }

    /// <summary>Policies, joined with what they extend, by name.</summary>
    public IReadOnlyDictionary<string, Policy> Policies { get; }

    /// <summary>Authorities whose keys and roots could be read.</summary>
    public IReadOnlyList<Authority> Authorities { get; }

    /// <summary>Who may command.</summary>
    public CommandAccess Access { get; }

    /// <summary>Tests of policies; they change nothing that is promoted.</summary>
    public IReadOnlyList<PolicyTest> PolicyTests { get; private init; } = [];

    /// <summary>When nothing is promoted; those that are broken freeze everything.</summary>
    public IReadOnlyList<Freeze> Freezes { get; private init; } = [];

    /// <summary>Everything that is wrong, in order of file and place.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>Whether there may be documents that could not be read at all, so that nobody can say which pipelines are gone.</summary>
    public bool HasUnreadableFile { get; }

    /// <summary>Whether the repository has any file of documents of its own.</summary>
    public bool HasFiles { get; private init; }

    /// <summary>Reads and checks all documents.</summary>
    public static DocumentSet Load(ConfigurationSources sources, IReadOnlyList<GateKind> gates)
    {
        var problems = sources.ReadProblems.ToList();
        var index = new DocumentIndex(sources, DocumentKinds.All(gates), problems);
        var authorities = index.Of("Authority").Select(d => AuthorityKeys.Read(d, index, sources.TrustedRoot, problems)).OfType<Authority>().ToList();
        var join = new PolicyJoin(index, authorities.Select(a => a.Name).ToHashSet(StringComparer.Ordinal), sources.Outside, problems);
        var policies = join.All();
        var required = Required(sources.Require, index, join, problems);

        var checks = new PipelineChecks(index, join, policies, required ?? [], sources);
        var documents = index.Of("Pipeline").ToList();
        var read = documents.Where(d => d.Content is Pipeline)
            .Select(d => (d.Origin, Pipeline: (Pipeline)d.Content! with { Name = d.Name, Place = d.Place })).ToList();
        var whole = read.Where(p => checks.IsWhole(p.Pipeline, p.Origin, problems)).Select(p => p.Pipeline).ToList();
        var contested = OwnedReferences.Contested(read.Select(p => p.Pipeline), problems);
        var named = ContestedNames(documents, problems);
        whole.RemoveAll(p => required is null || contested.Contains(p.Name) || named.Contains(p.Name));

        var isUnreadable = sources.ReadProblems.Count > 0 || index.HasUnreadable;
        var environments = Pipeline.EnvironmentNames(read.Select(p => p.Pipeline));
        var access = AccessDocument.Join(index, environments, isUnreadable, problems);
        var tests = PolicyTestDocument.All(index, policies, problems);
        var freezes = FreezeDocument.All(index, [.. environments], problems);
        var wholeNames = whole.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        return new DocumentSet(
            whole,
            documents.Where(d => !wholeNames.Contains(d.Name)).SelectMany(d => d.Aliases.Prepend(d.Name)).Where(n => !wholeNames.Contains(n)).ToHashSet(StringComparer.Ordinal),
            policies, authorities,
            [.. problems.Distinct().OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line).ThenBy(p => p.Column)],
            isUnreadable, required ?? [], access)
        {
            PolicyTests = tests,
            HasFiles = sources.Repository.Any(f => DocumentIndex.IsYaml(f.Path)),
            Freezes = freezes,
        };
    }

    /// <summary>
    /// What an environment of one of <see cref="Pipelines"/> demands: its own policy, and the gates that are demanded everywhere. A demanded gate
    /// whose name is taken is called POLICY/GATE: a repository's gate cannot displace it.
    /// </summary>
    public Policy PolicyFor(PromotionEnvironment environment)
    {
        var own = Policies[environment.Policy.Name];
        var gates = own.Gates.ToList();
        foreach (var demanded in required)
        {
            foreach (var gate in demanded.Gates.Where(g => !gates.Exists(other => ReferenceEquals(other, g))))
            {
                var isTaken = gates.Exists(g => g.Name == gate.Name);
                gates.Add(isTaken ? gate with { Header = gate.Header with { Name = $"{demanded.Name}/{gate.Name}" } } : gate);
            }
        }

        return own with
        {
            Gates = gates,
            Emergency = environment.Emergency is { } named ? EmergencyShape.Of(environment, own, gates, Policies[named.Name], required) : null,
        };
    }

    /// <summary>Authorities that a policy names and nobody defined: roles of a shipped policy that nobody here fills. Empty for what a pipeline uses.</summary>
    public IReadOnlyList<string> Unfilled(Policy policy) =>
        [.. policy.Gates.SelectMany(g => g.Authorities).Select(a => a.Name).Except(Authorities.Select(a => a.Name), StringComparer.Ordinal)];

    /// <summary>Names of the pipelines that have a document in these files, however broken; files that are no YAML name none. For looking back into history.</summary>
    public static IReadOnlySet<string> PipelineNames(IEnumerable<ManifestFile> files)
    {
        var index = new DocumentIndex(new ConfigurationSources([.. files.Select(f => new ConfigurationFile(f.Path, f.Content, ""))]), DocumentKinds.All([]), []);
        return index.Of("Pipeline").Select(d => d.Name).ToHashSet(StringComparer.Ordinal);
    }

    // What is demanded of everybody cannot come from a repository; where it is missing, nothing moves: null.
    private static List<Policy>? Required(IReadOnlyList<string> names, DocumentIndex index, PolicyJoin join, List<Problem> problems)
    {
        var found = new List<Policy>();
        var isWhole = true;
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (index.Find("Policy", name, DocumentOrigin.Organization) is not { } document)
            {
                problems.Add(new Problem("", 0, 0, $"The settings require the policy '{name}' everywhere. {index.NotFound("Policy", name, DocumentOrigin.Organization)}"));
                isWhole = false;
            }
            else if (join.Join(document) is { } policy)
            {
                found.Add(policy);
                foreach (var sentence in join.Unfilled(policy, DocumentOrigin.Organization))
                {
                    problems.Add(new Problem("", 0, 0, $"The settings require the policy '{name}' everywhere. {sentence}"));
                    isWhole = false;
                }
            }
            else
            {
                problems.Add(new Problem("", 0, 0, $"The settings require the policy '{name}' everywhere, and it has problems of its own."));
                isWhole = false;
            }
        }

        return isWhole ? found : null;
    }

    private static HashSet<string> ContestedNames(IReadOnlyList<Document> pipelines, List<Problem> problems)
    {
        var names = pipelines.ToDictionary(d => d.Name, d => d, StringComparer.Ordinal);
        var contested = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (document, alias) in pipelines.SelectMany(d => d.Aliases.Distinct(StringComparer.Ordinal).Select(a => (d, a))))
        {
            if (!names.TryAdd(alias, document))
            {
                problems.Add(document.Place.Says($"The alias {Shown.Quoted(alias)} of the pipeline '{document.Name}' is a name of the pipeline '{names[alias].Name}'."));
                contested.Add(document.Name);
            }
        }

        return contested;
    }
}
