using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>
/// Where SLSA provenance (v1, and v0.2) says that something was built and from what (SPEC section 3). Source and ref are read from
/// <c>externalParameters.workflow</c> (v0.2: <c>invocation.configSource</c>), else from the first resolved dependency (v0.2: the first material).
/// </summary>
/// <param name="Builder">The builder's id, or null.</param>
/// <param name="Source">The source repository as <see cref="Repository"/> writes it, or null.</param>
/// <param name="Ref">The ref in full, or null.</param>
/// <param name="Clash">What both places say, where they disagree; then neither may be believed.</param>
public sealed record SlsaProvenance(string? Builder, string? Source, string? Ref, string? Clash) : Predicate
{
    /// <inheritdoc/>
    public override string Says => $"built by {Builder ?? "nobody named"} from {Clash ?? Source ?? "no source named"}{(Ref is null || Clash is not null ? "" : $"@{Ref}")}";

    /// <summary>A repository's address without <c>git+</c> before and <c>.git</c> behind it, so that both spellings are equal.</summary>
    public static string Repository(string address)
    {
        var text = address.StartsWith("git+", StringComparison.Ordinal) ? address["git+".Length..] : address;
        return text.EndsWith(".git", StringComparison.Ordinal) ? text[..^".git".Length] : text;
    }

    /// <summary>Reads a predicate of either type; what it does not say is absent.</summary>
    internal static Checked<Predicate> Read(string type, JsonElement predicate)
    {
        var walk = new PredicateWalk("The provenance");
        var root = walk.Root(predicate);
        return walk.Done(() => type == PredicateTypes.ProvenanceV02 ? OfV02(root) : OfV1(root));
    }

    private static SlsaProvenance OfV02(JsonElement predicate) =>
        Join(predicate.At("builder").Text("id"), Split(predicate.At("invocation").At("configSource").Text("uri")), First(predicate.At("materials")));

    private static SlsaProvenance OfV1(JsonElement predicate)
    {
        var definition = predicate.At("buildDefinition");
        var workflow = definition.At("externalParameters").At("workflow");
        return Join(
            predicate.At("runDetails").At("builder").Text("id"),
            (workflow.Text("repository") is { } repository ? Repository(repository) : null, workflow.Text("ref")), First(definition.At("resolvedDependencies")));
    }

    private static SlsaProvenance Join(string? builder, (string? Source, string? Ref) stated, (string? Source, string? Ref) resolved)
    {
        var isClash = (stated.Source is not null && resolved.Source is not null && stated.Source != resolved.Source)
            || (stated.Ref is not null && resolved.Ref is not null && stated.Ref != resolved.Ref);
        return new SlsaProvenance(builder, stated.Source ?? resolved.Source, stated.Ref ?? resolved.Ref, isClash
            ? $"{stated.Source}@{stated.Ref} and {resolved.Source}@{resolved.Ref}, which disagree" : null);
    }

    private static (string? Source, string? Ref) First(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? Split(list[0].Text("uri")) : default;

    // git+https://github.com/acme/checkout@refs/heads/main. A branch may hold "@refs/" itself, so the first one ends the address; a host may follow a user's name and @.
    private static (string? Source, string? Ref) Split(string? uri)
    {
        if (uri is null)
        {
            return default;
        }

        var host = uri.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + "://".Length : 0;
        var path = uri.IndexOf('/', host) is >= 0 and var slash ? slash : uri.Length;
        var at = uri.IndexOf("@refs/", path, StringComparison.Ordinal) is >= 0 and var full ? full : uri.IndexOf('@', path);
        return at < 0 ? (Repository(uri), null) : (Repository(uri[..at]), uri[(at + 1)..]);
    }
}
