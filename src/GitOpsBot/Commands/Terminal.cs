namespace GitOpsBot.Commands;

/// <summary>What a command talks to.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Variables">Environment variables.</param>
/// <param name="HasColors">Whether a person looks at it, in colours.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, IReadOnlyDictionary<string, string> Variables, bool HasColors)
{
    /// <summary>This process's own.</summary>
    public static Terminal OfProcess()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
        return new Terminal(Console.Out, Console.Error, variables, !Console.IsOutputRedirected && !variables.ContainsKey("NO_COLOR"));
    }
}
