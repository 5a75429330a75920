namespace GitOpsBot.Forge.GitHub;

/// <summary>What kind of refusal an answer of GraphQL holds: it succeeded as a request, and names its errors inside.</summary>
/// <param name="type">GitHub's word for it, such as <c>NOT_FOUND</c>; empty where it has none.</param>
internal sealed class GraphRefusal(string type) : Exception(type)
{
    /// <summary>A branch is not where the request expects it.</summary>
    public const string StaleData = "STALE_DATA";

    /// <summary>Something that the request names is not there.</summary>
    public const string NotFound = "NOT_FOUND";

    /// <summary>GitHub's word.</summary>
    public string Type => Message;
}
