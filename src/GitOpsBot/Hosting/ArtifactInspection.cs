using GitOpsBot.Commands;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Git;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;

namespace GitOpsBot.Hosting;

/// <summary><c>verify</c> and <c>policy explain</c>: one artifact, looked at by one policy, apart from any promotion.</summary>
internal sealed class ArtifactInspection(Mirrors mirrors, GitHubClients github, Registries registries, TimeProvider clock)
{
    /// <summary>What is attached to one artifact, and what a policy says of it.</summary>
    public async Task<Answer<VerifyReport>> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken) => (await GatherAsync(request, cancellationToken)).Then(
        seen => new Answer<VerifyReport>.Done(new VerifyReport(request.Reference.ToString(), seen.Digest, seen.Evidence, PolicyEvaluator.EvaluateEvidence(seen.Policy, seen.Facts))));

    /// <summary>What each part of a gate's condition comes to for one artifact.</summary>
    public async Task<Answer<ExpressionReport>> ExplainAsync(ExplainRequest request, CancellationToken cancellationToken) => (await GatherAsync(request.Of, cancellationToken)).Then<ExpressionReport>(
        seen => seen.Policy.Gates.FirstOrDefault(g => g.Name == request.Gate) is not { } gate
            ? new Answer<ExpressionReport>.Wrong($"There is no gate {Shown.Quoted(request.Gate)} in the policy '{seen.Policy.Name}'.{NearestName.Hint(request.Gate, seen.Policy.Gates.Select(g => g.Name))}")
            : gate.Condition is { } condition ? new Answer<ExpressionReport>.Done(ExpressionReport.Of(condition, seen.Facts))
            : new Answer<ExpressionReport>.Wrong($"The gate '{gate.Name}' has no condition in CEL."));

    private async Task<Answer<Gathered>> GatherAsync(VerifyRequest request, CancellationToken cancellationToken)
    {
        var known = OpenRepository.Known(request.Settings, request.Repository);
        DocumentSet documents;
        if (request.Folder is { } folder)
        {
            var problems = new List<Problem>();
            documents = DocumentSet.Load(known with { Repository = DocumentFolder.Read(folder, problems), ReadProblems = [.. known.ReadProblems, .. problems] }, GateKinds.All);
        }
        else
        {
            using var git = await mirrors.OpenAsync(request.Settings.DataDirectory, request.Repository!, cancellationToken);
            await git.FetchAsync(cancellationToken);
            var revision = git.Tip(request.Repository!.Branch) ?? throw new GitException($"The repository {request.Repository.Name} has no branch {request.Repository.Branch}.", isTransient: false);
            documents = RepositoryDocuments.Read(git, revision, request.Repository.Directory, known);
        }

        if (!documents.Policies.TryGetValue(request.Policy, out var policy))
        {
            return new Answer<Gathered>.Wrong($"There is no policy '{request.Policy}' without problems.{NearestName.Hint(request.Policy, documents.Policies.Keys)}");
        }

        if (documents.Unfilled(policy) is { Count: > 0 } roles)
        {
            return new Answer<Gathered>.Wrong($"The policy '{policy.Name}' is shipped with the bot and names authorities that nobody has defined here: {string.Join(", ", roles)}.");
        }

        var reader = new ArtifactReader(registries);
        var name = request.Reference.Name;
        var digest = request.Reference.Digest ?? (await registries.For(name).ResolveAsync(name, request.Reference.Tag ?? "latest", cancellationToken))?.Digest;
        if (digest is null || await reader.DescribeAsync(name, request.Reference.Tag, digest, ArtifactDetail.Configuration, isThere: false, cancellationToken) is not { } artifact)
        {
            return new Answer<Gathered>.No($"{request.Reference} is not there.");
        }

        var now = clock.GetUtcNow();
        async Task<IReadOnlyList<EvidenceItem>> EvidenceOf(Digest of, IReadOnlyList<AttachedItem> elsewhere) =>
            EvidenceVerifier.VerifyAll([.. await reader.ListAttachedAsync(name, of, cancellationToken), .. elsewhere], of, documents.Authorities, now);
        var elsewhere = await AttestationsAsync(request, policy, digest, cancellationToken);
        var evidence = await EvidenceOf(digest, (elsewhere as Fact<IReadOnlyList<AttachedItem>>.Known)?.Value ?? []);
        Fact<IReadOnlyList<EvidenceItem>> all = elsewhere is Fact<IReadOnlyList<AttachedItem>>.Unknown(var silence)
            ? new Fact<IReadOnlyList<EvidenceItem>>.Unknown(silence) : new Fact<IReadOnlyList<EvidenceItem>>.Known(evidence);
        var platforms = new Dictionary<Digest, Fact<IReadOnlyList<EvidenceItem>>>();
        foreach (var manifest in policy.Gates.Any(g => g.NeedsPlatformEvidence) ? artifact.Manifests : [])
        {
            platforms[manifest.Digest] = new Fact<IReadOnlyList<EvidenceItem>>.Known(await EvidenceOf(manifest.Digest, []));
        }

        var facts = new GateFacts(
            now, "", "", [new JudgedArtifact(name.ToString(), artifact, all) { PlatformEvidence = platforms }],
            new Dictionary<string, Stay>(), new Fact<ApprovalFacts>.Unknown("nothing is promoted here"), new Fact<WayBack>.Unknown("nothing is promoted here"));
        return new Answer<Gathered>.Done(new Gathered(policy, digest, evidence, facts));
    }

    // What GitHub keeps with the source; for a folder of documents, which is nobody's, as the first repository of the settings that is there.
    private async Task<Fact<IReadOnlyList<AttachedItem>>> AttestationsAsync(VerifyRequest request, Policy policy, Digest digest, CancellationToken cancellationToken)
    {
        var found = new List<AttachedItem>();
        if ((request.Repository ?? request.Settings.Repositories.FirstOrDefault(r => r.Forge == ForgeKind.GitHub)) is { Forge: ForgeKind.GitHub } repository)
        {
            try
            {
                foreach (var source in policy.SourceRepositories)
                {
                    found.AddRange(await github.Of(request.Settings.GitHub!, repository).Forge.ListAttestationsAsync(source, digest, cancellationToken));
                }
            }
            catch (ForgeException e)
            {
                return new Fact<IReadOnlyList<AttachedItem>>.Unknown(e.Message);
            }
        }

        return new Fact<IReadOnlyList<AttachedItem>>.Known(found);
    }

    // What verify and explain look at.
    private sealed record Gathered(Policy Policy, Digest Digest, IReadOnlyList<EvidenceItem> Evidence, GateFacts Facts);
}
