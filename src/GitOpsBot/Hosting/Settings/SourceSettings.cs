using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Hosting.Settings;

/// <summary>Where a source answers.</summary>
/// <param name="Url">http or https, used as written.</param>
/// <param name="Token">File of a token that is sent as <c>Authorization: Bearer</c>, or null.</param>
internal sealed record SourceAddress(Uri Url, SecretFile? Token);

/// <summary>What documents may name (SPEC section 3, <c>sources</c>); documents never hold addresses of their own.</summary>
/// <param name="Layouts">OCI image layout directories.</param>
/// <param name="Prometheus">Prometheus servers.</param>
/// <param name="Webhooks">Webhooks that decide.</param>
internal sealed record SourceSettings(
    IReadOnlyDictionary<string, string> Layouts, IReadOnlyDictionary<string, SourceAddress> Prometheus, IReadOnlyDictionary<string, SourceAddress> Webhooks)
{
    private static readonly Dictionary<string, string> NoLayouts = [];
    private static readonly Dictionary<string, SourceAddress> NoAddresses = [];

    // Whatever stands before an @ in an address is a secret: it is neither taken nor shown.
    private static readonly Shape<Uri> Url = new(
        () => new JsonObject { ["type"] = "string" },
        (node, problems) =>
        {
            if (node is YamlNode.Scalar { Text: var text } && Uri.TryCreate(text, UriKind.Absolute, out var url)
                && url is { Scheme: "http" or "https", UserInfo.Length: 0, Fragment.Length: 0 })
            {
                return url;
            }

            problems.Add(node.Place.Says("Expected an address such as http://prometheus:9090, without a user's name in it."));
            return default;
        });

    /// <summary>None.</summary>
    public static SourceSettings None { get; } = new(NoLayouts, NoAddresses, NoAddresses);

    /// <summary>The names that documents may use.</summary>
    public KnownSources Known => new([.. Prometheus.Keys], [.. Webhooks.Keys]);

    /// <summary>How they are written.</summary>
    public static Shape<SourceSettings> Shape(SettingsPaths paths) => Shapes.Object<SourceSettings>("What documents may name.", keys =>
    {
        var layouts = keys.Optional("layouts", Shapes.Map(paths.Folder), NoLayouts, "OCI image layout directories.");
        var prometheus = keys.Optional("prometheus", Shapes.Map(Address(paths)), NoAddresses, "Prometheus servers.");
        var webhooks = keys.Optional("webhooks", Shapes.Map(Address(paths)), NoAddresses, "Webhooks that decide, such as Open Policy Agent.");
        return fields => new SourceSettings(fields.Get(layouts), fields.Get(prometheus), fields.Get(webhooks));
    });

    private static Shape<SourceAddress> Address(SettingsPaths paths) => Shapes.Object<SourceAddress>("Where it answers.", keys =>
    {
        var url = keys.Required("url", Url, "Its address.");
        var token = keys.Optional("tokenFile", paths.Secret, null!, "File of a token that it asks for (Authorization: Bearer).");
        return fields => new SourceAddress(fields.Get(url), fields.Get(token));
    });
}
