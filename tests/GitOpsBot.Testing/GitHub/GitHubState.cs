namespace GitOpsBot.Testing.GitHub;

/// <summary>What branch protection of the base branch demands.</summary>
public sealed record Protection
{
    public int Approvals { get; init; }

    /// <summary>Names of required checks; with an App's id only that App's check run counts.</summary>
    public IReadOnlyList<(string Context, long? App)> Checks { get; init; } = [];

    public bool MustBeUpToDate { get; init; }

    /// <summary>What the full names of branches begin with that take only commits whose signatures GitHub believes; null for none.</summary>
    public string? Signed { get; init; }

    public bool HasMergeQueue { get; init; }

    public bool RefusesPushes { get; init; }

    public IReadOnlyList<string> Methods { get; init; } = ["merge", "squash", "rebase"];
}

public sealed class StandInPull
{
    public required int Number { get; init; }
    public required string Title { get; set; }
    public required string Body { get; set; }
    public required string Author { get; init; }
    public required string Head { get; init; }
    public required string Base { get; set; }

    /// <summary><c>owner/name</c> of the copy the head is in; null for a branch of the repository itself.</summary>
    public string? Fork { get; init; }
    public required string HeadSha { get; set; }
    public string State { get; set; } = "open";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? MergedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string? ClosedBy { get; set; }
    public string? MergeSha { get; set; }
    public bool IsDraft { get; set; }
    public bool IsQueued { get; set; }
    public List<string> Labels { get; } = [];
    public List<string> Requested { get; } = [];
    public List<string> RequestedTeams { get; } = [];
    public List<StandInReview> Reviews { get; } = [];
}

public sealed class StandInReview
{
    public required long Id { get; init; }
    public required string Login { get; init; }
    public required string State { get; set; }
    public required string Sha { get; init; }
    public required DateTimeOffset At { get; init; }
}

public sealed class StandInComment
{
    public required long Id { get; init; }
    public required int Number { get; init; }
    public required string Login { get; init; }
    public required string Body { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public List<(string Login, string Content)> Reactions { get; } = [];
}

public sealed record StandInStatus(long Id, string Sha, string State, string Context, string? Description, string Login);

public sealed class StandInCheckRun
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required string Sha { get; init; }
    public required long App { get; init; }
    public required string Status { get; set; }
    public string? Conclusion { get; set; }
    public string? Title { get; set; }
    public string? Summary { get; set; }
}

/// <summary>A commit of a source repository; no login where no account has its address.</summary>
public sealed record StandInCommit(string Sha, string Message, string? Login, string Name);

/// <summary>A token that the stand-in gave out or knows.</summary>
/// <param name="Login">Whose it is.</param>
/// <param name="Installation">Of which installation, or null for a person's.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record StandInToken(string Login, long? Installation, DateTimeOffset ExpiresAt)
{
    /// <summary>Repositories it is for, <c>owner/name</c>; null for all that its owner may see.</summary>
    public IReadOnlyList<string>? Repositories { get; init; }

    /// <summary>Permissions it was cut to, with their levels; null for all of its installation.</summary>
    public IReadOnlyDictionary<string, string>? Permissions { get; init; }
}

/// <summary>Where the App is installed: an account, and those of its repositories that were chosen.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Owner">The account.</param>
/// <param name="Permissions">What the App may there.</param>
/// <param name="Repositories">The repositories, <c>owner/name</c>.</param>
public sealed record StandInInstallation(long Id, string Owner, Dictionary<string, string> Permissions, HashSet<string> Repositories);

/// <summary>Who asks: an App itself, an installation, or a person.</summary>
public sealed record Caller(string Login, long? App, long? Installation)
{
    /// <summary>The token; null for an App itself.</summary>
    public StandInToken? Token { get; init; }
}

/// <summary>What a request came to.</summary>
public sealed record Reply(int Status, System.Text.Json.Nodes.JsonNode? Body)
{
    /// <summary>Whether there is another page.</summary>
    public bool HasNext { get; init; }

    /// <summary>The cursor of the next page, where pages are walked by cursors.</summary>
    public string? After { get; init; }
}
