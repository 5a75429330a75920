using System.Text.Json.Nodes;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Configuration;

public sealed class ConfigurationSchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(ConfigurationSchema.Json(GateKinds.All))!;

    [Fact]
    public void Is_a_schema_of_the_kinds_that_are_available()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string?)Schema["$schema"]);
        Assert.Equal(["Pipeline", "Authority", "Policy", "Access", "Freeze", "PolicyTest"], Schema["oneOf"]!.AsArray().Select(k => (string?)k!["properties"]!["kind"]!["const"]));
        Assert.All(Schema["oneOf"]!.AsArray(), k => Assert.Equal("gitopsbot.dev/v1", (string?)k!["properties"]!["apiVersion"]!["const"]));
        Assert.All(Schema["oneOf"]!.AsArray(), k => Assert.Equal(["apiVersion", "kind", "metadata", "spec"], k!["required"]!.AsArray().Select(r => (string?)r)));
    }

    [Fact]
    public void Says_that_a_gate_has_exactly_one_kind_and_knows_each()
    {
        var gate = Spec("Policy")["gates"]!["items"]!;

        Assert.Equal(GateKinds.All.Select(k => k.Key), gate["allOf"]![0]!["oneOf"]!.AsArray().Select(o => (string?)o!["required"]![0]));
        Assert.All(GateKinds.All, k => Assert.NotNull(gate["properties"]![k.Key]!["type"]));
        Assert.False((bool)gate["additionalProperties"]!);
    }

    [Fact]
    public void Knows_what_an_emergency_costs()
    {
        Assert.Equal("string", (string?)Spec("Pipeline")["environments"]!["items"]!["properties"]!["emergency"]!["type"]);
        Assert.Equal(["from", "approvals", "expires", "followUp"], Spec("Policy")["emergency"]!["properties"]!.AsObject().Select(p => p.Key));
    }

    [Fact]
    public void An_identity_is_one_issuer_and_one_subject()
    {
        var choices = Spec("Authority")["keyless"]!["allOf"]!.AsArray();

        Assert.Equal(
            [["issuer", "issuerPattern"], ["subject", "subjectPattern"]],
            choices.Select(c => c!["oneOf"]!.AsArray().Select(o => (string?)o!["required"]![0]).ToArray()));
    }

    public static TheoryData<string> Shipped() => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "policies"), "*.yaml").Select(f => Path.GetFileName(f)).Where(f => !f.EndsWith(".test.yaml", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_shipped_policy_is_whole_explained_and_described_by_the_schema(string file)
    {
        var content = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "policies", file));
        var keys = Spec("Policy")["gates"]!["items"]!["properties"]!.AsObject().Select(p => p.Key).ToHashSet();

        Assert.StartsWith("# ", System.Text.Encoding.UTF8.GetString(content), StringComparison.Ordinal);
        foreach (var root in YamlReader.Read(file, content).Documents.Cast<YamlNode.Mapping>())
        {
            var spec = (YamlNode.Mapping)root.Entries.Single(e => e.Key.Text == "spec").Value;
            var gates = (YamlNode.Sequence)spec.Entries.Single(e => e.Key.Text == "gates").Value;
            Assert.All(gates.Items, gate => Assert.Subset(keys, ((YamlNode.Mapping)gate).Entries.Select(e => e.Key.Text).ToHashSet()));
        }
    }

    private static JsonNode Spec(string kind) => Schema["oneOf"]!.AsArray().Single(k => (string?)k!["properties"]!["kind"]!["const"] == kind)!["properties"]!["spec"]!["properties"]!;
}
