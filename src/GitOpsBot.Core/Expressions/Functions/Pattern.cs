using System.Text.RegularExpressions;
using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>A regular expression of RE2's syntax, run by .NET's engine that does not backtrack: the time to match grows with the text, whatever the pattern.</summary>
internal sealed class Pattern
{
    // Building the automaton is dearer than running it; as many units of a text are matched in the time of a step.
    private const int StepsToBuild = 200;
    private const int StepsToBuildAUnit = 20;
    private const int UnitsAStep = 4;

    private readonly Regex regex;

    private Pattern(Regex regex) => this.regex = regex;

    /// <summary>Reads a pattern, or says in a phrase why it is none.</summary>
    public static Pattern? Read(string pattern, out string? error)
    {
        error = pattern.Length > ExpressionLimits.LongestPattern ? FormattableString.Invariant($"the pattern has {pattern.Length} characters, and at most {ExpressionLimits.LongestPattern} are read") : null;
        if (error is not null || PatternTranslation.Of(pattern, out error) is not { } translated)
        {
            return null;
        }

        try
        {
            return new Pattern(new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            error = "the pattern is no regular expression of RE2";
            return null;
        }
    }

    /// <summary><c>text.matches(pattern)</c> with a pattern that is only known now.</summary>
    public static CelValue Matches(Run run, CelValue[] arguments)
    {
        var pattern = arguments[1].AsText;
        return !run.Spend(StepsToBuild + ((long)StepsToBuildAUnit * pattern.Length)) ? Run.Exhausted
            : Read(pattern, out var error) is { } read ? read.IsIn(run, arguments[0].AsText) : CelValue.Error(Fault.BadValue, error!);
    }

    /// <summary>Whether it matches some part of a text.</summary>
    public CelValue IsIn(Run run, string text) => run.Spend(text.Length / UnitsAStep) ? CelValue.Bool(regex.IsMatch(text)) : Run.Exhausted;
}
