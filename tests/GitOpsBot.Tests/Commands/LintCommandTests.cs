using System.Text.Json;
using GitOpsBot.Commands;

namespace GitOpsBot.Tests.Commands;

public sealed class LintCommandTests : IDisposable
{
    private const string Digest = "sha256:0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d";

    private readonly string folder = Directory.CreateTempSubdirectory("lint").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public async Task Names_each_reference_without_a_digest_with_its_place_and_status_1()
    {
        Write("app/deployment.yaml", "containers:\n- image: nginx:1.25\n- image: nginx@" + Digest + "\n");
        Write("main.tf", "image = \"ghcr.io/acme/a:1\"\n");

        Assert.Equal(1, await RunAsync("lint", folder));
        Assert.Equal("app/deployment.yaml:2:10: nginx:1.25 is not pinned by digest.\nmain.tf:1:9: ghcr.io/acme/a:1 is not pinned by digest.\n", output.ToString().ReplaceLineEndings("\n"));
        Assert.Empty(error.ToString());
    }

    [Theory]
    [InlineData("lint", "DIR", "--output", "json")]
    [InlineData("--output", "json", "lint", "DIR")]
    [InlineData("lint", "--output=json", "DIR")]
    public async Task Prints_one_JSON_document(params string[] arguments)
    {
        Write("a/b/values.yaml", "image: {repository: nginx, tag: '1.25'}\n");

        Assert.Equal(1, await RunAsync([.. arguments.Select(a => a == "DIR" ? folder : a)]));
        var reference = Assert.Single(JsonDocument.Parse(output.ToString()).RootElement.GetProperty("references").EnumerateArray());
        Assert.Equal("""{"file":"a/b/values.yaml","line":1,"column":8,"reference":"nginx:1.25"}""", JsonSerializer.Serialize(reference));
    }

    [Fact]
    public async Task Prints_SARIF_that_code_scanning_takes()
    {
        Write("a b/d.yaml", "containers: [{image: nginx}]\n");

        Assert.Equal(1, await RunAsync("lint", folder, "--output", "sarif"));
        var log = JsonDocument.Parse(output.ToString()).RootElement;
        Assert.Equal("2.1.0", log.GetProperty("version").GetString());
        var run = Assert.Single(log.GetProperty("runs").EnumerateArray());
        var result = Assert.Single(run.GetProperty("results").EnumerateArray());
        Assert.Equal(result.GetProperty("ruleId").GetString(), run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[0].GetProperty("id").GetString());
        Assert.Equal("nginx is not pinned by digest.", result.GetProperty("message").GetProperty("text").GetString());
        var location = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("a%20b/d.yaml", location.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal((1, 22), (location.GetProperty("region").GetProperty("startLine").GetInt32(), location.GetProperty("region").GetProperty("startColumn").GetInt32()));
    }

    [Theory]
    [InlineData("text", "")]
    [InlineData("json", "{\n  \"references\": []\n}\n")]
    public async Task Where_all_is_pinned_the_status_is_0(string format, string printed)
    {
        Write("d.yaml", $"containers: [{{image: 'nginx:1@{Digest}'}}]\n");
        Write("README.md", "image: nginx:1.25\n");

        Assert.Equal(0, await RunAsync("lint", folder, "--output", format));
        Assert.Equal(printed, output.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Gits_own_folder_and_links_are_not_followed()
    {
        var outside = Directory.CreateTempSubdirectory("outside");
        try
        {
            File.WriteAllText(Path.Combine(outside.FullName, "d.yaml"), "containers: [{image: outside}]\n");
            Write(".git/d.yaml", "containers: [{image: inside-git}]\n");
            Write("sub/.git/d.yaml", "containers: [{image: inside-git}]\n");
            Directory.CreateSymbolicLink(Path.Combine(folder, "folder-link"), outside.FullName);
            File.CreateSymbolicLink(Path.Combine(folder, "link.yaml"), Path.Combine(outside.FullName, "d.yaml"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "loop"), folder);

            Assert.Equal((0, ""), (await RunAsync("lint", folder), output.ToString()));
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Every_file_of_large_and_deep_folders_is_read_and_told_in_order()
    {
        var paths = Enumerable.Range(0, 150).Select(n => $"many/{n:000}.yaml").Append($"{string.Concat(Enumerable.Repeat("deep/", 60))}d.yaml").Append("a.yaml").Order(StringComparer.Ordinal).ToList();
        paths.ForEach(p => Write(p, "containers: [{image: nginx}]\n"));

        Assert.Equal(1, await RunAsync("lint", folder));
        Assert.Equal(paths, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[..l.IndexOf(':', StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_said_and_is_no_success()
    {
        Write("broken.yaml", "image: [\n");

        Assert.Equal(1, await RunAsync("lint", folder, "--output", "json"));
        Assert.StartsWith("broken.yaml:2:1: This file is not YAML that can be read", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(JsonDocument.Parse(output.ToString()).RootElement.GetProperty("references").EnumerateArray());
    }

    [Fact]
    public async Task A_template_is_said_and_not_judged()
    {
        Write("templates/d.yaml", "image: {{ .Values.image }}\n");

        Assert.Equal((0, ""), (await RunAsync("lint", folder), output.ToString()));
        Assert.Contains("templates/d.yaml:1:9: This file is not YAML that can be read: it holds a template.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_wrong_use()
    {
        Assert.Equal(2, await RunAsync("lint", folder + "/nowhere", "--output", "json"));
        Assert.Equal($"There is no folder {folder}/nowhere.", error.ToString().TrimEnd());
        Assert.Single(JsonDocument.Parse(output.ToString()).RootElement.GetProperty("problems").EnumerateArray());
    }

    [Theory]
    [InlineData("lint", "--output", "xml")]
    [InlineData("lint", "a", "b")]
    [InlineData("validate", "--output", "sarif")]
    public async Task Wrong_use_is_status_2(params string[] arguments)
    {
        Assert.Equal((2, ""), (await RunAsync(arguments), output.ToString()));
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        arguments, new Terminal(output, error, new Dictionary<string, string>(), HasColors: false), new BotActions(), CancellationToken.None);
}
