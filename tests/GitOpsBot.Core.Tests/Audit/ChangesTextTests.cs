using System.Text;
using System.Text.RegularExpressions;
using FsCheck.Xunit;
using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Evidence.Predicates;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Audit.Promoted;
using static GitOpsBot.Core.Tests.Differences.Compared;

namespace GitOpsBot.Core.Tests.Audit;

public sealed partial class ChangesTextTests
{
    private static readonly ArtifactDifference Built = new("checkout", (Source, OldCommit), (Source, NewCommit), null, null) { HasBefore = true };

    [Fact]
    public void Lists_the_commits_between_with_a_link_to_all_of_them()
    {
        var section = Only(Built with { Commits = Known(new SourceCommits(3, 0, [new SourceCommit(OldCommit, "Fix the till", "anna"), new SourceCommit(NewCommit, "Count again", "Bert B")])) });

        Assert.Equal($"**Source:** `github.com/acme/checkout` `aaaaaaaaaaaa` → `bbbbbbbbbbbb` ([compare]({Source}/compare/{OldCommit}...{NewCommit})), 3 commits.", section.Head);
        Assert.Equal(["`aaaaaaaaaaaa` Fix the till (anna)", "`bbbbbbbbbbbb` Count again (Bert B)"], section.Lines);
        Assert.Equal((ChangeKind.Source, 1), (section.Kind, section.More));
    }

    [Fact]
    public void Says_when_commits_of_what_stands_there_are_left_out() => Assert.EndsWith(
        ", 1 commit; **2 commits of what stands there are not in it**.", Only(Built with { Commits = Known(new SourceCommits(1, 2, [])) }).Head, StringComparison.Ordinal);

    [Fact]
    public void Keeps_the_link_when_the_commits_cannot_be_listed()
    {
        var section = Only(Built with { Commits = new Fact<SourceCommits>.Unknown("@acme may not see it.") });

        Assert.EndsWith($"([compare]({Source}/compare/{OldCommit}...{NewCommit})). The commits between are not listed: @&#8203;acme may not see it.", section.Head, StringComparison.Ordinal);
        Assert.Empty(section.Lines);
    }

    [Fact]
    public void Says_what_provenance_does_not_name()
    {
        Assert.Empty(ChangesText.Write(new ArtifactDifference("checkout", null, null, null, null), false));
        Assert.Equal("**Source:** verified provenance does not name the one commit that the new one was built from.", Only(Built with { To = null }).Head);
        var at = $"**Source:** `github.com/acme/checkout` at `bbbbbbbbbbbb` ([commit]({Source}/commit/{NewCommit}))";
        Assert.Equal(at + "; of what stands there, verified provenance does not name the one commit.", Only(Built with { From = null }).Head);
        Assert.Equal(at + ".", Only(Built with { From = null, HasBefore = false }).Head);
        Assert.Equal(at + ", from which what stands there was built, too.", Only(Built with { From = Built.To }).Head);
        Assert.Equal(at + $"; what stands there was built from `github.com/acme/other` at `aaaaaaaaaaaa` ([commit](https://github.com/acme/other/commit/{OldCommit})).",
            Only(Built with { From = ("https://github.com/acme/other", OldCommit) }).Head);
    }

    [Theory]
    [InlineData("https://github.com/acme/checkout)](https://evil.example")]
    [InlineData("https://user:pass@github.com/acme/checkout")]
    [InlineData("https://github.com/acme/../../evil")]
    [InlineData("https://github.com/acme/checkout?x=https://evil.example")]
    [InlineData("javascript://github.com/acme/checkout")]
    [InlineData("https://github.com/acme/check`out")]
    [InlineData("git@github.com:acme/checkout")]
    public void An_address_that_is_no_plain_one_is_text_and_no_link(string repository)
    {
        var section = Only(Built with { From = (repository, OldCommit), To = (repository, NewCommit) });

        Assert.StartsWith($"**Source:** {Inert.Markdown(repository)} `aaaaaaaaaaaa` → `bbbbbbbbbbbb`.", section.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("](", section.Head.Replace("\\](", "", StringComparison.Ordinal).Replace("\\]\\(", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void The_pages_of_gitlab_lie_below_a_hyphen() => Assert.Contains(
        $"(https://gitlab.example/a/b/c/-/compare/{OldCommit}...{NewCommit})", Only(Built with { From = ("https://gitlab.example/a/b/c", OldCommit), To = ("https://gitlab.example/a/b/c", NewCommit) }).Head, StringComparison.Ordinal);

    [Fact]
    public void Sums_up_and_lists_what_it_is_made_of()
    {
        var section = Only(Nothing with
        {
            Packages = Known(SbomDifference.Between(
                [List("pkg:npm/a@1 MIT", "pkg:npm/gone@1 MIT", "pkg:npm/two@1", "pkg:npm/two@2")],
                [List("pkg:npm/a@2 AGPL-3.0-only", "pkg:npm/new MIT", "pkg:npm/two@2")])),
        });

        Assert.Equal("**Packages:** 1 new licence, 1 added, 1 removed, 2 in other versions, 1 under another licence.", section.Head);
        Assert.Equal(
            ["**new licence** AGPL-3.0-only of npm/a", "**added** npm/new", "**removed** npm/gone 1", "**changed** npm/a 1 → 2", "**changed** npm/two no longer 1", "**licence** of npm/a: MIT → AGPL-3.0-only"],
            section.Lines);
        Assert.Equal("**Packages:** the same on both sides.", Only(Nothing with { Packages = Known(SbomDifference.Between([List("pkg:npm/a@1")], [List("pkg:npm/a@1")])) }).Head);
    }

    [Fact]
    public void Of_thousands_of_packages_it_lists_some_of_each_kind_and_counts_the_rest()
    {
        var section = Only(Nothing with
        {
            Packages = Known(SbomDifference.Between(
                [List([.. Enumerable.Range(0, 1000).Select(i => $"pkg:npm/gone{i}@1"), "pkg:npm/a@1"])], [List([.. Enumerable.Range(0, 2000).Select(i => $"pkg:npm/new{i}@1"), "pkg:npm/a@2"])])),
        });

        Assert.Equal("**Packages:** 2,000 added, 1,000 removed, 1 in another version.", section.Head);
        Assert.Equal((50, 2951), (section.Lines.Count, section.More));
        Assert.Equal((33, 16, 1), (Count("**added**"), Count("**removed**"), Count("**changed**")));

        int Count(string word) => section.Lines.Count(l => l.StartsWith(word, StringComparison.Ordinal));
    }

    [Fact]
    public void Sums_up_and_lists_what_scans_found()
    {
        var section = Only(Nothing with
        {
            Vulnerabilities = Known(new ScanDifference(
                [new KnownVulnerability("CVE-2", Severity.High, ["pkg:npm/a@1", "b", "c", "d"], null), new KnownVulnerability("CVE-3", Severity.Unknown, [], null)],
                [new KnownVulnerability("CVE-1", Severity.Critical, [], null)], [], [new KnownVulnerability("CVE-4", Severity.Low, [], "excepted until 2026-07-01: <b>")],
                new DateTimeOffset(2026, 6, 1, 3, 0, 0, TimeSpan.FromHours(2)), new DateTimeOffset(2026, 6, 2, 0, 0, 0, TimeSpan.Zero))),
        });

        Assert.Equal("**Vulnerabilities:** 2 new, 1 fixed, 1 not counted; new are 1 high, 1 of unknown severity (scans of 2026-06-01 01:00 and 2026-06-02 00:00 UTC).", section.Head);
        Assert.Equal(
            ["**new** high CVE-2 in pkg:&#8203;npm/a@&#8203;1, b, c and 1 more", "**new** of unknown severity CVE-3", "**not counted** low CVE-4: excepted until 2026-07-01:&#8203; &lt;b&gt;", "**fixed** critical CVE-1"],
            section.Lines);
        Assert.Equal("**Vulnerabilities:** none on either side.", Only(Nothing with { Vulnerabilities = Known(new ScanDifference([], [], [], [], null, null)) }).Head);
        Assert.Equal("**Vulnerabilities:** No scan.", Only(Nothing with { Vulnerabilities = new Fact<ScanDifference>.Unknown("No scan.") }).Head);
    }

    [Fact]
    public void Says_how_much_there_is_to_pull_for_each_platform()
    {
        var one = Only(Nothing with { Sizes = Known(new SizeDifference([new SizeChange("linux/amd64", 85_300_000, 91_000_000)])) });
        var several = Only(Nothing with
        {
            Sizes = Known(new SizeDifference([new SizeChange("a|b", null, 999), new SizeChange("linux/amd64", 2_000_000_000, 1_999_000_000), new SizeChange("linux/arm64", 5_000, 5_000), new SizeChange("linux/s390x", 1, null)])),
        });

        Assert.Equal(("**Size to pull:** for linux/amd64 85.3 MB → 91.0 MB (+5.7 MB).", 0), (one.Head, one.Lines.Count));
        Assert.Equal("**Size to pull:** 4 platforms.", several.Head);
        Assert.Equal(["for a\\|b 999 B, not there before", "for linux/amd64 2.00 GB → 2.00 GB (−1.0 MB)", "for linux/arm64 5.0 kB, unchanged", "for linux/s390x not there any more"], several.Lines);
    }

    [Fact]
    public void Each_artifact_of_a_bundle_is_named() => Assert.StartsWith("**Source of checkout:** `github.com", ChangesText.Write(Built, true)[0].Head, StringComparison.Ordinal);

    [Property(MaxTest = 300, Replay = "20261126,3")]
    public void Whatever_strangers_write_stays_in_its_line_and_does_nothing(string?[] texts)
    {
        var from = new Queue<string>(Hostile.Concat(texts.OfType<string>().Where(t => t.Length > 0)).OrderBy(t => string.Concat(texts).Length % 7 * t.Length % 5));
        string Next()
        {
            from.Enqueue(from.Peek());
            return from.Dequeue();
        }

        var difference = new ArtifactDifference(Next(), (Next(), OldCommit), (Next(), NewCommit),
            Known(SbomDifference.Between([List(), Listed(Next(), Next(), Next())], [Listed(Next(), Next(), Next()), Listed(Next(), Next(), Next())])),
            Known(new ScanDifference([new KnownVulnerability(Next(), Severity.High, [Next(), Next()], null)], [], [], [new KnownVulnerability(Next(), Severity.Low, [], Next())], null, null)))
        {
            HasBefore = true,
            Sizes = Known(new SizeDifference([new SizeChange(Next(), 1, 2), new SizeChange(Next(), 1, null)])),
        };
        var commits = Built with { Commits = Known(new SourceCommits(2, 0, [new SourceCommit(Next(), Next(), Next()), new SourceCommit(Next(), Next(), Next())])) };

        foreach (var section in ChangesText.Write(difference, true).Concat(ChangesText.Write(commits, false)).Append(Only(Built with { Commits = new Fact<SourceCommits>.Unknown(Next()) })))
        {
            Assert.All([section.Head, .. section.Lines], AssertHarmless);
        }

        AssertHarmlessBody(PullRequestText.Show(Judged(Move(), [Signed]) with { Changes = ChangesText.Write(difference, true) }, Prod()).Body);
    }

    private static readonly string[] Hostile =
    [
        "@everyone", "fixes #1", "Closes acme/shop#12", "resolves GH-7", "<img src=x onerror=alert(1)>", "[click](https://evil.example)", "![x](https://evil.example/x.png)", "https://evil.example/issues/7",
        "www.evil.example", "a\n\n# Big\n- [ ] task", "\r\n| a | b |", "`code` ``more``", "\u202Egpj.exe", "\u200B\uFEFF", "$\\color{red}{x}$", "```\nfence", "~~~", "<!-- hidden", "\\", "\u001b[2J", "&lt;script&gt;", ":warning:",
        "mailto:a@b.example", "---", "> quote", new string('#', 5000), "\uD83D", "a|b", "<details><summary>x", "pkg:npm/%40everyone@1", "***",
    ];

    private static Sbom Listed(string name, string version, string license) => new(SbomFormat.Spdx, [new ListedPackage(name, version, PackageUrl.Parse(name), [license]), new ListedPackage("a", "1", null, [license])]);

    // What is left when everything that is written here itself is taken away: escaped characters, entities, our own code and links.
    private static void AssertHarmless(string line)
    {
        Assert.DoesNotContain(line.EnumerateRunes(), r => Rune.GetUnicodeCategory(r)
            is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator);
        var bare = Own().Replace(line, "·");
        Assert.DoesNotMatch(@"[<>`|\[\]$#*_~\\]|@(?!·)|:(?!·| )|(?i:www\.(?!·)|gh-(?!·))", bare);
        Assert.InRange(line.Length, 1, 16_000);
    }

    private static void AssertHarmlessBody(string body)
    {
        Assert.InRange(body.Length, 1, 60_000);
        Assert.All(body.Split('\n').Where(l => l.StartsWith('#')), l => Assert.Equal("### What changes", l));
        Assert.All(body.Split('\n').Where(l => l.StartsWith("- ", StringComparison.Ordinal)), l => Assert.Matches(@"\A- (\*\*|`|and |for )", l));
    }

    private static readonly ArtifactDifference Nothing = new("checkout", null, null, null, null);

    private static Fact<T> Known<T>(T value) => new Fact<T>.Known(value);

    private static ChangeSection Only(ArtifactDifference difference) => Assert.Single(ChangesText.Write(difference, false));

    [GeneratedRegex(@"\\[\\`*_{}\[\]()!|~]|&#?[a-z0-9]+;(?:&#8203;)?|\A\*\*[A-Z][a-z ]+(?: of [^*]*)?:\*\*|\*\*[a-z0-9 ]+\*\*|`[a-z0-9./]*`|\(\[(?:compare|commit)\]\([^)]*\)\)|(?<=at |scans of |and )[0-9-]+ [0-9:]+")]
    private static partial Regex Own();
}
