using System.Text.Json;

namespace GitOpsBot.Core.Tests.Expressions;

/// <summary>
/// The conformance suite of the language (google/cel-spec). The core must pass whole. What an extension does not do is listed here, with the
/// reason, and nowhere else; a listed case that passes fails the test, so that the list stays true.
/// </summary>
public sealed class ConformanceTests
{
    private static readonly Dictionary<string, string> Skipped = new(StringComparer.Ordinal);

    public static TheoryData<string> Files => Folder() is { } folder ? [.. Directory.GetFiles(folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)] : ["cel"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_case_of_the_suite_comes_to_what_it_asks_for(string file)
    {
        var folder = Folder();
        Assert.SkipWhen(folder is null, "the conformance data is not there");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder!, file)));
        var cases = json.RootElement.EnumerateArray().Select(c => (Name: $"{file}/{c.GetProperty("section").GetString()}/{c.GetProperty("name").GetString()}: {c.GetProperty("expr").GetString()}", Case: c)).ToList();

        var failed = cases.Select(c => (c.Name, Why: ConformanceCases.Fails(c.Case))).Where(c => c.Why is not null).ToDictionary(c => c.Name, c => c.Why, StringComparer.Ordinal);

        Assert.Equal("", string.Join('\n', failed.Where(f => !Skipped.ContainsKey(f.Key)).Select(f => $"{f.Key} {f.Value}")));
        Assert.DoesNotContain(Skipped.Keys, s => s.StartsWith(file + "/", StringComparison.Ordinal) && !failed.ContainsKey(s));
    }

    [Fact]
    public void The_suite_is_whole_and_only_extensions_are_skipped()
    {
        var folder = Folder();
        Assert.SkipWhen(folder is null, "the conformance data is not there");

        var count = Directory.GetFiles(folder!, "*.json").Sum(f =>
        {
            using var json = JsonDocument.Parse(File.ReadAllText(f));
            return json.RootElement.GetArrayLength();
        });

        Assert.Equal(1640, count);
        Assert.All(Skipped, s => Assert.Matches(@"_ext\.json/", s.Key));
        Assert.All(Skipped, s => Assert.NotEmpty(s.Value));
    }

    private static string? Folder()
    {
        var at = Environment.GetEnvironmentVariable("GITOPSBOT_CONFORMANCE");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); string.IsNullOrEmpty(at) && folder is not null; folder = folder.Parent)
        {
            at = File.Exists(Path.Combine(folder.FullName, "GitOpsBot.sln")) ? Path.Combine(folder.FullName, "..", "shared", "conformance") : null;
        }

        return at is not null && Directory.Exists(Path.Combine(at, "cel")) ? Path.Combine(at, "cel") : null;
    }
}
