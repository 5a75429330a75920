using GitOpsBot.Core.Documents;

namespace GitOpsBot.Hosting.Settings;

/// <summary>What reading the settings came to. Closed: the settings, or everything that is wrong with them.</summary>
internal abstract record SettingsResult
{
    private SettingsResult() { }

    /// <summary>They can be used.</summary>
    public sealed record Read(BotSettings Settings) : SettingsResult;

    /// <summary>They cannot; every problem at once, never none.</summary>
    public sealed record Wrong(IReadOnlyList<Problem> Problems) : SettingsResult;
}

/// <summary>Reads <c>gitopsbot.yaml</c> with the environment laid over it.</summary>
internal static class SettingsReader
{
    /// <summary>Bytes of the file; the same bound as for documents.</summary>
    private const int LargestFile = YamlReader.LargestFile;

    /// <summary>Reads the file at <paramref name="path"/>; problems name it as it was written.</summary>
    public static SettingsResult Read(string path, IReadOnlyDictionary<string, string> environmentVariables)
    {
        var problems = new List<Problem>();
        if (Load(path, problems) is not { } root)
        {
            return new SettingsResult.Wrong(problems);
        }

        var shape = new SettingsShapes(Path.GetDirectoryName(Path.GetFullPath(path))!).Settings();
        root = EnvironmentOverlay.Lay(root, shape.Schema(), environmentVariables, problems);
        var read = shape.Read(root, problems);
        return problems.Count == 0 && read is { IsRead: true, Value: { } settings }
            ? new SettingsResult.Read(settings)
            : new SettingsResult.Wrong([.. problems.Select(Shown)]);
    }

    private static YamlNode? Load(string path, List<Problem> problems)
    {
        byte[] content;
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > LargestFile)
            {
                problems.Add(new Problem("", 0, 0, $"The settings file {path} is too large: expected at most {LargestFile} bytes, found {file.Length}."));
                return null;
            }

            content = new byte[file.Length];
            file.ReadExactly(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add(new Problem("", 0, 0, e is FileNotFoundException or DirectoryNotFoundException
                ? $"There is no settings file {path}: write one, or name it with --config."
                : $"The settings file {path} cannot be read: expected a file that this user may read."));
            return null;
        }

        var yaml = YamlReader.Read(path, content);
        problems.AddRange(yaml.Problems);
        if (problems.Count == 0 && yaml.Documents.Count > 1)
        {
            problems.Add(yaml.Documents[1].Place.Says("The settings are one document, found another."));
        }

        return problems.Count > 0 ? null
            : yaml.Documents is [var root, ..] && root is not YamlNode.Scalar { IsPlain: true, Text: "" } ? root
            : new YamlNode.Mapping([], new Place(path, 1, 1));
    }

    // A problem in a variable has no line: the variable's name opens the sentence instead.
    private static Problem Shown(Problem problem) => problem is { Line: 0, File.Length: > 0 } ? new Problem("", 0, 0, $"{problem.File}: {problem.Message}") : problem;
}
