using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Doctor;
using GitOpsBot.Doctor.Checks;
using GitOpsBot.Testing.Sigstore;

namespace GitOpsBot.Tests.Doctor;

/// <summary>What is looked at on this machine: clock, data directory, trust root.</summary>
public sealed class MachineTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("doctor-machine").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Theory]
    [InlineData(0, "ok This machine's clock agrees with its.")]
    [InlineData(30, "ok This machine's clock agrees with its.")]
    [InlineData(-30, "ok This machine's clock agrees with its.")]
    [InlineData(31, "todo This machine's clock is 31 s ahead of that of h.example.")]
    [InlineData(-3600, "todo This machine's clock is 3600 s behind that of h.example.")]
    public void Two_clocks_may_be_half_a_minute_apart(int seconds, string line) => Assert.Equal(line, Line(Clocks.Compare("h.example", Now, Now.AddSeconds(seconds))));

    [Theory]
    [InlineData(600L * 1024 * 1024, "ok It can be written, 600 MiB are free.")]
    [InlineData(512L * 1024 * 1024 - 1, "todo It can be written, but only 511 MiB are free.")]
    [InlineData(null, "ok It can be written.")]
    public void The_data_directory_has_room(long? free, string line) => Assert.Equal(line, Line(DataFolder.Find(Path.Combine(folder, "data"), _ => free)));

    [Fact]
    public void A_data_directory_that_cannot_be_made_is_told()
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        var path = Path.Combine(folder, "file", "data");

        Assert.Equal($"todo The data directory {path} cannot be written: expected 'dataDir' to name a folder that this user may write.", Line(DataFolder.Find(path, _ => null)));
    }

    [Fact]
    public void The_shipped_root_is_believed_and_grows_old()
    {
        Assert.Equal(["ok The shipped root of the public good instance, of 2026-11-26, is believed today."], TrustRoot.Find(TrustedRoot.PublicGood, Now).Select(Line));
        Assert.Contains("todo The shipped root of the public good instance is 216 days old.", TrustRoot.Find(TrustedRoot.PublicGood, new DateTimeOffset(2027, 6, 30, 0, 0, 0, TimeSpan.Zero)).Select(Line));
        Assert.DoesNotContain(TrustRoot.Find(TrustedRoot.PublicGood, new DateTimeOffset(2027, 5, 25, 0, 0, 0, TimeSpan.Zero)), f => f.Sentence.EndsWith("days old.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_root_of_ones_own_is_told_when_a_part_of_it_ends()
    {
        var instance = new SigstoreInstance();
        var root = instance.Root;
        var ends = root.Parts.Where(p => p.IsSigner).Max(p => p.Until)!.Value;
        var begins = root.Parts.Max(p => p.From)!.Value;

        Assert.Equal([$"ok All of the root of 'trust.sigstoreTrustedRootFile' is believed today ({root.Digest.Short})."], TrustRoot.Find(root, begins).Select(Line));
        Assert.Contains(TrustRoot.Find(root, ends.AddDays(-1)).Select(Line), l => l.StartsWith("todo The last certificate authority of the root of 'trust.sigstoreTrustedRootFile' is believed until ", StringComparison.Ordinal));
        Assert.Contains("todo No certificate authority of the root of 'trust.sigstoreTrustedRootFile' is believed today.", TrustRoot.Find(root, ends.AddSeconds(1)).Select(Line));
    }

    private static string Line(Finding finding) => $"{finding.Word} {finding.Sentence}";
}
