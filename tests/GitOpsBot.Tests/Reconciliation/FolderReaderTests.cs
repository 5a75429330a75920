using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Git;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Reconciliation;

/// <summary>What an environment's path can lead to that is no folder.</summary>
public sealed class FolderReaderTests : IDisposable
{
    private static readonly Place Here = new(".gitopsbot/checkout.yaml", 8, 7);
    private readonly BareRepository bare = new();

    public void Dispose() => bare.Dispose();

    [Theory]
    [InlineData("100644 blob", "file")]
    [InlineData("100755 blob", "file")]
    [InlineData("120000 blob", "link")]
    [InlineData("160000 commit", "submodule")]
    public void A_path_that_leads_to_something_else_than_a_folder_is_a_problem_of_the_document(string entry, string what)
    {
        var commit = Commit(entry);

        Says(Read(commit, "environments/prod"), $"The path 'environments/prod' of the environment 'prod' leads to no folder: 'environments/prod' is a {what}. Expected the folder that its manifests lie in.");
        Says(Read(commit, "environments/prod/checkout"), $"The path 'environments/prod/checkout' of the environment 'prod' leads to no folder: 'environments/prod' is a {what}. Expected the folder that its manifests lie in.");
    }

    [Theory]
    [InlineData("environments/staging", "There is no folder environments/staging; expected one with a reference to registry.example/acme/checkout for the digest to stand in.")]
    [InlineData("Environments/Dev", "There is no folder Environments/Dev (there is environments/dev, and capitals count); expected one with a reference to registry.example/acme/checkout for the digest to stand in.")]
    [InlineData("environments/dev", "The folder environments/dev has no reference to registry.example/acme/checkout; add one for the digest to stand in.")]
    public void A_folder_that_is_not_there_yet_holds_nothing(string path, string sentence)
    {
        var commit = bare.Commit("Begin", DateTimeOffset.UnixEpoch.AddYears(50), ("environments/dev/app.yaml", "replicas: 1\n"));

        var read = Read(commit, path);

        Assert.IsType<FolderState.Empty>(read.State);
        Assert.Empty(read.Problems);
        using var git = ManifestRepository.Open(bare.Path);
        Assert.Equal(sentence, new FolderReader(git, new RepositoryMemory()).SaysNowhere(commit, At(path), Artifact));
    }

    private static PipelineArtifact Artifact { get; } = new("checkout", ImageName.Parse("registry.example/acme/checkout"), new Selection.MovingTag("main"));

    private static PromotionEnvironment At(string path) => new("prod", path, new Reference("baseline", Here), Here);

    private static void Says(FolderReading read, string sentence)
    {
        var problem = Assert.Single(read.Problems);
        Assert.Equal(Here.Says(sentence), problem);
        Assert.Equal(problem.ToString(), Assert.IsType<FolderState.Unclear>(read.State).Reason);
    }

    private FolderReading Read(string commit, string path)
    {
        using var git = ManifestRepository.Open(bare.Path);
        return new FolderReader(git, new RepositoryMemory()).Read(commit, new Pipeline("checkout", Here, [Artifact], [At(path)]), At(path));
    }

    private string Commit(string entry)
    {
        var blob = bare.GitWith("image: registry.example/acme/checkout\n"u8.ToArray(), "hash-object", "-w", "--stdin").Trim();
        var below = bare.GitWith(Encoding.UTF8.GetBytes($"{entry} {(entry.EndsWith("commit", StringComparison.Ordinal) ? new string('1', 40) : blob)}\tprod\n"), "mktree", "--missing").Trim();
        var root = bare.GitWith(Encoding.UTF8.GetBytes($"040000 tree {below}\tenvironments\n"), "mktree").Trim();
        return bare.Git("-c", "user.name=Anna", "-c", "user.email=anna@example.com", "commit-tree", "-m", "Begin", root).Trim();
    }
}
