namespace GitOpsBot.Forge.GitHub;

/// <summary>Who the bot is to GitHub: the same for the API and for Git over HTTPS (user <c>x-access-token</c>, the token as password).</summary>
internal interface IGitHubCredential
{
    /// <summary>Whether it is a GitHub App: then checks are check runs, which no other writer can forge.</summary>
    bool IsApp { get; }

    /// <summary>How people call it in a sentence, <c>the token in FILE</c>; never the secret.</summary>
    string Name { get; }

    /// <summary>The limits that hold for it.</summary>
    GitHubLimits Limits { get; }

    /// <summary>Answers that it may see again.</summary>
    RememberedAnswers Remembered { get; }

    /// <summary>A token that is good for some minutes at least.</summary>
    /// <exception cref="ForgeException">None can be had; the message never holds a secret.</exception>
    Task<string> TokenAsync(CancellationToken cancellationToken);

    /// <summary>GitHub did not accept this token. Whether it is worth asking for another one at once.</summary>
    bool Forget(string token);

    /// <summary>The login that comments and pull requests of the bot bear, <c>NAME[bot]</c> for an App.</summary>
    /// <exception cref="ForgeException">GitHub does not say.</exception>
    Task<string> LoginAsync(CancellationToken cancellationToken);
}
