using System.Net;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Tests.Hosting;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("settings").FullName;

    private string ConfigFile => Path.Combine(folder, "gitopsbot.yaml");

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public void Reads_every_section_with_paths_relative_to_the_file()
    {
        Directory.CreateDirectory(Path.Combine(folder, "layout"));
        Directory.CreateDirectory(Path.Combine(folder, "org"));
        File.WriteAllText(Path.Combine(folder, "user"), "me\n");
        File.WriteAllText(Path.Combine(folder, "password"), "secret\n");

        var settings = Read("""
            dataDir: ./cache
            interval: 5s
            http: { listen: "[::1]:9090" }
            repositories:
              - { name: shop, url: ./shop.git, branch: trunk, directory: bot, forge: local, artifacts: [ghcr.io/acme/], require: [org-baseline] }
            registries:
              - { host: 127.0.0.1:5000, plainHttp: true }
              - { host: ghcr.io, usernameFile: user, passwordFile: password }
            sources: { layouts: { demo: ./layout } }
            policies: [./org]
            committer: { name: The Bot, email: bot@example.com }
            """);

        Assert.Equal(Path.Combine(folder, "cache"), settings.DataDirectory);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Interval);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 9090), settings.Listen);
        var repository = Assert.Single(settings.Repositories);
        Assert.Equal(("shop", Path.Combine(folder, "shop.git"), "trunk", "bot"), (repository.Name, repository.Address.ToString(), repository.Branch, repository.Directory));
        Assert.Equal(["ghcr.io/acme/"], repository.Artifacts!);
        Assert.Equal(["org-baseline"], repository.Require);
        Assert.True(settings.Registries[0].PlainHttp);
        Assert.Equal(("me", "secret"), (settings.Registries[1].Username!.Read(), settings.Registries[1].Password!.Read()));
        Assert.Equal(Path.Combine(folder, "layout"), settings.Layouts["demo"]);
        Assert.Equal([Path.Combine(folder, "org")], settings.PolicyFolders);
        Assert.Equal("The Bot", settings.Committer.Name);
    }

    [Theory]
    [InlineData("", "Git")]
    [InlineData(", commits: git", "Git")]
    [InlineData(", commits: api", "Api")]
    public void Commits_are_pushed_unless_GitHub_shall_make_them(string said, string commits)
    {
        File.WriteAllText(Path.Combine(folder, "token"), "ghp_x\n");

        Assert.Equal(commits, Read($"github: {{ tokenFile: token{said} }}").GitHub!.Commits.ToString());
    }

    [Fact]
    public void The_signing_key_is_read_from_its_file()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(folder, "bot.key"), key.ExportPkcs8PrivateKeyPem());

        Assert.Equal(key.ExportSubjectPublicKeyInfo(), Read("signing: { keyFile: bot.key }").SigningKey!.Read().PublicKey.SubjectPublicKeyInfo.ToArray());
    }

    [Fact]
    public void Empty_settings_have_the_documented_defaults()
    {
        var settings = Read("");

        Assert.Equal((Path.Combine(folder, "data"), TimeSpan.FromMinutes(1)), (settings.DataDirectory, settings.Interval));
        Assert.Equal("127.0.0.1:8080", settings.Listen.ToString());
    }

    [Fact]
    public void Reports_all_problems_at_once_with_their_places()
    {
        var problems = Problems("""
            intervall: 1m
            http:
              listen: nowhere
            repositories:
              - { name: Shop, url: ./shop.git, forge: local }
            registries:
              - host: ghcr.io
                passwordFile: missing
            """);

        Assert.Equal(
            [
                $"{ConfigFile}:1:1: Unknown key 'intervall'. Did you mean 'interval'?",
                $"{ConfigFile}:3:11: 'nowhere' is not a valid address: expected an address and a port such as 127.0.0.1:8080 or [::]:8080.",
                $"{ConfigFile}:5:13: 'Shop' is not a valid name: expected a name of lower-case letters, digits and inner hyphens, at most 63.",
                $"{ConfigFile}:8:19: There is no file {Path.Combine(folder, "missing")}.",
            ],
            problems);
    }

    [Theory]
    [InlineData("interval: 500ms", "Expected a duration such as 30s, 15m, 24h or 7d, at most 36500d, found '500ms'.")]
    [InlineData("interval: 0s", "Expected an interval from 1s to 30d.")]
    [InlineData("interval: 36500d", "Expected an interval from 1s to 30d.")]
    [InlineData("trust: { sigstoreTrustedRootFile: t.json }", "There is no file FOLDER/t.json.")]
    [InlineData("signing: { keyFile: user }", "The file FOLDER/user cannot sign: A signing key must be exactly one PEM block 'PRIVATE KEY' (PKCS #8), but the text is something else.")]
    [InlineData("cluster: { postgresFile: pg }", "'cluster' is not available yet.")]
    [InlineData("sources: { prometheus: { main: { url: x } } }", "Expected an address such as http://prometheus:9090, without a user's name in it.")]
    [InlineData("sources: { webhooks: { opa: { url: 'http://bot:secret@opa:8181' } } }", "Expected an address such as http://prometheus:9090, without a user's name in it.")]
    [InlineData("repositories: [{ name: a, url: https://x/y/z.git }]", "A repository with 'forge: github', the default, needs the section 'github' with 'app' or 'tokenFile'.")]
    [InlineData("repositories: [{ name: a, url: ./y.git }]", "With 'forge: github' the 'url' is a clone address such as https://github.com/acme/shop-manifests.git; write 'forge: local' where it is the path of a bare repository.")]
    [InlineData("repositories: [{ name: a, url: 'https://x/y.git', forge: local }]", "With 'forge: local' the 'url' is the path of a bare repository, found an address.")]
    [InlineData("repositories: [{ name: a, url: 'git@x:y.git', forge: local }]", "With 'forge: local' the 'url' is the path of a bare repository, found an address.")]
    [InlineData("repositories: [{ name: a, url: 'file:///y.git', forge: local }]", "Expected the address of a repository such as https://github.com/acme/manifests.git or ssh://git@github.com/acme/manifests.git.")]
    [InlineData("repositories: [{ name: a, url: 'https://me:token@x/y.git' }]", "The address of a repository holds no credentials: they are named by files of their own.")]
    [InlineData("repositories: [{ name: a, url: y, forge: local }, { name: a, url: z, forge: local }]", "The repository 'a' is written twice.")]
    [InlineData("repositories: [{ name: a, url: y, forge: local, branch: --upload-pack=x }]", "'--upload-pack=x' is not a valid branch: expected the name of a branch such as main, without refs/heads/.")]
    [InlineData("repositories: [{ name: a, url: y, forge: local, directory: ../other }]", "'../other' is not a valid folder: expected a folder inside the repository such as .gitopsbot, with forward slashes.")]
    [InlineData("registries: [{ host: 'http://ghcr.io' }]", "'http://ghcr.io' is not a valid host: expected a host such as ghcr.io or 127.0.0.1:5000, without http://.")]
    [InlineData("committer: { name: \"a\\nb\", email: a@b }", "'a\uFFFDb' is not a valid name: expected a name in one line without < and >.")]
    [InlineData("policies: [gone]", "There is no folder FOLDER/gone.")]
    [InlineData("--- {}\n--- {}", "The settings are one document, found another.")]
    public void Refuses_what_it_would_otherwise_ignore_or_misread(string yaml, string sentence)
    {
        File.WriteAllText(Path.Combine(folder, "user"), "bot\n");

        var problem = Assert.Single(Problems(yaml));

        Assert.EndsWith(": " + sentence.Replace("FOLDER", folder, StringComparison.Ordinal), problem);
    }

    [Fact]
    public void A_missing_file_is_one_sentence()
    {
        var problem = Assert.Single(Assert.IsType<SettingsResult.Wrong>(SettingsReader.Read("no-such.yaml", new Dictionary<string, string>())).Problems);

        Assert.Equal("There is no settings file no-such.yaml: write one, or name it with --config.", problem.ToString());
    }

    [Fact]
    public void Variables_win_over_the_file_in_any_case_and_lists_go_by_index()
    {
        Directory.CreateDirectory(Path.Combine(folder, "layout"));
        var settings = Read(
            "interval: 1m\nrepositories:\n  - { name: shop, url: a.git, forge: local }\n",
            ("GITOPSBOT__INTERVAL", "2s"), ("gitopsbot__http__listen", "127.0.0.1:1"), ("GITOPSBOT__REPOSITORIES__0__BRANCH", "trunk"),
            ("GITOPSBOT__REPOSITORIES__1__NAME", "two"), ("GITOPSBOT__REPOSITORIES__1__URL", "b.git"), ("GITOPSBOT__REPOSITORIES__1__FORGE", "local"),
            ("GITOPSBOT__REGISTRIES__0__HOST", "localhost:5000"), ("GITOPSBOT__REGISTRIES__0__PLAINHTTP", "true"),
            ("GITOPSBOT__SOURCES__LAYOUTS__DEMO", "layout"), ("GITOPSBOT__DATADIR", ""), ("UNRELATED", "x"));

        Assert.Equal(TimeSpan.FromSeconds(2), settings.Interval);
        Assert.Equal(1, settings.Listen.Port);
        Assert.Equal([("shop", "trunk"), ("two", "main")], settings.Repositories.Select(r => (r.Name, r.Branch)));
        Assert.Equal(new RegistrySettings("localhost:5000", true, null, null, null), Assert.Single(settings.Registries));
        Assert.Equal(Path.Combine(folder, "layout"), settings.Layouts["demo"]);
        Assert.Equal(Path.Combine(folder, "data"), settings.DataDirectory);
    }

    [Theory]
    [InlineData("GITOPSBOT__INTERVAL", "soon", "GITOPSBOT__INTERVAL: Expected a duration such as 30s, 15m, 24h or 7d, at most 36500d, found 'soon'.")]
    [InlineData("GITOPSBOT__POLICYS", "x", "GITOPSBOT__POLICYS: Unknown key 'POLICYS'. Did you mean 'policies'?")]
    [InlineData("GITOPSBOT__POLICIES__3", "x", "GITOPSBOT__POLICIES__3: Expected an index from 0 to 0, found '3'.")]
    [InlineData("GITOPSBOT__HTTP____LISTEN", "x", "GITOPSBOT__HTTP____LISTEN: Expected names of keys between double underscores, found nothing.")]
    [InlineData("GITOPSBOT__GITHUB__TOKENFILE", "x", "GITOPSBOT__GITHUB__TOKENFILE: There is no file FOLDER/x.")]
    public void A_problem_in_a_variable_names_the_variable(string name, string value, string problem) =>
        Assert.Equal([problem.Replace("FOLDER", folder, StringComparison.Ordinal)], Problems("", (name, value)));

    [Theory]
    [InlineData("ghcr.io/acme", "ghcr.io/acme/checkout", true)]
    [InlineData("ghcr.io/acme/", "ghcr.io/acme/checkout", true)]
    [InlineData("ghcr.io/acme", "ghcr.io/acme-evil/checkout", false)]
    [InlineData("ghcr.io/acme", "ghcr.io.evil.example/acme/checkout", false)]
    [InlineData("oci-layout:demo", "oci-layout:demo", true)]
    [InlineData("oci-layout:demo", "oci-layout:demo2", false)]
    public void A_prefix_of_artifacts_admits_whole_segments_only(string prefix, string name, bool may)
    {
        var settings = Read($"repositories: [{{ name: a, url: y, forge: local, artifacts: ['{prefix}'] }}]");

        Assert.Equal(may, settings.MayPromote(settings.Repositories[0], ImageName.Parse(name)));
    }

    [Fact]
    public void Without_artifacts_a_registry_that_needs_credentials_is_closed_and_an_empty_list_admits_nothing()
    {
        File.WriteAllText(Path.Combine(folder, "docker.json"), "{}");
        var settings = Read("""
            repositories: [{ name: a, url: y, forge: local }, { name: b, url: y, forge: local, artifacts: [] }]
            registries: [{ host: ghcr.io, dockerConfigFile: docker.json }]
            """);

        Assert.False(settings.MayPromote(settings.Repositories[0], ImageName.Parse("ghcr.io/acme/checkout")));
        Assert.True(settings.MayPromote(settings.Repositories[0], ImageName.Parse("quay.io/acme/checkout")));
        Assert.False(settings.MayPromote(settings.Repositories[1], ImageName.Parse("quay.io/acme/checkout")));
    }

    [Fact]
    public void A_data_directory_that_is_a_file_is_one_sentence()
    {
        var path = Path.Combine(folder, "data");
        File.WriteAllText(path, "");

        Assert.Equal($"The data directory {path} cannot be written: expected 'dataDir' to name a folder that this user may write.", DataDirectory.Prepare(path));
    }

    private BotSettings Read(string yaml, params (string Name, string Value)[] variables)
    {
        File.WriteAllText(ConfigFile, yaml);
        var result = SettingsReader.Read(ConfigFile, variables.ToDictionary(v => v.Name, v => v.Value));
        Assert.True(result is SettingsResult.Read, result is SettingsResult.Wrong wrong ? string.Join("\n", wrong.Problems) : "");
        return ((SettingsResult.Read)result).Settings;
    }

    private string[] Problems(string yaml, params (string Name, string Value)[] variables)
    {
        File.WriteAllText(ConfigFile, yaml);
        return [.. Assert.IsType<SettingsResult.Wrong>(SettingsReader.Read(ConfigFile, variables.ToDictionary(v => v.Name, v => v.Value))).Problems.Select(p => p.ToString())];
    }
}
