using System.Security.Cryptography;
using System.Text;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Git;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Git;

public sealed class CommitSigningTests : IDisposable
{
    // RFC 8410 section 10.3: the example key.
    private const string Ed25519 = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CommitIdentity Bot = new("GitOpsBot", "bot@example.com");
    private readonly BareRepository bare = new();
    private readonly string allowed = Path.GetTempFileName();

    public void Dispose()
    {
        bare.Dispose();
        File.Delete(allowed);
    }

    [Theory]
    [InlineData("Ed25519")]
    [InlineData("P-256")]
    public void Git_verifies_every_commit_and_no_other_keys(string kind)
    {
        var key = Key(kind == "Ed25519" ? Ed25519 : NewP256());
        var first = bare.Commit("first", Noon, ("a", "1"));
        using var git = ManifestRepository.Open(bare.Path);
        git.SignsWith = key;

        var second = git.WriteCommit([first], first, Change("a", "2"), "Promote über 1.4.2\n\nPromotion-Id: x\n", Bot, Bot, Noon);
        var merge = git.WriteCommitOfTree(git.ReadCommit(second).Tree, [second, first], "Merge\n", new CommitIdentity("Anna", "anna@example.com"), Bot, Noon);

        foreach (var commit in new[] { second, merge })
        {
            Assert.Contains("Good \"git\" signature for bot@example.com", Verify(commit, key), StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => Verify(commit, Key(NewP256())));
        }

        Assert.Equal("Promote über 1.4.2\n\nPromotion-Id: x\n", git.ReadCommit(second).Message);
        Assert.Equal(second, git.WriteCommit([first], first, Change("a", "2"), "Promote über 1.4.2\n\nPromotion-Id: x\n", Bot, Bot, Noon));
        bare.Git("fsck", "--strict");
    }

    [Fact]
    public void A_signed_commit_that_was_changed_is_not_verified()
    {
        var key = Key(Ed25519);
        var first = bare.Commit("first", Noon, ("a", "1"));
        using var git = ManifestRepository.Open(bare.Path);
        git.SignsWith = key;
        var signed = git.WriteCommit([first], first, Change("a", "2"), "message\n", Bot, Bot, Noon);

        var raw = bare.Git("cat-file", "commit", signed).Replace("message", "another", StringComparison.Ordinal);
        var forged = bare.GitWith(Encoding.UTF8.GetBytes(raw), "hash-object", "-t", "commit", "-w", "--stdin").Trim();

        Assert.Throws<InvalidOperationException>(() => Verify(forged, key));
    }

    [Fact]
    public void Without_a_key_commits_are_unsigned()
    {
        var first = bare.Commit("first", Noon, ("a", "1"));
        using var git = ManifestRepository.Open(bare.Path);

        var second = git.WriteCommit([first], first, Change("a", "2"), "m", Bot, Bot, Noon);

        Assert.DoesNotContain("gpgsig", bare.Git("cat-file", "commit", second), StringComparison.Ordinal);
    }

    private string Verify(string commit, SigningKey key)
    {
        File.WriteAllText(allowed, $"bot@example.com {SshSignature.PublicLine(key.PublicKey)}\n");
        return bare.Git("-c", $"gpg.ssh.allowedSignersFile={allowed}", "log", "-1", "--format=%G? %GG", commit) is var said && said.StartsWith('G')
            ? said : throw new InvalidOperationException(said);
    }

    private static SigningKey Key(string pem) => ((Checked<SigningKey>.Accepted)SigningKey.ReadPem(pem)).Value;

    private static string NewP256()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static Dictionary<string, ReadOnlyMemory<byte>?> Change(string path, string text) => new() { [path] = Encoding.UTF8.GetBytes(text) };
}
