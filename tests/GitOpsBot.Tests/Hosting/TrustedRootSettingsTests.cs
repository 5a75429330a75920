using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Testing.Sigstore;

namespace GitOpsBot.Tests.Hosting;

/// <summary><c>trust.sigstoreTrustedRootFile</c>: read when the settings are, so that a bot never starts on a root that it cannot read.</summary>
public sealed class TrustedRootSettingsTests : IDisposable
{
    private const string Settings = "trust: { sigstoreTrustedRootFile: root.json }\n";
    private readonly string folder = Directory.CreateTempSubdirectory("trust").FullName;

    private string RootFile => Path.Combine(folder, "root.json");

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public void Believes_the_root_that_is_named()
    {
        var json = new SigstoreInstance().RootJson(_ => { });
        File.WriteAllBytes(RootFile, json);

        Assert.Equal(Digest.Of(json), Assert.IsType<SettingsResult.Read>(Read(Settings)).Settings.TrustedRoot.Digest);
    }

    [Fact]
    public void Believes_the_shipped_root_of_the_public_good_where_none_is_named()
    {
        Assert.Same(TrustedRoot.PublicGood, Assert.IsType<SettingsResult.Read>(Read("interval: 1m\n")).Settings.TrustedRoot);
        Assert.True(TrustedRoot.PublicGoodDate > new DateOnly(2026, 1, 1));
    }

    [Fact]
    public void Reads_a_root_whose_keys_have_all_ended_since_what_they_signed_before_stays_proven()
    {
        var json = new SigstoreInstance().RootJson(r => SigstoreInstance.EndAll(r, SigstoreInstance.At.AddDays(1)));
        File.WriteAllBytes(RootFile, json);

        Assert.Equal(Digest.Of(json), Assert.IsType<SettingsResult.Read>(Read(Settings)).Settings.TrustedRoot.Digest);
    }

    [Theory]
    [InlineData("", "is not a Sigstore trusted root. The trusted root must be strict JSON without repeated properties and at most 64 levels deep, but is not (line 1, byte 1).")]
    [InlineData("[]", "is not a Sigstore trusted root. The trusted root must be a JSON object, but is a JSON array.")]
    [InlineData("{ \"mediaType\": \"application/vnd.dev.sigstore.bundle.v0.3+json\" }",
        "is not a Sigstore trusted root. The trusted root must be of version 0.1 or 0.2, but its media type is 'application/vnd.dev.sigstore.bundle.v0.3+json'.")]
    [InlineData("{ \"mediaType\": \"application/vnd.dev.sigstore.trustedroot+json;version=0.1\", \"tlogs\": [{}] }",
        "is not a Sigstore trusted root. The trusted root's tlogs[0] must have a logId and a publicKey, but lacks one.")]
    public void A_malformed_root_is_a_problem_of_the_settings(string content, string sentence)
    {
        File.WriteAllText(RootFile, content);

        AssertWrong($"The file {RootFile} {sentence}");
    }

    [Fact]
    public void So_is_one_that_is_too_large()
    {
        File.WriteAllBytes(RootFile, new byte[(1024 * 1024) + 1]);

        AssertWrong($"The file {RootFile} is too large: expected at most 1048576 bytes, found 1048577.");
    }

    [Fact]
    public void So_is_one_that_cannot_be_read()
    {
        File.WriteAllBytes(RootFile, new SigstoreInstance().RootJson(_ => { }));
        using var locked = new FileStream(RootFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        AssertWrong($"The file {RootFile} cannot be read: expected a file that this user may read.");
    }

    private void AssertWrong(string sentence)
    {
        var problem = Assert.Single(Assert.IsType<SettingsResult.Wrong>(Read(Settings)).Problems);

        Assert.Equal($"{Path.Combine(folder, "gitopsbot.yaml")}:1:35: {sentence}", problem.ToString());
    }

    private SettingsResult Read(string yaml)
    {
        var file = Path.Combine(folder, "gitopsbot.yaml");
        File.WriteAllText(file, yaml);
        return SettingsReader.Read(file, new Dictionary<string, string>());
    }
}
