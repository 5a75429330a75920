using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Expressions;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Policies;

/// <summary>
/// What the expressions of a policy see (SPEC section 3): verified facts, and nothing that an unverified item claims. A field that is not known
/// is not there: <c>has(artifact.tag)</c> asks, and using it is a no.
/// <list type="bullet">
/// <item><c>artifact</c>: <c>name</c> in the pipeline, <c>repository</c>, <c>digest</c>, <c>version</c>, <c>tag</c> when one was selected, <c>labels</c>,
/// and <c>created</c>, which the publisher says and nobody proves.</item>
/// <item><c>environment</c> and <c>pipeline</c>: their names.</item>
/// <item><c>statement</c>: the verified in-toto statement as JSON; <c>predicate</c>: its predicate.</item>
/// <item><c>signer</c>: <c>authority</c>, the name of its document, and <c>identity</c>, the key's fingerprint or the certificate's identity.</item>
/// <item><c>times</c>: <c>verified</c>, which somebody trusted signed; <c>stated</c>, the oldest that the statement says itself.</item>
/// <item><c>now</c>: the time of the pass. There is no other clock.</item>
/// </list>
/// </summary>
internal static class PolicyScope
{
    private static readonly CelType Artifact = CelType.Record("artifact",
        ("name", CelType.Text), ("repository", CelType.Text), ("digest", CelType.Text), ("version", CelType.Text), ("tag", CelType.Text),
        ("created", CelType.Timestamp), ("labels", CelType.Map(CelType.Text, CelType.Text)));

    private static readonly CelType Signer = CelType.Record("signer", ("authority", CelType.Text), ("identity", CelType.Text));
    private static readonly CelType Times = CelType.Record("times", ("verified", CelType.Timestamp), ("stated", CelType.Timestamp));

    private static readonly Variable ArtifactVariable = new("artifact", Artifact);
    private static readonly Variable Environment = new("environment", CelType.Text);
    private static readonly Variable Pipeline = new("pipeline", CelType.Text);
    private static readonly Variable Statement = new("statement", CelType.Map(CelType.Text, CelType.Dyn));
    private static readonly Variable Predicate = new("predicate", CelType.Dyn);
    private static readonly Variable SignerVariable = new("signer", Signer);
    private static readonly Variable TimesVariable = new("times", Times);
    private static readonly Variable Now = new("now", CelType.Timestamp);

    // What is known of an artifact that was selected by a tag before its configuration is read.
    private static readonly HashSet<string> WithoutConfiguration = ["name", "repository", "digest", "version", "tag"];

    /// <summary>All of it.</summary>
    public static Scope Scope { get; } = new(ArtifactVariable, Environment, Pipeline, Statement, Predicate, SignerVariable, TimesVariable, Now);

    /// <summary>Whether an expression is about one piece of evidence.</summary>
    public static bool IsAboutEvidence(Expression expression) => expression.Reads.Any(v => v == Statement || v == Predicate || v == SignerVariable || v == TimesVariable);

    /// <summary>Whether an expression asks where the artifact would go, which <c>verify</c> cannot know.</summary>
    public static bool IsAboutPlace(Expression expression) => expression.Reads.Any(v => v == Environment || v == Pipeline);

    /// <summary>Whether an expression asks for what only an artifact's configuration and annotations say.</summary>
    public static bool IsAboutConfiguration(Expression expression) => expression.ReadsBeyond(ArtifactVariable, WithoutConfiguration);

    /// <summary>The values for one artifact, and one piece of its evidence where there is one.</summary>
    public static Bindings Bind(GateFacts facts, JudgedArtifact judged, EvidenceItem.Verified? item)
    {
        var bindings = new Bindings(Scope).With(ArtifactVariable, Of(judged)).With(Now, CelValue.Timestamp(facts.Now));
        if (facts.Environment.Length > 0)
        {
            bindings.With(Environment, CelValue.Text(facts.Environment)).With(Pipeline, CelValue.Text(facts.Pipeline));
        }

        if (item is null)
        {
            return bindings;
        }

        bindings.With(SignerVariable, CelValue.Map(new CelRecord(Signer, ("authority", CelValue.Text(item.Authority)), ("identity", CelValue.Text(item.Identity)))));
        bindings.With(TimesVariable, CelValue.Map(new CelRecord(Times, ("verified", Time(item.Time)), ("stated", Time(StatementTime.Stated(item))))));
        if (item.Statement is { } statement)
        {
            // A statement without a predicate has nothing where it would stand; that is no reason for another sentence than that of a missing field.
            var predicate = JsonValues.Of(statement.Predicate);
            bindings.With(Statement, JsonValues.Of(statement.Json)).With(Predicate, predicate.Kind == CelKind.None ? CelValue.Null : predicate);
        }

        return bindings;
    }

    private static CelValue Of(JudgedArtifact judged)
    {
        var artifact = judged.Artifact;
        return CelValue.Map(new CelRecord(Artifact,
            ("name", CelValue.Text(judged.Name)), ("repository", CelValue.Text(artifact.Repository.ToString())), ("digest", CelValue.Text(artifact.Digest.Value)),
            ("version", CelValue.Text(artifact.Version)), ("tag", artifact.Tag is { } tag ? CelValue.Text(tag) : default),
            ("created", Time(artifact.Created)), ("labels", CelValue.Map(new TextMap(artifact.Labels)))));
    }

    private static CelValue Time(DateTimeOffset? time) => time is { } known ? CelValue.Timestamp(known) : default;
}
