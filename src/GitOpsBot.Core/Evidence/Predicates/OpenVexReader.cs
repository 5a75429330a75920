using System.Text.Json;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>Reads OpenVEX documents (OpenVEX specification v0.2.0; the older form, in which names stand as plain text, too).</summary>
internal static class OpenVexReader
{
    private const int MostNames = 100;
    private const int MostProducts = 1000; // A statement about every image of a large release.
    private static readonly string[] States = ["not_affected", "affected", "fixed", "under_investigation"];

    /// <summary>The document; <c>malformed</c> or <c>limit</c>.</summary>
    public static Checked<Predicate> Read(JsonElement predicate)
    {
        var walk = new PredicateWalk("The VEX document");
        var root = walk.Root(predicate);
        var at = walk.Time(root, "last_updated") ?? walk.Time(root, "timestamp");
        var statements = walk.Items(root, "statements", VexDocument.MostStatements, isNeeded: true).Select(s => Statement(walk, s, at)).ToList();
        return walk.Done(() => new VexDocument(statements));
    }

    private static VexStatement Statement(PredicateWalk walk, JsonElement statement, DateTimeOffset? at)
    {
        var status = walk.Needed(statement, "status");
        if (walk.Fault is null && !States.Contains(status))
        {
            walk.Is(RejectionCode.Malformed, $"must have a status of {string.Join(", ", States)}, but has {Quoted.Text(status)}");
        }

        var parts = Products(walk, statement, "subcomponents");
        return new VexStatement(
            Names(walk, statement), status, walk.Text(statement, "justification"),
            [.. Products(walk, statement, "products").Select(p => parts.Count == 0 ? p : p with { Parts = [.. p.Parts, .. parts] })],
            walk.Time(statement, "last_updated") ?? walk.Time(statement, "timestamp") ?? at);
    }

    private static IReadOnlyList<string> Names(PredicateWalk walk, JsonElement statement) => statement.At("vulnerability") switch
    {
        { ValueKind: JsonValueKind.Object } vulnerability => [walk.Needed(vulnerability, "name"), .. walk.Texts(vulnerability, "aliases", MostNames)],
        _ => [walk.Needed(statement, "vulnerability")],
    };

    private static List<VexProduct> Products(PredicateWalk walk, JsonElement owner, string key) => walk.Items(owner, key, MostProducts).Select(p => Product(walk, p)).ToList();

    private static VexProduct Product(PredicateWalk walk, JsonElement product)
    {
        if (product.ValueKind == JsonValueKind.String)
        {
            return new VexProduct([product.GetString()!], null, []);
        }

        var hash = walk.Text(product.At("hashes"), "sha-256");
        Digest? digest = null;
        if (hash is not null && !Digest.TryParse("sha256:" + hash, out digest))
        {
            walk.Is(RejectionCode.Malformed, "must have 64 lower-case hexadecimal digits in 'sha-256', but has something else");
        }

        string?[] names = [walk.Text(product, "@id"), walk.Text(product.At("identifiers"), "purl")];
        return new VexProduct([.. names.OfType<string>().Distinct()], digest, Products(walk, product, "subcomponents"));
    }
}
