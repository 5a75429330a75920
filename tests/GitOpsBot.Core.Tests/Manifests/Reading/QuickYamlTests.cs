using System.Text;
using GitOpsBot.Core.Manifests;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Tests.Manifests.Reading;

/// <summary>The quick reader gives exactly what the full parser gives, or nothing.</summary>
public class QuickYamlTests
{
    private const string Manifest = """
        # A service.
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: checkout
          labels: { app: checkout, "tier": 'web', empty: , n: 1 }
          annotations:
            note: "it's # no comment"   # but this is
            text: |
              first: line
                # deeper
              last

            folded: >-
              one
              two

              three
        spec:
          replicas: 2
          template:
            spec:
              containers:
              - name: checkout
                image: ghcr.io/acme/checkout:1.0.0@sha256:0a1b
                args: ["--port=80", 'it''s', plain, [nested, {a: b}]]
                command:
                - --flag
                - -x
                -
                  name: odd
                - - a
                  - b
                env:
                  - name: URL
                    value: http://x:80/?a=b#c
                  - name: EMPTY
                    value:
              # between
              volumes: []
              nodeSelector: {}
        ---
        kind: Service
        data:
          "quoted key": x
          'other': y
        ---
        """;

    public static TheoryData<string> Plain => new()
    {
        Manifest, Manifest.ReplaceLineEndings("\r\n"), "a: 1", "- a\n- b: c\n  d: e\n", "", "# nothing\n", "---\n", "--- # c\na: b\n", "a:\n  b:\n    c: |+\n      x\n\n\nd: e\n",
        "a:\n- b\n- c\nd:\n  - e\n", "a: b\n\n\n  # odd comment\nc: d\n", "a: 'x' # c\nb: \"y\"# no comment\n", "a: [b, c", "a: {b: c}}\n", "key with spaces: v\n", "a: - b\n", "a: b: c\n", "a:\n  - b\n c: d\n",
        "a: |\n  x\n y\nb: c\n", "a: |\n\n  x\n", "a: >\n  x\n    y\nb: 1\n", "a: b\n  c\n", "- a\n  b\n", "a\n", "a: &x b\nc: *x\n", "a: !t b\n", "a: {{ b }}\n", "? a\n: b\n", "a: \"x\n  y\"\n", "a\tb: c\n", "a: ''\n", "a: \"\"\n",
        "a: %x\n", "%YAML 1.1\n---\na: b\n", "a: b\n...\nc: d\n", "a: b\n---\n---\nc: d\n", "a: #x\n", "a: b#c\n", "a : b\n", "a:b\n", "- - - x\n", "-\n- a\n", "a:\n-\n-\n", "a: |2\n  x\n", "a: |- # c\n  x\n", "a: ,b\n", "a: b,c]\n",
        "a: {x: [1, 2, ], y: z, }\n", "a: {x}\n", "a: [x: y]\n", "a: {\"x\":1}\n", "a: {x:1}\n", "a: [a b, c:d]\n", "a: @b\n", "a: --- b\n", "a:\n---\nb:\n", "a: |\n  x", "  a: b\n  c: d\n", "  a: b\nc: d\n", "a: [#]\n", "a: [b #c]\n", "🚀: é\nb: '🚀' # ☕\n",
    };

    [Theory]
    [MemberData(nameof(Plain))]
    public void Reads_what_the_full_parser_reads(string text) => Compare(text);

    [Fact]
    public void Reads_an_ordinary_manifest_itself()
    {
        Assert.True(Compare(Manifest));
        Assert.True(Compare(Manifest.ReplaceLineEndings("\r\n")));
        Assert.False(Compare("a: &x b\nc: *x\n"));
    }

    // Law: whatever happens to a manifest's characters, both readers agree, or the quick one leaves it to the other.
    [Fact]
    public void Agrees_with_the_full_parser_on_changed_manifests()
    {
        const string pieces = " \n#:-'\"|>[]{},?&*!%@\\\tx\r<~.\u2028";
        var read = 0;
        for (var seed = 0; seed < 6_000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder(Manifest.ReplaceLineEndings("\n"));
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at));
                        break;
                    case 1:
                        text.Insert(at, pieces[random.Next(pieces.Length)]);
                        break;
                    case 2:
                        text.Insert(at, "\n" + new string(' ', random.Next(12)));
                        break;
                    default:
                        text[at] = pieces[random.Next(pieces.Length)];
                        break;
                }
            }

            read += Compare(text.ToString(), $"seed {seed}") ? 1 : 0;
        }

        Assert.InRange(read, 1000, 6_000);
    }

    [Fact]
    public void Agrees_with_the_full_parser_on_all_golden_files()
    {
        var (read, files) = (0, 0);
        foreach (var path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Manifests", "golden"), "*.y*ml", SearchOption.AllDirectories))
        {
            var text = ManifestText.Decode(new ManifestFile(path, File.ReadAllBytes(path)), out _)!.Text;
            read += Compare(text, path) ? 1 : 0;
            files++;
        }

        Assert.True(read * 3 > files * 2, $"{read} of {files} files were read quickly");
    }

    private static bool Compare(string text, string? what = null)
    {
        var source = new ManifestSource("x.yaml", text);
        if (QuickYaml.Read(source) is not { } quick)
        {
            return false;
        }

        var full = MarkedYaml.ReadEvents(source, text, null);
        Assert.True(full.Problem is null, $"{what}: the full parser refuses what the quick one reads: {full.Problem}\n{text}");
        var (expected, actual) = (string.Join('\n', full.Documents.SelectMany(Lines)), string.Join('\n', quick.SelectMany(Lines)));
        Assert.True(expected == actual, $"{what}\n{text}\nexpected:\n{expected}\nactual:\n{actual}");
        return true;
    }

    private static IEnumerable<string> Lines(MarkedNode node) => node switch
    {
        // The marks of an empty value, and the end of a block, are read by nobody.
        MarkedScalar { IsPlain: true, Value: "" } => ["empty"],
        MarkedScalar { Writing: Writing.Literal or Writing.Folded } block => [$"{block.Writing} {block.Start} {block.Value.ReplaceLineEndings("\\n")}"],
        MarkedScalar scalar => [$"{scalar.Writing} {scalar.Start}-{scalar.End} {scalar.Inner} {scalar.Value}"],
        MarkedSequence sequence => [$"sequence {sequence.Start}", .. sequence.Items.SelectMany(Lines), "end"],
        MarkedMapping mapping => [$"mapping {mapping.Start} {mapping.IsFlow}", .. mapping.Entries.SelectMany(e => Lines(e.Key).Concat(Lines(e.Value))), "end"],
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
