using GitOpsBot.Git;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// Where one repository is reached. The address of the API is used as written (SPEC section 3): nothing is put before or behind it, whatever
/// the host. GraphQL lies beside it: <c>HOST/api/graphql</c> for <c>HOST/api/v3/</c>, else <c>graphql</c> below it.
/// </summary>
/// <param name="Api">The REST API, with a slash at its end.</param>
/// <param name="Owner">The account that owns the repository.</param>
/// <param name="Name">The repository's name.</param>
internal sealed record GitHubAddress(Uri Api, string Owner, string Name)
{
    private const string Enterprise = "/api/v3/";

    /// <summary>The GraphQL API.</summary>
    public Uri GraphQL => Api.AbsolutePath.EndsWith(Enterprise, StringComparison.Ordinal)
        ? new Uri(Api, Api.AbsolutePath[..^"v3/".Length] + "graphql")
        : new Uri(Api, "graphql");

    /// <summary><c>owner/name</c>.</summary>
    public string FullName => $"{Owner}/{Name}";

    /// <summary>An address below the repository, relative to <see cref="Api"/>; parts are escaped by the caller.</summary>
    public string Of(string rest) => $"repos/{Owner}/{Name}{(rest.Length == 0 ? "" : "/" + rest)}";

    /// <summary>Owner and name of the repository at a clone address, its last two parts (<c>https://HOST/OWNER/NAME.git</c>); null when it has no such parts.</summary>
    public static (string Owner, string Name)? Repository(RepositoryAddress clone)
    {
        var path = clone switch
        {
            RepositoryAddress.Http http => http.Url.AbsolutePath,
            RepositoryAddress.Ssh ssh => ssh.Path,
            _ => "",
        };
        var parts = path.Trim('/').Split('/');
        if (parts is not [.., var owner, var name])
        {
            return null;
        }

        name = name.EndsWith(".git", StringComparison.Ordinal) ? name[..^".git".Length] : name;
        return IsPart(owner) && IsPart(name) ? (owner, name) : null;
    }

    /// <summary>
    /// Owner and name of a source repository, <c>owner/name</c>, where this API answers for its address; null where another does. The API of
    /// <c>HOST/api/v3/</c> answers for HOST, that of <c>api.HOST</c> for HOST, and one at the root of any other host is github.com's, behind a gateway.
    /// </summary>
    public string? Source(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.AbsolutePath.Trim('/').Split('/') is not [var owner, var name])
        {
            return null;
        }

        var isOurs = url.Authority.Equals(Api.Authority, StringComparison.OrdinalIgnoreCase)
            || Api.Host.Equals("api." + url.Host, StringComparison.OrdinalIgnoreCase)
            || (Api.AbsolutePath == "/" && url.Host.Equals("github.com", StringComparison.OrdinalIgnoreCase) && !Api.Host.StartsWith("api.", StringComparison.OrdinalIgnoreCase));
        return isOurs && IsPart(owner) && IsPart(name) ? $"{owner}/{name}" : null;
    }

    // What GitHub lets names be made of; nothing that could mean another place of the API.
    private static bool IsPart(string text) =>
        text.Length is > 0 and <= 100 && text is not ("." or "..") && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
