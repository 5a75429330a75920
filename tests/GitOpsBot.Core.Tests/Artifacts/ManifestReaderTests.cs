using System.Text;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Tests.Artifacts;

public sealed class ManifestReaderTests
{
    private const string Config = """{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2}""";

    [Fact]
    public void Reads_an_image_with_configuration_layers_annotations_subject_and_type()
    {
        var subject = ImageBuilder.Image("v1").Descriptor;
        var built = ImageBuilder.Attachment("application/example", subject, ImageBuilder.Blob("text/plain", "x"u8.ToArray(), new Dictionary<string, string> { ["a"] = "b" }));

        var manifest = Done(built.Manifests[^1].Bytes, MediaTypes.Manifest);

        Assert.False(manifest.IsIndex);
        Assert.Equal("application/example", manifest.ArtifactType);
        Assert.Equal(subject.Digest, manifest.Subject?.Digest);
        Assert.Equal(MediaTypes.Empty, manifest.Config?.MediaType);
        Assert.Equal(("text/plain", 1L, "b"), (manifest.Layers[0].MediaType, manifest.Layers[0].Size, manifest.Layers[0].Annotations["a"]));
    }

    [Fact]
    public void Reads_an_index_with_its_platforms()
    {
        var arm = new Platform("linux", "arm", "v7");
        var built = ImageBuilder.Index([ImageBuilder.Image("a"), ImageBuilder.Image("b", arm)]);

        var index = Done(built.Manifests[^1].Bytes, null);

        Assert.True(index.IsIndex);
        Assert.Equal([new Platform("linux", "amd64"), arm], index.Manifests.Select(m => m.Platform));
    }

    [Theory]
    [InlineData(MediaTypes.DockerManifest)]
    [InlineData(MediaTypes.Manifest)]
    public void Takes_the_media_type_that_came_with_bytes_that_say_none(string claimed) =>
        Assert.Equal(claimed, Done(Bytes($$"""{"schemaVersion":2,"config":{{Config}},"layers":[]}"""), claimed).MediaType);

    [Fact]
    public void Lets_the_shape_decide_when_nothing_names_a_media_type() =>
        Assert.Equal(MediaTypes.Index, Done(Bytes("""{"schemaVersion":2,"manifests":[]}"""), "application/octet-stream").MediaType);

    [Theory]
    [InlineData("", "not well-formed JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "'schemaVersion' is not 2")]
    [InlineData("""{"schemaVersion":1}""", "'schemaVersion' is not 2")]
    [InlineData("""{"schemaVersion":2}""", "no 'config'")]
    [InlineData("""{"schemaVersion":2,"schemaVersion":2,"manifests":[]}""", "not well-formed JSON")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"layers":[]}""", "expected an index or an image, found both")]
    [InlineData("""{"schemaVersion":2,"manifests":{}}""", "'manifests' is not a list")]
    [InlineData("""{"schemaVersion":2,"manifests":[1]}""", "something else than a descriptor")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"digest":"sha256:x"}]}""", "digest is not 'sha256:'")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":-1}]}""", "size is not a number of bytes")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":1}]}""", "without media type")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"annotations":{"a":1}}""", "annotation that is not a text")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"mediaType":"application/vnd.oci.image.manifest.v1+json"}""", "has the content of an index")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"mediaType":"\ud800"}""", "not well-formed JSON")]
    public void Refuses_what_is_malformed_with_the_place(string text, string sentence) =>
        Assert.Contains(sentence, Assert.IsType<Reading<OciManifest>.Malformed>(ManifestReader.Read(Bytes(text))).Reason, StringComparison.Ordinal);

    [Fact]
    public void Refuses_bytes_that_came_as_another_type_than_they_say()
    {
        var image = ImageBuilder.Image("v1").Manifests[^1].Bytes;

        var refused = Assert.IsType<Reading<OciManifest>.Malformed>(ManifestReader.Read(image, MediaTypes.DockerManifest));

        Assert.Equal($"The manifest says it is '{MediaTypes.Manifest}', but came as '{MediaTypes.DockerManifest}'.", refused.Reason);
    }

    [Fact]
    public void Refuses_more_bytes_entries_and_levels_than_a_manifest_has()
    {
        var many = string.Join(',', Enumerable.Repeat(Config, ManifestReader.MostEntries + 1));

        Assert.Contains("expected at most 4194304", Assert.IsType<Reading<OciManifest>.TooLarge>(ManifestReader.Read(new byte[ManifestReader.Largest + 1])).Reason, StringComparison.Ordinal);
        Assert.Contains("has 1001 entries; expected at most 1000", Assert.IsType<Reading<OciManifest>.TooLarge>(ManifestReader.Read(Bytes($$"""{"schemaVersion":2,"manifests":[{{many}}]}"""))).Reason, StringComparison.Ordinal);
        Assert.IsType<Reading<OciManifest>.Malformed>(ManifestReader.Read(Bytes($$"""{"schemaVersion":2,"manifests":[],"x":{{new string('[', 100)}}{{new string(']', 100)}}}""")));
    }

    [Fact]
    public void Law_whatever_byte_is_changed_the_answer_is_a_value_and_no_exception()
    {
        var bytes = ImageBuilder.Index([ImageBuilder.Image("a"), ImageBuilder.Image("b")]).Manifests[^1].Bytes.ToArray();
        var random = new Random(20260101);
        var answers = new HashSet<Type>();
        for (var i = 0; i < 3_000; i++)
        {
            var changed = bytes.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            answers.Add(ManifestReader.Read(changed.AsMemory(0, random.Next(3) == 0 ? random.Next(changed.Length) : changed.Length)).GetType());
        }

        Assert.Equal(2, answers.Count);
    }

    private static OciManifest Done(ReadOnlyMemory<byte> bytes, string? claimed) => Assert.IsType<Reading<OciManifest>.Done>(ManifestReader.Read(bytes, claimed)).Value;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
