using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>A case of a policy's test.</summary>
/// <param name="Name">What it shows, in words.</param>
/// <param name="Place">Where it is written.</param>
/// <param name="Facts">What the policy is asked on.</param>
/// <param name="Verdict"><c>promote</c>, <c>hold</c> or <c>refuse</c>.</param>
/// <param name="Gates">By gate of the policy: <c>passed</c>, or the code that is expected; gates that are left out may answer anything.</param>
public sealed record PolicyTestCase(string Name, Place Place, GateFacts Facts, string Verdict, IReadOnlyDictionary<string, string> Gates);

/// <summary>The document <c>kind: PolicyTest</c>: what a policy shall answer to given facts. It changes nothing that is promoted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Policy">The policy that is tested.</param>
/// <param name="Cases">At least one.</param>
public sealed record PolicyTest(string Name, Reference Policy, IReadOnlyList<PolicyTestCase> Cases);

/// <summary>The kind.</summary>
internal static class PolicyTestDocument
{
    private sealed record Expected(string Verdict, IReadOnlyList<Keyed<string>> Gates);

    private sealed record Case(string Name, Place Place, WrittenFacts Given, Expected Expect);

    private sealed record Draft(Reference Policy, WrittenFacts Given, IReadOnlyList<Case> Cases);

    private static readonly Shape<string> Verdict = Shapes.Parsed("verdict", t => t is "promote" or "hold" or "refuse" ? t : null, "promote, hold or refuse");

    private static readonly Shape<Expected> Expectation = Shapes.Object<Expected>("What the policy shall answer.", keys =>
    {
        var verdict = keys.Required("verdict", Verdict, "promote, hold or refuse.");
        var gates = keys.Optional("gates", Keyed.Map(Shapes.Text), [], "By gate: passed, or the code it shall answer.");
        return fields => new Expected(fields.Get(verdict), fields.Get(gates));
    });

    private static readonly Shape<Case> ACase = Shapes.Object<Case>("A case.", keys =>
    {
        var name = keys.Required("name", Shapes.Text, "What it shows, in words.");
        var given = keys.Optional("given", WrittenFacts.Shape, new WrittenFacts(), "What is different from the facts given to all cases; a key replaces theirs.");
        var expect = keys.Required("expect", Expectation, "What the policy shall answer.");
        return fields => new Case(fields.Get(name), fields.Place, fields.Get(given), fields.Get(expect));
    });

    /// <summary>The kind; its name is given by the document.</summary>
    public static DocumentKind Kind { get; } = DocumentKind.Of("PolicyTest", "What a policy shall answer to given facts.", Shapes.Object<Draft>("A policy and its cases.", keys =>
    {
        var policy = keys.Required("policy", Shapes.Reference, "The policy that is tested.");
        var given = keys.Optional("given", WrittenFacts.Shape, new WrittenFacts(), "Facts of every case.");
        var cases = keys.Required("cases", Shapes.List(ACase, 1), "The cases.");
        return fields =>
        {
            var common = fields.Get(given);
            if (fields.Get(cases).FirstOrDefault(c => c.Given.Now is null && common.Now is null) is { } timeless)
            {
                fields.Says(cases, $"The case {Shown.Quoted(timeless.Name)} has no time: expected 'now' in its facts, or in those of all cases.");
                return default;
            }

            return new Draft(fields.Get(policy), common, fields.Get(cases));
        };
    }));

    /// <summary>The tests without problems, in order of name, of policies without problems; a policy or a gate that is not there is a problem.</summary>
    public static IReadOnlyList<PolicyTest> All(DocumentIndex index, IReadOnlyDictionary<string, Policy> policies, List<Problem> problems)
    {
        var all = new List<PolicyTest>();
        foreach (var document in index.Of("PolicyTest"))
        {
            if (document.Content is not Draft draft)
            {
                continue;
            }

            if (index.Find("Policy", draft.Policy.Name, document.Origin) is null)
            {
                problems.Add(draft.Policy.Place.Says(index.NotFound("Policy", draft.Policy.Name, document.Origin)));
            }
            else if (policies.TryGetValue(draft.Policy.Name, out var policy))
            {
                var before = problems.Count;
                var test = new PolicyTest(document.Name, draft.Policy, [.. draft.Cases.Select(c => Ask(c, draft.Given, policy, problems))]);
                all.AddRange(problems.Count == before ? [test] : []);
            }
        }

        return all;
    }

    private static PolicyTestCase Ask(Case what, WrittenFacts common, Policy policy, List<Problem> problems)
    {
        problems.AddRange(what.Expect.Gates.Select(g => g.Name).Where(n => !policy.Gates.Any(g => g.Name == n.Name))
            .Select(n => n.Place.Says($"The policy '{policy.Name}' has no gate {Shown.Quoted(n.Name)}.{NearestName.Hint(n.Name, policy.Gates.Select(g => g.Name))}")));
        return new PolicyTestCase(
            what.Name, what.Place, what.Given.Over(common).Facts(policy, problems), what.Expect.Verdict, what.Expect.Gates.ToDictionary(g => g.Name.Name, g => g.Value, StringComparer.Ordinal));
    }
}
