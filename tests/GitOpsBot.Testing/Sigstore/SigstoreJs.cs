using System.Diagnostics;

namespace GitOpsBot.Testing.Sigstore;

/// <summary>
/// npm's packages of Sigstore, which sign and verify independently of us. They are installed outside of the repository, in the folder that
/// <c>GITOPSBOT_SIGSTORE_JS</c> names (it holds <c>node_modules</c>); who needs them says by name when they are absent.
/// </summary>
public static class SigstoreJs
{
    /// <summary>What is said where they are absent.</summary>
    public const string Absent = "@sigstore/sign, @sigstore/mock, @sigstore/bundle and @sigstore/verify are not installed (GITOPSBOT_SIGSTORE_JS names the folder)";

    /// <summary>The folder, or null.</summary>
    public static string? Find() =>
        Environment.GetEnvironmentVariable("GITOPSBOT_SIGSTORE_JS") is { Length: > 0 } folder
        && ((string[])["sign", "mock", "bundle", "verify"]).All(name => Directory.Exists(Path.Combine(folder, "node_modules", "@sigstore", name))) ? folder : null;

    /// <summary>Runs a script of ours, <paramref name="script"/>, and returns what it prints.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it complained of.</exception>
    public static async Task<string> RunAsync(string script, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[script, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{script} ended with {process.ExitCode}: {await errors}");
    }
}
