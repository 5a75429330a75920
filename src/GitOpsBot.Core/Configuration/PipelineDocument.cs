using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;

namespace GitOpsBot.Core.Configuration;

/// <summary>The document <c>kind: Pipeline</c>.</summary>
internal static class PipelineDocument
{
    private static readonly Shape<ImageName> Repository = Shapes.Parsed<ImageName>(
        "image name", t => ImageName.TryParse(t, out var name) ? name : null, "HOST/REPOSITORY in lower case, or oci-layout:NAME[/PATH]");

    private static readonly Shape<Platform> Platform = Shapes.Parsed(
        "platform", t => t.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '/' or '.' or '_' or '-') && Artifacts.Platform.TryParse(t) is { IsUnknown: false } known ? known : null,
        "os/architecture[/variant], such as linux/amd64 (unknown/unknown is not a platform)");

    private static readonly Shape<string> Range = Shapes.Parsed(
        "range of versions", t => TagSelection.TryParseRange(t, out _) ? t : null, "npm's notation, such as '>=1.0.0 <2.0.0', '^1.4' or '1.x'");

    private static readonly Shape<string> Tag = Shapes.Parsed("tag", t => ImageReference.IsTag(t) ? t : null, "a tag of letters, digits, '.', '_' and '-'");

    private static readonly Shape<string> Folder = Shapes.Parsed(
        "folder", RelativePath.Normalize, "a folder inside the repository, with forward slashes: not the root, no leading slash, no '.', '..' or '.git'");

    private static readonly Shape<TagPattern> Pattern = Shapes.Parsed(
        "pattern of tags", TagPattern.TryParse, "the characters of a tag, where * stands for any of them, such as main-*");

    private static readonly Shape<TagPattern> Tags = Shapes.Object<TagPattern>("The tags that are candidates.", keys =>
    {
        var tags = keys.Required("tags", Pattern, "A pattern that the whole tag matches; * stands for any characters.");
        return fields => fields.Get(tags);
    });

    private static readonly Shape<(Selection Select, IReadOnlyList<string> Ignore)> Select = Shapes.Object<(Selection, IReadOnlyList<string>)>(
        "Which tags are candidates.", keys =>
        {
            var semver = keys.Optional("semver", Range, null!, "Versions within a range; the highest is newest.");
            var tag = keys.Optional("tag", Tag, null!, "What one moving tag means now.");
            var ignore = keys.Optional("ignore", Shapes.List(Shapes.Text), [], "Tags that are never candidates; * stands for anything.");
            var newest = keys.Optional("newest", Tags, null!, "Tags that match; what was created last is newest.");
            var lexical = keys.Optional("lexical", Tags, null!, "Tags that match; the last in ordinal order is newest.");
            return fields =>
            {
                if (!fields.HasOne(("semver", fields.Has(semver)), ("newest", fields.Has(newest)), ("lexical", fields.Has(lexical)), ("tag", fields.Has(tag))))
                {
                    return default;
                }

                Selection select = fields.Has(semver) ? new Selection.Semver(fields.Get(semver))
                    : fields.Has(newest) ? new Selection.Newest(fields.Get(newest))
                    : fields.Has(lexical) ? new Selection.Lexical(fields.Get(lexical))
                    : new Selection.MovingTag(fields.Get(tag));
                return (select, fields.Get(ignore));
            };
        }).WithOneOf("semver", "newest", "lexical", "tag");

    private static readonly Shape<PipelineArtifact> Artifact = Shapes.Object<PipelineArtifact>("One artifact.", keys =>
    {
        var name = keys.Required("name", Shapes.Name, "Its name within the pipeline.");
        var repository = keys.Required("repository", Repository, "Where it is published.");
        var select = keys.Required("select", Select, "Which tags are candidates.");
        var platforms = keys.Optional("platforms", Shapes.List(Platform), [], "Platforms that an index must hold, all of them.");
        return fields => new PipelineArtifact(fields.Get(name), fields.Get(repository), fields.Get(select).Select)
        {
            Ignore = fields.Get(select).Ignore,
            Platforms = fields.Get(platforms),
        };
    });

    private static readonly TimeSpan UsualWatch = TimeSpan.FromMinutes(30);

    private static readonly Shape<PromotionLimit> Limit = Shapes.Object<PromotionLimit>("How many in how long.", keys =>
    {
        var promotions = keys.Required("promotions", Shapes.Number(1, 10_000), "How many promotions.");
        var per = keys.Required("per", Shapes.Duration, "In how long.");
        return fields => new PromotionLimit(fields.Get(promotions), fields.Get(per));
    });

    private static readonly Shape<IReadOnlyList<PromotionEnvironment>> Environment = Shapes.Object<IReadOnlyList<PromotionEnvironment>>("One environment, or several that are promoted in waves.", keys =>
    {
        var name = keys.Required("name", Shapes.Name, "Its name.");
        var path = keys.Required("path", Folder, "Its folder in the manifest repository.");
        var policy = keys.Required("policy", Shapes.Reference, "The policy that judges what goes in.");
        var after = keys.Optional("after", Shapes.List(Shapes.Reference), [], "The environments that come before; none: straight from the registry.");
        var afterAny = keys.Optional("afterAny", Shapes.List(Shapes.Reference, 1), [], "The same, where one of them is enough.");
        var merge = keys.Optional("merge", Shapes.Choice(("review", MergeMode.Review), ("auto", MergeMode.Auto), ("push", MergeMode.Push)), MergeMode.Review, "Who merges.");
        var method = keys.Optional(
            "mergeMethod", Shapes.Choice(("squash", MergeMethod.Squash), ("merge", MergeMethod.Merge), ("rebase", MergeMethod.Rebase)), MergeMethod.Squash, "How it is merged.");
        var supersede = keys.Optional(
            "supersede", Shapes.Choice(("untilApproved", Supersede.UntilApproved), ("always", Supersede.Always), ("never", Supersede.Never)), Supersede.UntilApproved,
            "When a newer digest may take over the open pull request.");
        var settle = keys.Optional("settle", Shapes.Duration, TimeSpan.Zero, "While what stands here is younger, nothing newer is proposed by itself.");
        var tag = keys.Optional("tag", Shapes.Choice(("keep", true)), false, "keep: a tag beside a digest does not move with it.");
        var repositories = keys.Optional("repositories", Shapes.Map(Repository), new Dictionary<string, ImageName>(), "Where this environment pulls an artifact from, by the artifact's name.");
        var limit = keys.Optional("limit", Limit, null!, "How many promotions into environments of this name, of all pipelines together, in how long.");
        var waves = keys.Optional("waves", Waves.Shape, null!, "Many folders, promoted in order.");
        var onFailure = keys.Optional(
            "onFailure", Shapes.Choice(("rollback", OnFailure.Rollback), ("hold", OnFailure.Hold)), OnFailure.Hold, "What happens when something that landed here fails while it is watched.");
        var watch = keys.Optional("watch", Shapes.Duration, UsualWatch, "How long what landed here is watched; 30m unless it says otherwise.");
        var emergency = keys.Optional("emergency", Shapes.Reference, null!, "A policy with the key emergency: which gates somebody may override says overridable, and what that costs says this policy.");
        return fields =>
        {
            if (fields.Has(after) && fields.Has(afterAny))
            {
                fields.Says(afterAny, "Expected after or afterAny, found both: all of several, or any of several.");
                return default;
            }

            if (fields.Has(watch) && !fields.Has(onFailure))
            {
                fields.Says(watch, "'watch' belongs to onFailure, which is missing.");
                return default;
            }

            return Waves.Expand(Plain(fields), fields.Get(waves), fields.Says) is { } all ? new Shaped<IReadOnlyList<PromotionEnvironment>>(true, all) : default;
        };

        PromotionEnvironment Plain(ObjectFields fields) => new(fields.Get(name), fields.Get(path), fields.Get(policy), fields.Place)
        {
            After = fields.Has(afterAny) ? fields.Get(afterAny) : fields.Get(after),
            FollowsAny = fields.Has(afterAny),
            Limit = fields.Get(limit),
            OnFailure = fields.Has(onFailure) ? fields.Get(onFailure) : null,
            Watch = fields.Get(watch),
            Merge = fields.Get(merge),
            MergeMethod = fields.Get(method),
            Supersede = fields.Get(supersede),
            Settle = fields.Get(settle),
            Emergency = fields.Get(emergency),
            KeepsTag = fields.Get(tag),
            Repositories = fields.Get(repositories),
        };
    });

    /// <summary>The kind. What it reads has no name and place yet; the document gives them.</summary>
    public static DocumentKind Kind { get; } = DocumentKind.Of("Pipeline", "What moves, and through which environments.", Shapes.Object<Pipeline>("What moves.", keys =>
    {
        var artifacts = keys.Required("artifacts", Shapes.List(Artifact, 1), "Several are a bundle: they move together, in one commit, or not at all.");
        var environments = keys.Required("environments", Shapes.List(Environment, 1), "Where it moves.");
        var match = keys.Optional("match", Shapes.Choice(("version", MatchBy.Version), ("revision", MatchBy.Revision)), MatchBy.Version, "How a bundle's artifacts are put together.");
        var aliases = keys.Optional("aliases", Shapes.List(Shapes.Name), [], "Names it had before.");
        return fields => new Pipeline("", fields.Place, fields.Get(artifacts), Waves.Resolve([.. fields.Get(environments).SelectMany(e => e)])) { Match = fields.Get(match), Aliases = fields.Get(aliases) };
    }));
}
