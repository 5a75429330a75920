namespace GitOpsBot.Commands;

/// <summary>Examples that help shows.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> All = new(StringComparer.Ordinal)
    {
        [""] = ["gitopsbot demo", "gitopsbot plan --config gitopsbot.yaml", "gitopsbot run --config gitopsbot.yaml"],
        ["demo"] = ["gitopsbot demo", "gitopsbot demo --dir ./demo --keep"],
        ["run"] = ["gitopsbot run --config /etc/gitopsbot/gitopsbot.yaml --log-format json"],
        ["reconcile"] = ["gitopsbot reconcile", "gitopsbot reconcile --repository shop"],
        ["plan"] = ["gitopsbot plan", "gitopsbot plan --repository shop --output json"],
        ["verify"] = ["gitopsbot verify ghcr.io/acme/checkout:1.4.2 --policy production", "gitopsbot verify ghcr.io/acme/checkout:1.4.2 --policy production --dir .gitopsbot"],
        ["verify-bundle"] = ["gitopsbot verify-bundle --bundle app.sigstore.json --certificate-identity me@example.com --certificate-oidc-issuer https://accounts.google.com app.tar", "gitopsbot verify-bundle --bundle app.sigstore.json --key ci.pub sha256:DIGEST"],
        ["validate"] = ["gitopsbot validate", "gitopsbot validate ./shop-manifests --output json"],
        ["schema"] = ["gitopsbot schema > gitopsbot.schema.json"],
        ["lint"] = ["gitopsbot lint", "gitopsbot lint ./shop-manifests --output sarif > lint.sarif"],
        ["policy test"] = ["gitopsbot policy test", "gitopsbot policy test ./shop-manifests --output json"],
        ["doctor"] = ["gitopsbot doctor --config /etc/gitopsbot/gitopsbot.yaml", "gitopsbot doctor --repository shop --output json"],
        ["promote"] = ["gitopsbot promote checkout 1.4.2 to prod --as octocat"],
        ["rollback"] = ["gitopsbot rollback prod \"error rate is up\" --pipeline checkout --as octocat"],
        ["hold"] = ["gitopsbot hold checkout prod \"waiting for the database\" --as octocat"],
        ["unhold"] = ["gitopsbot unhold checkout prod --as octocat"],
        ["policy"] = ["gitopsbot policy explain 'predicate.result == \"PASSED\"' --facts facts.yaml"],
        ["policy explain"] =
        [
            "gitopsbot policy explain 'artifact.version.startsWith(\"1.\")' --facts facts.yaml",
            "gitopsbot policy explain --policy production --gate tests --artifact ghcr.io/acme/checkout:1.4.2",
        ],
        ["pr"] = ["gitopsbot pr list", "gitopsbot pr comment 3 /status --as octocat", "gitopsbot pr approve 3 --as octocat", "gitopsbot pr merge 3 --as octocat"],
    };

    /// <summary>Those of a command, by its words; of the group where it has none of its own.</summary>
    public static IReadOnlyList<string> Of(string path) => All.GetValueOrDefault(path) ?? All.GetValueOrDefault(path.Split(' ')[0]) ?? [];
}
