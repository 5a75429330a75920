namespace GitOpsBot.Git;

/// <summary>What a repository over HTTP is shown. For a token it is the password, beside a name that the forge prescribes. Asked for anew for each request and kept nowhere.</summary>
internal sealed record GitCredentials(string User, string Password)
{
    /// <summary>Says nothing of either.</summary>
    public override string ToString() => "(credentials)";
}
