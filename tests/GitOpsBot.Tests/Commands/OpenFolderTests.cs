using System.Text;
using GitOpsBot.Commands;

namespace GitOpsBot.Tests.Commands;

public sealed class OpenFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("folder").FullName;

    /// <summary>Both ways of reading a folder: what holds for one holds for the other.</summary>
    public static TheoryData<string> Ways => LinuxFolder.IsKnownHere ? ["linux", "portable"] : ["portable"];

    public void Dispose() => Directory.Delete(folder, true);

    [Theory]
    [MemberData(nameof(Ways))]
    public void Lists_files_and_folders_and_leaves_out_links(string way)
    {
        File.WriteAllText(Path.Combine(folder, "a.yaml"), "a");
        File.WriteAllText(Path.Combine(folder, ".hidden ü.yaml"), "b");
        Directory.CreateDirectory(Path.Combine(folder, "below"));
        File.CreateSymbolicLink(Path.Combine(folder, "link.yaml"), "a.yaml");
        Directory.CreateSymbolicLink(Path.Combine(folder, "loop"), folder);

        using var open = Open(way);

        Assert.Equal([(".hidden ü.yaml", false), ("a.yaml", false), ("below", true)], open.Entries().OrderBy(e => e.Name, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Lists_a_folder_whose_names_need_several_calls(string way)
    {
        var names = Enumerable.Range(0, 2000).Select(n => $"{n:0000}-{new string('x', 60)}").ToList();
        names.ForEach(n => File.WriteAllText(Path.Combine(folder, n), ""));

        using var open = Open(way);

        Assert.Equal(names, open.Entries().Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Reads_a_file_as_far_as_is_asked_for(string way)
    {
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 30_000)));
        File.WriteAllBytes(Path.Combine(folder, "large"), content);
        File.WriteAllText(Path.Combine(folder, "empty"), "");

        using var open = Open(way);

        Assert.Equal(content, open.Read("large", 1024 * 1024));
        Assert.Equal(content, open.Read("large", content.Length));
        Assert.Equal(content[..100_000], open.Read("large", 100_000));
        Assert.Equal(content[..7], open.Read("large", 7));
        Assert.Empty(open.Read("empty", 1024));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Names_what_is_not_there(string way)
    {
        using var open = Open(way);

        Assert.Contains(Path.Combine(folder, "gone.yaml"), Assert.ThrowsAny<IOException>(() => open.Read("gone.yaml", 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_became_a_link_after_it_was_listed_is_not_followed()
    {
        Assert.SkipUnless(LinuxFolder.IsKnownHere, "Linux's own calls are not known here");
        File.WriteAllText(Path.Combine(folder, "secret"), "secret");
        File.CreateSymbolicLink(Path.Combine(folder, "a.yaml"), "secret");

        using var open = new LinuxFolder(folder);

        Assert.StartsWith($"The path {folder}/a.yaml cannot be read: ", Assert.Throws<IOException>(() => open.Read("a.yaml", 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_cannot_be_opened()
    {
        Assert.SkipUnless(LinuxFolder.IsKnownHere, "Linux's own calls are not known here");

        Assert.StartsWith($"The path {folder}/gone cannot be read: ", Assert.Throws<IOException>(() => new LinuxFolder(folder + "/gone")).Message, StringComparison.Ordinal);
    }

    private OpenFolder Open(string way) => way == "linux" ? new LinuxFolder(folder) : new PortableFolder(folder);
}
