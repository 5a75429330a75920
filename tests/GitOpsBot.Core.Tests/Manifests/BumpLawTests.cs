using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GitOpsBot.Core.Tests.Manifests;

/// <summary>
/// Laws over generated files: a bump's difference is the pinned value alone, and to a parser everything else is as it was. What should come of it
/// is written down while the file is generated, by putting the new values where the old ones go.
/// </summary>
public class BumpLawTests
{
    private static readonly WantedArtifact Checkout = new("checkout", ImageName.Parse("ghcr.io/acme/checkout"));
    private static readonly Digest Old = Digest.Of("old"u8);
    private static readonly Digest New = Digest.Of("new"u8);

    // Law: whatever YAML surrounds the pins, only they change.
    [Fact]
    public void In_YAML_only_the_pinned_values_change()
    {
        var edited = 0;
        for (var seed = 0; seed < 3000; seed++)
        {
            var file = new YamlFile(new Random(seed));
            var (before, after) = file.Write();
            edited += Check("x.yaml", before, after, seed);
            Assert.Equal(Scalars(before).Select(s => s.Replace(Old.Value, New.Value, StringComparison.Ordinal).Replace("1.0.0", "2.0.0", StringComparison.Ordinal)), Scalars(after));
        }

        Assert.True(edited > 2900, $"{edited} of 3000 files held a pin");
    }

    // Law: whatever JSON surrounds the pins, only they change.
    [Fact]
    public void In_JSON_only_the_pinned_values_change()
    {
        var edited = 0;
        for (var seed = 0; seed < 2000; seed++)
        {
            var (before, after) = new JsonFile(new Random(seed)).Write();
            edited += Check("x.json", before, after, seed);
        }

        Assert.True(edited > 1900, $"{edited} of 2000 files held a pin");
    }

    // Law: whatever bytes a file holds, scanning it answers; and what a scan calls a pin can be bumped, or is refused whole, and then reads as intended.
    [Theory]
    [InlineData("kustomization.yaml")]
    [InlineData("values.yaml")]
    [InlineData("app.yaml")]
    [InlineData("x.json")]
    [InlineData("main.tf")]
    [InlineData("x.env")]
    public void Broken_files_are_answered_and_never_half_edited(string path)
    {
        var source = Source(path).Replace("OLD", Old.Value, StringComparison.Ordinal);
        const string pieces = " \n#:-'\"|>[]{},?&*!%@\\\t=$/\r<~\0\u2028\uFEFFé";
        for (var seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder(source);
            for (var i = random.Next(0, 5); i > 0; i--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(1, 9), text.Length - at)),
                    1 => text.Insert(at, pieces[random.Next(pieces.Length)]),
                    _ => text.Insert(at, text.ToString(random.Next(text.Length / 2), random.Next(text.Length / 2))),
                };
            }

            var file = new ManifestFile(path, Encoding.UTF8.GetBytes(text.ToString()));
            var standing = FolderPins.Of(PinScanner.Scan([file], [Checkout]), Checkout.Image);
            PinScanner.ReadAll(file);
            if (standing is not StandingDigest.Stands stands)
            {
                continue;
            }

            ManifestFile bumped;
            try
            {
                bumped = DigestBump.Bump(file, [.. stands.Pins.Select(p => new PinEdit(p, New, "2.0.0"))]);
            }
            catch (InvalidOperationException e)
            {
                Assert.Contains("nothing was written", e.Message, StringComparison.Ordinal);
                continue;
            }

            var now = Assert.IsType<StandingDigest.Stands>(FolderPins.Of(PinScanner.Scan([bumped], [Checkout]), Checkout.Image));
            Assert.True(now.Digest == New && now.Pins.Count == stands.Pins.Count, $"seed {seed}\n{text}");
        }
    }

    [Fact]
    public void Pins_of_another_file_are_refused()
    {
        var file = new ManifestFile("x.yaml", Encoding.UTF8.GetBytes($"containers: [{{image: 'ghcr.io/acme/checkout@{Old}'}}]"));
        var pin = Assert.IsType<StandingDigest.Stands>(FolderPins.Of(PinScanner.Scan([file], [Checkout]), Checkout.Image)).Pins[0];

        Assert.Throws<InvalidOperationException>(() => DigestBump.Bump(file with { Content = file.Content[..20] }, [new PinEdit(pin, New, null)]));
        Assert.Throws<InvalidOperationException>(() => DigestBump.Bump(file, [new PinEdit(pin, New, null), new PinEdit(pin, Old, null)]));
        Assert.Throws<InvalidOperationException>(() => DigestBump.Bump(file with { Content = Encoding.UTF8.GetBytes("# " + Encoding.UTF8.GetString(file.Content.Span)) }, [new PinEdit(pin, New, null)]));
    }

    private static int Check(string path, string before, string after, int seed)
    {
        var file = new ManifestFile(path, Encoding.UTF8.GetBytes(before));
        var standing = FolderPins.Of(PinScanner.Scan([file], [Checkout]), Checkout.Image);
        if (standing is StandingDigest.Absent)
        {
            Assert.Equal(before, after);
            return 0;
        }

        Assert.True(standing is StandingDigest.Stands, $"seed {seed}: {(standing as StandingDigest.Ambiguous)?.Problem}\n{before}");
        var stands = (StandingDigest.Stands)standing;
        var bumped = Encoding.UTF8.GetString(DigestBump.Bump(file, [.. stands.Pins.Select(p => new PinEdit(p, New, "2.0.0"))]).Content.Span);
        Assert.True(after == bumped, $"seed {seed}\n{before}\nexpected\n{after}\nactual\n{bumped}");
        return 1;
    }

    private static List<string> Scalars(string yaml)
    {
        var parser = new Parser(new StringReader(yaml.TrimStart('\uFEFF')));
        var found = new List<string>();
        while (parser.MoveNext())
        {
            found.Add(parser.Current is Scalar scalar ? $"{scalar.Style} {scalar.Value}" : parser.Current!.GetType().Name);
        }

        return found;
    }

    private static string Source(string path) => path switch
    {
        "kustomization.yaml" => "kind: Kustomization\nresources: [a.yaml]\nimages:\n- name: ghcr.io/acme/checkout\n  newTag: '1.0.0'\n- {name: x, newName: ghcr.io/acme/checkout, newTag: 1.0.0}\npatches:\n- patch: |\n    - op: replace\n      path: /a/image\n      value: ghcr.io/acme/cart:1\n",
        "values.yaml" => "a:\n  image:\n    repository: ghcr.io/acme/checkout\n    tag: 1.0.0\n    digest: OLD\nb:\n  image: ghcr.io/acme/checkout:1.0.0@OLD # {\"$imagepolicy\": \"f:checkout\"}\nc: {x: &y [z], v: *y}\n",
        "app.yaml" => "kind: Application\nspec:\n  source:\n    repoURL: x\n    kustomize: {images: ['a=ghcr.io/acme/checkout:1.0.0@OLD']}\n    helm:\n      parameters:\n      - {name: image.repository, value: ghcr.io/acme/checkout}\n      - {name: image.digest, value: 'OLD'}\n      values: |\n        image: ghcr.io/acme/checkout@OLD\n        x: y\n",
        "x.json" => "{\"a\": {\"image\": \"ghcr.io/acme/checkout:1.0.0@OLD\"}, // c\n\t\"b\": [\"ghcr.io/acme/checkout@OLD\", 1, null, \"\\u00e9\"], \"c\": {\"repository\": \"ghcr.io/acme/checkout\", \"digest\": \"OLD\"}}\n",
        "main.tf" => "image = \"ghcr.io/acme/checkout:1.0.0@OLD\" # a\nx = <<EOT\n{\"image\": \"ghcr.io/acme/checkout@OLD\"}\nEOT\n/* \" */ y = \"${z}\"\n",
        _ => "# gitopsbot: checkout\nA=ghcr.io/acme/checkout:1.0.0@OLD\nB=OLD # gitopsbot: checkout\n",
    };

    /// <summary>YAML in all its forms, with pins in it: written once with the old values and once with the new ones.</summary>
    private sealed class YamlFile(Random random)
    {
        private readonly StringBuilder before = new();
        private readonly StringBuilder after = new();
        private int names;

        public (string Before, string After) Write()
        {
            for (var documents = random.Next(1, 4); documents > 0; documents--)
            {
                Line(random.Next(3) == 0 ? "--- # document" : "---");
                Mapping(0, 0);
            }

            var (end, mark, tail) = (random.Next(3) == 0 ? "\r\n" : "\n", random.Next(5) == 0 ? "\uFEFF" : "", random.Next(4) == 0);
            string Formed(StringBuilder text)
            {
                var lines = text.ToString();
                return mark + (tail ? lines.TrimEnd('\n', ' ', '\t') : lines).Replace("\n", end, StringComparison.Ordinal);
            }

            return (Formed(before), Formed(after));
        }

        private string Any(params string[] from) => from[random.Next(from.Length)];

        private string Name() => $"k{names++}";

        private void Line(string text) => Line(text, text);

        private void Line(string was, string now)
        {
            var tail = Any("", "", "", " ", "   ", " # note: a@b 🚀", "  # 'quoted");
            before.Append(was).Append(was.EndsWith('|') ? "" : tail).Append('\n');
            after.Append(now).Append(was.EndsWith('|') ? "" : tail).Append('\n');
        }

        private void Mapping(int indent, int depth)
        {
            var spaces = new string(' ', indent);
            for (var entries = random.Next(2, 6); entries > 0; entries--)
            {
                Entry(spaces, indent, depth);
            }

            Line($"{spaces}last: x");
        }

        private void Entry(string spaces, int indent, int depth)
        {
            var step = random.Next(1, 4);
            var inner = new string(' ', indent + step);
            switch (random.Next(depth > 3 ? 11 : 14))
            {
                case 0:
                    Line($"{spaces}{Name()}: {Any("plain", "'it''s'", "\"a\\tb\"", "1.5", "~", "http://a:1/#b", "ghcr.io/acme/checkout:1.0.1", "🧨", "[a, {b: c}, 'd']", "{}", "\"\"")}");
                    break;
                case 1:
                    Line($"{spaces}{Name()}: |");
                    Line($"{inner}image: ghcr.io/acme/checkout:1.0.1");
                    Line($"{inner}  deeper");
                    break;
                case 2:
                    before.Append(Any("\n", "   \n", "# comment\n", $"{spaces}# image: ghcr.io/acme/checkout:1.0.1\n"));
                    after.Clear().Append(before.ToString().Replace(Old.Value, New.Value, StringComparison.Ordinal).Replace("1.0.0", "2.0.0", StringComparison.Ordinal));
                    break;
                case 3:
                    var anchor = Name();
                    Line($"{spaces}{Name()}: &{anchor} {Any("x", "[a, b]", "{c: d}")}");
                    Line($"{spaces}{Name()}: *{anchor}");
                    break;
                case 4:
                    Line($"{spaces}{Name()}: \"folded");
                    before.Append($"{inner}over lines\"\n");
                    after.Append($"{inner}over lines\"\n");
                    break;
                case 5 or 6:
                    var (tag, quote) = (Any(":1.0.0", ""), Any("", "'", "\""));
                    Both($"{spaces}{Name()}Image: {Any("", "  ")}{quote}ghcr.io/acme/checkout{tag}@OLD{quote}");
                    break;
                case 7:
                    Line($"{spaces}{Name()}:");
                    Line($"{inner}image:");
                    Both($"{inner} repository: {Any("ghcr.io/acme/checkout", "\"ghcr.io/acme/checkout\"")}");
                    Both($"{inner} digest: {Any("OLD", "'OLD'")}");
                    Both($"{inner} tag: {Any("1.0.0", "\"1.0.0\"")}");
                    break;
                case 8:
                    Both($"{spaces}{Name()}: {{image: {{registry: ghcr.io, repository: acme/checkout, digest: {Any("OLD", "\"OLD\"")}, tag: '1.0.0' }}, x: [1, 2]}}");
                    break;
                case 9:
                    Line($"{spaces}{Name()}:");
                    Line($"{inner}containers:");
                    Both($"{inner}- image: ghcr.io/acme/checkout:1.0.0@OLD");
                    Both($"{inner}- {{ name: b, image: \"ghcr.io/acme/checkout@OLD\", env: [ {{name: A}} ] }}");
                    break;
                case 10:
                    Both($"{spaces}{Name()}: ghcr.io/acme/checkout:1.0.0@OLD # {{\"$imagepolicy\": \"flux:checkout\"}}", hasTail: false);
                    break;
                case 11:
                    Line($"{spaces}{Name()}:");
                    Mapping(indent + step, depth + 1);
                    break;
                case 12:
                    Line($"{spaces}{Name()}:");
                    for (var items = random.Next(1, 3); items > 0; items--)
                    {
                        Line($"{spaces}- {Name()}: 1");
                        Mapping(indent + 2, depth + 1);
                    }

                    break;
                default:
                    Both($"{spaces}? {Name()}Image\n{spaces}: 'ghcr.io/acme/checkout@OLD'");
                    break;
            }
        }

        private void Both(string line, bool hasTail = true)
        {
            var (was, now) = (line.Replace("OLD", Old.Value, StringComparison.Ordinal), line.Replace("OLD", New.Value, StringComparison.Ordinal).Replace("1.0.0", "2.0.0", StringComparison.Ordinal));
            if (hasTail)
            {
                Line(was, now);
            }
            else
            {
                before.Append(was).Append('\n');
                after.Append(now).Append('\n');
            }
        }
    }

    private sealed class JsonFile(Random random)
    {
        private readonly StringBuilder text = new();
        private int names;

        public (string Before, string After) Write()
        {
            Value(0);
            var end = random.Next(2) == 0 ? "\r\n" : "\n";
            var written = (random.Next(5) == 0 ? "\uFEFF" : "") + text.ToString().Replace("\n", end, StringComparison.Ordinal) + (random.Next(2) == 0 ? end : "");
            return (written.Replace("OLD", Old.Value, StringComparison.Ordinal),
                written.Replace("OLD", New.Value, StringComparison.Ordinal).Replace("1.0.0", "2.0.0", StringComparison.Ordinal));
        }

        private string Any(params string[] from) => from[random.Next(from.Length)];

        private void Value(int depth)
        {
            var (space, newline) = (Any("", " ", "\t"), Any("\n\t", "\n  ", " ", ""));
            text.Append('{').Append(newline);
            for (var entries = random.Next(4, 8); entries >= 0; entries--)
            {
                text.Append($"\"k{names++}\"").Append(space).Append(':').Append(space);
                switch (random.Next(depth > 3 ? 6 : 8))
                {
                    case 0:
                        text.Append(Any("1", "null", "true", "\"\"", "\"🚀 \\u00e9 \\\"q\\\"\"", "[1, [2]]", "{}", "\"ghcr.io/acme/checkout\"", "\"ghcr.io/acme/cart:1.0.1\"", "-1.5e3"));
                        break;
                    case 1 or 2:
                        text.Append(Any("\"ghcr.io/acme/checkout:1.0.0@OLD\"", "\"ghcr.io/acme/checkout@OLD\"", "\"oci://ghcr.io/acme/checkout:1.0.0@OLD\""));
                        break;
                    case 3:
                        text.Append($"{{\"image\":{space}{{\"repository\": \"ghcr.io/acme/checkout\",{newline}\"tag\": \"1.0.0\",{space}\"digest\": \"OLD\"}}}}");
                        break;
                    case 4:
                        text.Append($"[{space}\"ghcr.io/acme/checkout@OLD\",{newline}\"x\"]");
                        break;
                    case 5:
                        text.Append($"{{\"containers\": [{{\"image\": \"ghcr.io/acme/checkout:1.0.0@OLD\"}}]}}");
                        break;
                    default:
                        Value(depth + 1);
                        break;
                }

                text.Append(entries == 0 ? "" : ",").Append(newline);
            }

            text.Append('}');
        }
    }
}
