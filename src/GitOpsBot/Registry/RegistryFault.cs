namespace GitOpsBot.Registry;

/// <summary>Turns a status a registry refused with into a sentence: host and repository, never a header or a body of theirs.</summary>
internal static class RegistryFault
{
    /// <summary>The exception for a status other than success.</summary>
    public static RegistryException Of(int status, TimeSpan? retryAfter, string host, string repository, bool hasCredentials) => status switch
    {
        401 when hasCredentials => new($"{host} refused the credentials configured for it when asked for {repository} (401).", false),
        401 => new($"{host} wants credentials for {repository} (401), and none are configured.", false),
        403 => new($"{host} does not allow to read {repository} (403).", false),
        404 => new($"{host} has no repository {repository} (404).", false),
        408 or 425 or 429 => new($"{host} asks to wait before {repository} is read again ({status}).", true) { RetryAfter = retryAfter },
        >= 500 => new($"{host} failed when asked for {repository} ({status}).", true) { RetryAfter = retryAfter },
        >= 300 and < 400 => new($"{host} leads elsewhere when asked for {repository} ({status}), where that is not followed.", false),
        _ => new($"{host} answered {status} when asked for {repository}; expected 200.", false),
    };
}
