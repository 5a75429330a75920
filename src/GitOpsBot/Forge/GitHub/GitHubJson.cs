using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Octokit.Internal;

namespace GitOpsBot.Forge.GitHub;

/// <summary>What the bot reads of an account.</summary>
internal sealed record JsonUser(string Login, string? Type);

/// <summary>A branch as one end of a pull request.</summary>
internal sealed record JsonEnd(string Ref, string Sha, JsonRepository? Repo);

/// <summary>A repository.</summary>
internal sealed record JsonRepository(long Id, string FullName, bool? Archived, string? DefaultBranch, JsonRights? Permissions);

/// <summary>What the credentials may do in a repository.</summary>
internal sealed record JsonRights(bool? Admin, bool? Push, bool? Pull);

/// <summary>A label.</summary>
internal sealed record JsonLabel(string Name);

/// <summary>A pull request, as lists and single answers show it.</summary>
internal sealed record JsonPullRequest(
    int Number, string? NodeId, string Title, string? Body, string State, JsonEnd Head, JsonEnd Base, IReadOnlyList<JsonLabel>? Labels,
    IReadOnlyList<JsonUser>? RequestedReviewers, string? MergedAt, DateTimeOffset? ClosedAt, string? MergeCommitSha, string? MergeableState, JsonUser? User);

/// <summary>A review.</summary>
internal sealed record JsonReview(long Id, JsonUser? User, string State, string? CommitId, DateTimeOffset? SubmittedAt);

/// <summary>A comment of an issue or a pull request's conversation.</summary>
internal sealed record JsonComment(long Id, JsonUser? User, string? Body, string HtmlUrl, string? IssueUrl, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Who closed an issue.</summary>
internal sealed record JsonIssue(int Number, JsonUser? ClosedBy);

/// <summary>A commit status.</summary>
internal sealed record JsonStatus(string State, string? Description, string Context);

/// <summary>All statuses of a commit, the newest of each context.</summary>
internal sealed record JsonStatuses(IReadOnlyList<JsonStatus> Statuses);

/// <summary>A commit status with who created it.</summary>
internal sealed record JsonReported(string State, string Context, JsonUser? Creator, DateTimeOffset CreatedAt);

/// <summary>What Git knows of a commit.</summary>
internal sealed record JsonGitCommit(string Message, JsonGitPerson? Author);

/// <summary>Whom Git names as an author.</summary>
internal sealed record JsonGitPerson(string? Name);

/// <summary>A commit of a source repository; its author is null where no account has that address.</summary>
internal sealed record JsonSourceCommit(string Sha, JsonGitCommit Commit, JsonUser? Author);

/// <summary>The commits between two: those after the first, and how many of the first the second does not have.</summary>
internal sealed record JsonComparison(int TotalCommits, int BehindBy, IReadOnlyList<JsonSourceCommit> Commits);

/// <summary>Attestations of one digest.</summary>
internal sealed record JsonAttestations(IReadOnlyList<JsonAttestation?>? Attestations);

/// <summary>An attestation: a Sigstore bundle as it is, or where it lies.</summary>
internal sealed record JsonAttestation(JsonElement? Bundle, string? BundleUrl);

/// <summary>A check run.</summary>
internal sealed record JsonCheckRun(long Id, string Name, string Status, string? Conclusion, JsonCheckOutput? Output);

/// <summary>What a check run says.</summary>
internal sealed record JsonCheckOutput(string? Title, string? Summary);

/// <summary>Check runs of a commit.</summary>
internal sealed record JsonCheckRuns(int TotalCount, IReadOnlyList<JsonCheckRun> CheckRuns);

/// <summary>A person's permission.</summary>
internal sealed record JsonPermission(string Permission, string? RoleName);

/// <summary>An App.</summary>
internal sealed record JsonApp(long Id, string Slug);

/// <summary>Where an App is installed.</summary>
internal sealed record JsonInstallation(long Id, IReadOnlyDictionary<string, string>? Permissions, DateTimeOffset? SuspendedAt);

/// <summary>An installation's token.</summary>
internal sealed record JsonToken(string Token, DateTimeOffset ExpiresAt, IReadOnlyDictionary<string, string>? Permissions);

/// <summary>A merge that happened.</summary>
internal sealed record JsonMerged(string? Sha, bool? Merged);

/// <summary>A ref.</summary>
internal sealed record JsonRef(string Ref, JsonTarget Object);

/// <summary>What a ref names.</summary>
internal sealed record JsonTarget(string Sha, string Type);

/// <summary>A tree or commit that was made.</summary>
internal sealed record JsonObjectId(string Sha);

/// <summary>Anything whose content does not matter.</summary>
internal sealed record JsonNothing;

/// <summary>Octokit's door to JSON, kept to the records above: its own would name and shape requests otherwise than GitHub describes them.</summary>
internal sealed class GitHubJson : IJsonSerializer
{
    /// <summary>Names in snake case, as everywhere in GitHub's API; what is null is left out.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // What is not marked as optional must be there: an answer without it is no answer, and never an empty one.
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Demand } },
    };

    private static void Demand(JsonTypeInfo type)
    {
        foreach (var property in type.Kind == JsonTypeInfoKind.Object && type.Type.Name.StartsWith("Json", StringComparison.Ordinal) ? type.Properties : [])
        {
            property.IsRequired |= !property.PropertyType.IsValueType && !property.IsGetNullable;
        }
    }

    /// <inheritdoc/>
    public string Serialize(object item) => JsonSerializer.Serialize(item, Options);

    /// <inheritdoc/>
    public T Deserialize<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;
}
