using System.Diagnostics;
using FsCheck.Xunit;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Evidence.Predicates;
using static GitOpsBot.Core.Tests.Differences.Compared;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Differences;

public sealed class SbomDifferenceTests
{
    [Fact]
    public void Tells_what_was_added_removed_and_changed_in_order_of_the_package()
    {
        var difference = SbomDifference.Between(
            [List("pkg:npm/z@1", "pkg:npm/same@1", "pkg:npm/gone@2", "pkg:deb/debian/openssl@3.0.1?arch=amd64")],
            [List("pkg:deb/debian/openssl@3.0.2?arch=arm64", "pkg:npm/same@1", "pkg:npm/new@1", "pkg:npm/z@2", "pkg:npm/@acme/also@1")]);

        Assert.Equal(["npm/@acme/also [] [1]", "npm/new [] [1]"], difference.Added.Select(Say));
        Assert.Equal(["npm/gone [2] []"], difference.Removed.Select(Say));
        Assert.Equal(["deb/debian/openssl [3.0.1] [3.0.2]", "npm/z [1] [2]"], difference.Changed.Select(Say));
    }

    [Fact]
    public void A_package_that_is_there_in_several_versions_is_one_package()
    {
        var difference = SbomDifference.Between([List("pkg:npm/a@1", "pkg:npm/a@2", "pkg:npm/b@1")], [List("pkg:npm/a@2", "pkg:npm/a@3", "pkg:npm/b@1", "pkg:npm/b@2", "pkg:npm/b@2")]);

        Assert.Empty(difference.Added.Concat(difference.Removed));
        Assert.Equal(["npm/a [1] [3]", "npm/b [] [2]"], difference.Changed.Select(Say));
    }

    [Fact]
    public void Case_qualifiers_and_spellings_of_pypi_make_no_other_package()
    {
        var difference = SbomDifference.Between(
            [List("pkg:npm/Left@1", "pkg:pypi/zope.interface@5", "pkg:deb/debian/tar@1?distro=debian-11")], [List("pkg:npm/left@1", "pkg:pypi/Zope_Interface@5", "pkg:deb/debian/tar@1?distro=debian-12")]);

        Assert.Empty(difference.Added.Concat(difference.Removed).Concat(difference.Changed));
    }

    [Fact]
    public void What_has_no_package_url_is_known_by_its_name_and_is_no_package_with_one()
    {
        var difference = SbomDifference.Between([List("openssl@1", "npm/a@1")], [List("OpenSSL@2", "pkg:npm/a@1")]);

        Assert.Equal(["OpenSSL [1] [2]"], difference.Changed.Select(Say));
        Assert.Equal(["npm/a [] [1]"], difference.Added.Select(Say));
        Assert.Equal(["npm/a [1] []"], difference.Removed.Select(Say));
    }

    [Fact]
    public void The_image_itself_is_none_of_its_packages_and_its_base_is()
    {
        var difference = SbomDifference.Between([List($"pkg:oci/checkout@{Before.Value.Replace(":", "%3A", StringComparison.Ordinal)}")], [List($"pkg:oci/checkout@{Image}", "pkg:docker/library/debian@12")]);

        Assert.Equal(["docker/library/debian [] [12]"], difference.Added.Select(Say));
        Assert.Empty(difference.Removed.Concat(difference.Changed));
    }

    [Fact]
    public void Tells_licences_that_are_new_and_packages_under_other_ones()
    {
        var difference = SbomDifference.Between(
            [List("pkg:npm/a@1 MIT", "pkg:npm/b@1 GPL-2.0", "pkg:npm/c@1 mit", "pkg:npm/d@1")], [List("pkg:npm/a@2 BUSL-1.1", "pkg:npm/b@1 GPL-2.0-only", "pkg:npm/c@1 MIT", "pkg:npm/d@1 MIT", "pkg:npm/e@1 busl-1.1")]);

        Assert.Equal(["BUSL-1.1 of npm/a, npm/e"], difference.NewLicenses.Select(l => $"{l.License} of {string.Join(", ", l.Packages)}"));
        Assert.Equal(["npm/a [MIT] [BUSL-1.1]", "npm/d [] [MIT]"], difference.Relicensed.Select(Say));
    }

    [Fact]
    public void A_list_without_licences_says_nothing_about_licences()
    {
        var difference = SbomDifference.Between([List("pkg:npm/a@1")], [List("pkg:npm/a@1 AGPL-3.0-only")]);

        Assert.Empty(difference.NewLicenses);
        Assert.Empty(difference.Relicensed);
    }

    [Property(MaxTest = 200, Replay = "20261126,1")]
    public void The_order_of_the_documents_makes_no_difference_and_the_way_back_is_the_opposite((byte Name, byte Version)[] before, (byte Name, byte Version)[] after)
    {
        static Sbom Of(IEnumerable<(byte Name, byte Version)> packages) => List([.. packages.Select(p => $"pkg:npm/{(p.Name % 2 == 0 ? "p" : "P")}{p.Name % 16 / 2}@{p.Version % 3}")]);
        var there = SbomDifference.Between([Of(before)], [Of(after)]);
        var shuffled = SbomDifference.Between([Of(before.Reverse())], [Of(after.Reverse())]);
        var back = SbomDifference.Between([Of(after)], [Of(before)]);

        Assert.Equal(Told(there), Told(shuffled));
        Assert.Equal(there.Added.Select(p => p.To), back.Removed.Select(p => p.From));
        Assert.Equal(there.Changed.Count, back.Changed.Count);
        Assert.Empty(Told(SbomDifference.Between([Of(after)], [Of(after)])));
    }

    [Fact]
    public void Sixteen_times_the_packages_take_no_more_than_some_sixteen_times_the_time()
    {
        var (few, many) = (Seconds(5_000), Seconds(80_000));

        // A busy machine may stretch either; what is not linear takes two hundred and fifty times as long, and several seconds.
        Assert.True(many < Math.Max(3, 80 * few), $"{many} s for 80,000, {few} s for 5,000");

        static double Seconds(int packages)
        {
            // All versions of one name, and every name with its own: neither may be quadratic.
            var from = List([.. Enumerable.Range(0, packages).Select(i => i % 2 == 0 ? $"p{i}@1 MIT" : $"one@{i} L{i}")]);
            var to = List([.. Enumerable.Range(0, packages).Select(i => i % 2 == 0 ? $"p{i}@2 BSD" : $"one@{i + 1} L{i + 1}")]);
            return Enumerable.Range(0, 2).Min(_ =>
            {
                var began = Stopwatch.GetTimestamp();
                Assert.Equal(packages / 2, SbomDifference.Between([from], [to]).Changed.Count - 1);
                return Stopwatch.GetElapsedTime(began).TotalSeconds;
            });
        }
    }

    [Fact]
    public void Lists_of_one_authority_in_one_format_are_held_against_each_other()
    {
        // The other generator sees other packages: that is no change.
        var difference = Known(Difference(
            [Spdx(Before, ["pkg:npm/a@1"]), CycloneDx(Before, ["pkg:npm/only-seen-by-cyclonedx@1"]), Spdx(Before, ["pkg:npm/stranger@1"], "other")],
            [CycloneDx(Image, ["pkg:npm/only-seen-by-cyclonedx@1"], "other"), Spdx(Image, ["pkg:npm/a@2"])]).Packages);

        Assert.Equal(["npm/a [1] [2]"], difference.Changed.Select(Say));
        Assert.Empty(difference.Added.Concat(difference.Removed));
    }

    [Fact]
    public void Lists_in_two_formats_are_compared_when_there_are_no_others()
    {
        Assert.Equal(["npm/a [1] [2]"], Known(Difference([Spdx(Before, ["pkg:npm/a@1"])], [CycloneDx(Image, ["pkg:npm/a@2"])]).Packages).Changed.Select(Say));
        Assert.Equal(["npm/a [1] [2]"], Known(Difference([Spdx(Before, ["pkg:npm/a@1"]), CycloneDx(Before, ["pkg:npm/b@1"])], [Spdx(Image, ["pkg:npm/a@2"], "other")]).Packages).Changed.Select(Say));
    }

    private static string Say(PackageChange change) => $"{change.Package} [{string.Join(' ', change.From)}] [{string.Join(' ', change.To)}]";

    private static string[] Told(SbomDifference difference) =>
        [.. difference.Added.Concat(difference.Removed).Concat(difference.Changed).Concat(difference.Relicensed).Select(Say), .. difference.NewLicenses.Select(l => l.License)];
}
