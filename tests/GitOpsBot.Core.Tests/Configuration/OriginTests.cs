using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Configuration;

/// <summary>What an organization demands cannot be weakened by a repository.</summary>
public sealed class OriginTests
{
    private static readonly string Shop = Written.Pipeline("shop", "name: dev, path: env/dev, policy: own");
    private static readonly string Own = Written.Policy("own", "name: mine, rollbackReady: {}");
    private static readonly string Baseline = Written.Policy("org-baseline", "name: signed, signature: { by: [org-ci] }");
    private static readonly string OrgCi = Written.Authority("org-ci", "keyless: { issuer: i, subject: s }");

    [Fact]
    public void Gates_that_are_required_everywhere_stand_in_every_policy()
    {
        var set = Load([Shop, Own], [Baseline, OrgCi], "org-baseline");

        Assert.Empty(set.Problems.Lines());
        var policy = set.PolicyFor(set.Pipelines[0].Environments[0]);
        Assert.Equal(("own", "mine signed"), (policy.Name, string.Join(' ', policy.Gates.Select(g => g.Name))));
    }

    [Fact]
    public void A_repository_cannot_displace_a_required_gate_by_taking_its_name()
    {
        var set = Load([Shop, Written.Policy("own", "name: signed, rollbackReady: {}")], [Baseline, OrgCi], "org-baseline");

        Assert.Equal(["signed", "org-baseline/signed"], set.PolicyFor(set.Pipelines[0].Environments[0]).Gates.Select(g => g.Name));
    }

    [Fact]
    public void A_required_policy_that_is_extended_already_counts_once()
    {
        var set = Load([Shop, Written.Extending("own", "org-baseline")], [Baseline, OrgCi], "org-baseline");

        Assert.Equal(["signed"], set.PolicyFor(set.Pipelines[0].Environments[0]).Gates.Select(g => g.Name));
    }

    [Fact]
    public void A_repository_cannot_define_a_name_of_the_organization_again()
    {
        var weaker = Written.Policy("org-baseline", "name: nothing, rollbackReady: {}");
        var mallory = Written.Authority("org-ci", "keyless: { issuer: mallory, subject: mallory }");
        var set = Load([Shop, Own, weaker, mallory], [Baseline, OrgCi], "org-baseline");

        Assert.Equal(
            [
                "repository2.yaml:1:1: The policy 'org-baseline' is defined for every repository at organization0.yaml:1 and cannot be defined again.",
                "repository3.yaml:1:1: The authority 'org-ci' is defined for every repository at organization1.yaml:1 and cannot be defined again.",
            ],
            set.Problems.Lines());
        Assert.Equal(["signed"], set.Policies["org-baseline"].Gates.Select(g => g.Name));
        Assert.Equal("s", Assert.IsType<AuthorityTrust.Keyless>(Assert.Single(set.Authorities).Trust).Subject);
        Assert.Equal(["shop"], set.Pipelines.Select(p => p.Name));
    }

    [Fact]
    public void A_shipped_policy_gives_way_to_one_of_the_same_name_except_where_it_is_required()
    {
        var shipped = Written.File("shipped.yaml", Written.Policy("own", "name: shipped, rollbackReady: {}"));
        var repository = Written.File("repository.yaml", Shop, Own);

        var set = DocumentSet.Load(new ConfigurationSources([repository]) { Shipped = [shipped] }, GateKinds.All);
        Assert.Empty(set.Problems.Lines());
        Assert.Equal(["mine"], set.PolicyFor(set.Pipelines[0].Environments[0]).Gates.Select(g => g.Name));

        set = DocumentSet.Load(new ConfigurationSources([repository]) { Shipped = [shipped], Require = ["own"] }, GateKinds.All);
        Assert.Empty(set.Problems.Lines());
        Assert.Equal(["mine", "shipped"], set.PolicyFor(set.Pipelines[0].Environments[0]).Gates.Select(g => g.Name));
    }

    [Fact]
    public void What_an_organization_extends_is_the_shipped_policy_and_not_the_one_of_a_repository()
    {
        var sources = new ConfigurationSources([Written.File("repository.yaml", Shop, Own, Written.Policy("base", "name: weak, rollbackReady: {}"))])
        {
            Shipped = [Written.File("shipped.yaml", Written.Policy("base", "name: strong, rollbackReady: {}"))],
            Organization = [Written.File("organization.yaml", Written.Extending("floor", "base"))],
            Require = ["floor"],
        };

        var set = DocumentSet.Load(sources, GateKinds.All);

        Assert.Empty(set.Problems.Lines());
        Assert.Equal(["mine", "strong"], set.PolicyFor(set.Pipelines[0].Environments[0]).Gates.Select(g => g.Name));
    }

    [Fact]
    public void A_required_policy_does_not_come_from_a_repository_and_without_it_nothing_moves()
    {
        var set = Load([Shop, Own, Baseline, OrgCi], [], "org-baseline");

        Assert.Equal(
            ["The settings require the policy 'org-baseline' everywhere. The policy 'org-baseline' stands in repository2.yaml of the repository: what comes from the organization or with the bot cannot rest on it."],
            set.Problems.Lines());
        Assert.Empty(set.Pipelines);
        Assert.Equal(["shop"], set.Broken);
    }

    [Fact]
    public void A_required_policy_that_is_broken_lets_nothing_move()
    {
        var set = Load([Shop, Own], [Baseline], "org-baseline");

        Assert.Contains("The settings require the policy 'org-baseline' everywhere, and it has problems of its own.", set.Problems.Lines());
        Assert.Empty(set.Pipelines);
    }

    [Fact]
    public void An_authority_that_a_policy_of_the_organization_names_does_not_come_from_a_repository()
    {
        var set = Load([Shop, Own, OrgCi], [Baseline], "org-baseline");

        Assert.Contains(
            "organization0.yaml:6:41: The authority 'org-ci' stands in repository2.yaml of the repository: what comes from the organization or with the bot cannot rest on it.",
            set.Problems.Lines());
        Assert.Empty(set.Pipelines);
    }

    [Fact]
    public void A_policy_that_a_policy_of_the_organization_extends_does_not_come_from_a_repository()
    {
        var set = Load([Shop, Own], [Written.Extending("org-baseline", "own")], "org-baseline");

        Assert.Empty(set.Pipelines);
        Assert.Contains(set.Problems, p => p.Message.StartsWith("The policy 'own' stands in repository1.yaml of the repository", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_file_of_the_organization_does_not_come_from_a_repository()
    {
        var sources = new ConfigurationSources([Written.Key("org/ci.pub")]) { Organization = [Written.File("org/a.yaml", Written.Authority("org-ci", "keys: [{ file: ci.pub }]"))] };

        var set = DocumentSet.Load(sources, GateKinds.All);

        Assert.Equal(["org/a.yaml:4:24: There is no file org/ci.pub."], set.Problems.Lines());
        Assert.Empty(set.Authorities);
    }

    [Fact]
    public void A_required_gate_that_needs_people_is_refused_where_the_environment_pushes()
    {
        var set = Load(
            [Written.Pipeline("shop", "name: dev, path: env/dev, policy: own, merge: push"), Own], [Written.Policy("people", "name: two, approvals: { count: 2 }")], "people");

        Assert.Equal(["repository0.yaml:7:7: The gate 'two' of the policy 'people' needs a pull request, and the environment 'dev' says 'merge: push'."], set.Problems.Lines());
        Assert.Empty(set.Pipelines);
    }

    [Fact]
    public void A_shipped_policy_names_roles_that_nobody_need_fill_who_does_not_use_it()
    {
        var set = LoadShipped([Shop, Own], []);

        Assert.Empty(set.Problems.Lines());
        Assert.Equal(["built"], set.Policies["shipped"].Gates.Select(g => g.Name));
        Assert.Equal(["builder"], set.Unfilled(set.Policies["shipped"]));
        Assert.Empty(set.Unfilled(set.Policies["own"]));
    }

    [Fact]
    public void Who_uses_a_shipped_policy_fills_its_roles()
    {
        const string says = "The gate 'built', which is shipped with the bot, names an authority that must be defined where it is used. There is no authority 'builder'.";
        var uses = Written.Pipeline("shop", "name: dev, path: env/dev, policy: shipped");
        var builder = Written.Authority("builder", "keyless: { issuer: i, subject: s }");

        Assert.Equal(["repository0.yaml:7:43: " + says], LoadShipped([uses], []).Problems.Lines());
        Assert.Empty(LoadShipped([uses], []).Pipelines);
        Assert.Equal(["shop"], LoadShipped([uses, builder], []).Pipelines.Select(p => p.Name));
        Assert.Equal(["repository0.yaml:4:19: " + says], LoadShipped([Written.Extending("own", "shipped")], []).Problems.Lines());
        Assert.Equal(["built"], LoadShipped([Written.Extending("own", "shipped"), builder], []).Policies["own"].Gates.Select(g => g.Name));
    }

    [Fact]
    public void A_repository_cannot_fill_the_roles_of_a_shipped_policy_that_the_settings_require()
    {
        var builder = Written.Authority("builder", "keyless: { issuer: i, subject: s }");
        var lowered = LoadShipped([Shop, Own, builder], [], "shipped");

        Assert.Equal(
            ["The settings require the policy 'shipped' everywhere. The gate 'built', which is shipped with the bot, names an authority that must be defined where it is used. The authority 'builder' stands in repository2.yaml of the repository: what comes from the organization or with the bot cannot rest on it."],
            lowered.Problems.Lines());
        Assert.Empty(lowered.Pipelines);
        var filled = LoadShipped([Shop, Own], [builder], "shipped");
        Assert.Equal(["mine", "built"], filled.PolicyFor(filled.Pipelines[0].Environments[0]).Gates.Select(g => g.Name));
    }

    [Fact]
    public void The_folder_of_the_documents_is_the_one_the_settings_say()
    {
        var set = DocumentSet.Load(new ConfigurationSources([Written.File("env/dev/bot/a.yaml", Shop, Own)]) { Directory = "env/dev/bot" }, GateKinds.All);

        Assert.Equal(
            ["env/dev/bot/a.yaml:7:7: The path 'env/dev' of the environment 'dev' and the folder of the documents, env/dev/bot, must not lie in each other."], set.Problems.Lines());
    }

    private static DocumentSet LoadShipped(string[] repository, string[] organization, params string[] required) => DocumentSet.Load(
        new ConfigurationSources([.. repository.Select((d, i) => Written.File($"repository{i}.yaml", d))])
        {
            Shipped = [Written.File("shipped.yaml", Written.Policy("shipped", "name: built, signature: { by: [builder] }"))],
            Organization = [.. organization.Select((d, i) => Written.File($"organization{i}.yaml", d))],
            Require = required,
        },
        GateKinds.All);

    private static DocumentSet Load(string[] repository, string[] organization, params string[] required) => DocumentSet.Load(
        new ConfigurationSources([.. repository.Select((d, i) => Written.File($"repository{i}.yaml", d))])
        {
            Organization = [.. organization.Select((d, i) => Written.File($"organization{i}.yaml", d))],
            Require = required,
        },
        GateKinds.All);
}
