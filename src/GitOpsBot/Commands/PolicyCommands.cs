using System.CommandLine;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Commands;

/// <summary><c>policy</c>: what helps to write policies. A further command is one line in <see cref="Group"/>.</summary>
internal static class PolicyCommands
{
    /// <summary>The group.</summary>
    public static Command Group(Terminal terminal, BotActions actions) => new("policy", "Helps to write policies.")
    {
        Explain(terminal, actions), PolicyTestCommand.Test(terminal, actions),
    };

    private static Command Explain(Terminal terminal, BotActions actions)
    {
        var expression = new Argument<string?>("EXPRESSION") { Description = "An expression in CEL; without it, --gate names one.", Arity = ArgumentArity.ZeroOrOne };
        var facts = new Option<string?>("--facts") { Description = "Facts in YAML or JSON: artifact, environment, pipeline, statement, predicate, signer, times, now.", HelpName = "FILE" };
        var policy = new Option<string?>("--policy") { Description = "The policy that has the gate.", HelpName = "NAME" };
        var gate = new Option<string?>("--gate") { Description = "The gate whose condition is explained.", HelpName = "NAME" };
        var artifact = new Option<string?>("--artifact") { Description = "The artifact that the gate judges, as 'verify' takes it.", HelpName = "REFERENCE" };
        var question = new ArtifactQuestion();
        var command = new Command("explain", "Shows every part of an expression with its value: on facts of a file, or a gate's condition on an artifact and its evidence.")
        {
            expression, facts, policy, gate, artifact,
        };
        question.AddTo(command);
        command.Does(terminal, actions, async (session, parsed, token) =>
        {
            var written = (parsed.GetValue(policy), parsed.GetValue(gate), parsed.GetValue(artifact));
            return (parsed.GetValue(expression), written) switch
            {
                ({ } text, (null, null, null)) => session.Actions.ExplainText is { } act
                    ? Say(session, act(text, parsed.GetValue(facts))) : session.NotAvailable("policy explain"),
                (null, ({ } of, { } name, { } reference)) when parsed.GetValue(facts) is null => await session.WithSettingsAsync(true, async settings =>
                    question.Read(session, parsed, settings, reference, of, out var sentence) is not { } request ? session.Refuse(2, sentence)
                    : session.Actions.Explain is { } act ? Say(session, await act(new ExplainRequest(request, name), token)) : session.NotAvailable("policy explain")),
                _ => session.Refuse(2, "Expected either an EXPRESSION, with --facts or without, or --policy, --gate and --artifact."),
            };
        });
        return command;
    }

    private static int Say(Session session, Answer<ExpressionReport> answer) => session.Say(answer, ReportJson.Of, new ReportText(session.Terminal).Print, Status);

    // One piece of evidence of which it holds is enough for a gate; of a value that is neither true nor false nothing is asked.
    private static int Status(ExpressionReport report) =>
        report.Explanations.Count > 0 && report.Explanations.GroupBy(e => e.Artifact).All(a => a.Any(e => e.Holds != false)) ? 0 : 1;
}
