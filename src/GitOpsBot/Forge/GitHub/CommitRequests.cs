using System.Text;
using GitOpsBot.Git;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// The requests that let GitHub make a commit: who its author is and when it was made GitHub decides, and it signs it (GraphQL, "createCommitOnBranch").
/// That mutation needs a branch to put the commit on, so a commit without parents is made by REST ("Git database"), where GitHub signs for Apps only.
/// </summary>
internal sealed class CommitRequests(GitHubConnection connection, GitHubAddress address)
{
    private const string Append = "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Puts a commit onto a branch that names <paramref name="head"/>.</summary>
    /// <returns>The commit.</returns>
    /// <exception cref="ForgeException">GitHub refuses (<see cref="GraphRefusal"/> within it) or does not answer; in the second case it may have happened.</exception>
    public async Task<string> AppendAsync(string branch, string head, string message, CommitChanges changes, CancellationToken cancellationToken)
    {
        var lines = message.Split('\n', 2);
        var body = (lines.Length > 1 ? lines[1] : "").Trim('\n');
        var data = await connection.GraphAsync(address.GraphQL, Append, new
        {
            input = new
            {
                branch = new { repositoryNameWithOwner = address.FullName, branchName = branch },
                message = new { headline = lines[0], body = body.Length == 0 ? null : body },
                fileChanges = new
                {
                    additions = changes.Written.Select(f => new { path = f.Path, contents = Convert.ToBase64String(f.Content.Span) }),
                    deletions = changes.Removed.Select(path => new { path }),
                },
                expectedHeadOid = head,
            },
        }, cancellationToken);
        return data.TryGetProperty("createCommitOnBranch", out var made) && made.ValueKind == System.Text.Json.JsonValueKind.Object
            && made.TryGetProperty("commit", out var commit) && commit.ValueKind == System.Text.Json.JsonValueKind.Object
            && commit.TryGetProperty("oid", out var oid) && oid.GetString() is { } id && RefStore.IsId(id)
            ? id : throw new ForgeException("GitHub's answer names no commit.", isTransient: true);
    }

    /// <summary>Makes a commit without parents and a branch that names it.</summary>
    /// <returns>The commit.</returns>
    /// <exception cref="ForgeException">GitHub refuses or does not answer; in the second case it may have happened.</exception>
    /// <exception cref="GitException">A file is not text, which these requests could not carry, or GitHub makes another tree of the files.</exception>
    public async Task<string> BeginAsync(string branch, CommitInfo wanted, CommitChanges changes, CancellationToken cancellationToken)
    {
        var tree = await connection.SendAsync<JsonObjectId>(
            HttpMethod.Post, address.Of("git/trees"), new { Tree = changes.Written.Select(f => new { f.Path, Mode = "100644", Type = "blob", Content = TextOf(f.Path, f.Content) }) }, cancellationToken);
        if (tree.Sha != wanted.Tree)
        {
            throw new GitException($"GitHub made the tree {RepositoryPath.Printable(tree.Sha)} of the files that were sent; expected {wanted.Tree}.", isTransient: false);
        }

        // Whoever names an author or committer gets no signature (GitHub, "Signature verification for bots").
        var commit = await connection.SendAsync<JsonObjectId>(
            HttpMethod.Post, address.Of("git/commits"), new { Message = wanted.Message.TrimEnd('\n'), Tree = tree.Sha, Parents = Array.Empty<string>() }, cancellationToken);
        await connection.SendAsync<JsonNothing>(HttpMethod.Post, address.Of("git/refs"), new { Ref = "refs/heads/" + branch, commit.Sha }, cancellationToken);
        return RefStore.IsId(commit.Sha) ? commit.Sha : throw new ForgeException("GitHub's answer names no commit.", isTransient: true);
    }

    private static string TextOf(string path, ReadOnlyMemory<byte> content)
    {
        try
        {
            return Strict.GetString(content.Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new GitException($"'{path}' is not text, so it cannot be part of a first commit that GitHub makes.", isTransient: false, e);
        }
    }
}
