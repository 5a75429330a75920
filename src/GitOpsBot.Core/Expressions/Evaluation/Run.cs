using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>One evaluation: its variables and the steps it has left. Used by one thread, once.</summary>
internal sealed class Run(Bindings bindings, int locals, Trace? trace)
{
    /// <summary>UTF-16 units or bytes that are copied or compared in the time of one step.</summary>
    public const int UnitsAStep = 16;

    private readonly CelValue[] slots = new CelValue[locals];
    private long left = ExpressionLimits.MostSteps;

    /// <summary>Values of the host's variables.</summary>
    public Bindings Bindings => bindings;

    /// <summary>Where the parts are noted, or null.</summary>
    public Trace? Trace => trace;

    /// <summary>Whether the steps are used up; then nothing that comes out counts.</summary>
    public bool IsExhausted => left < 0;

    /// <summary>What stands for every value once the steps are used up.</summary>
    public static CelValue Exhausted { get; } = CelValue.Error(Fault.Limit, FormattableString.Invariant($"it takes more than {ExpressionLimits.MostSteps} steps"));

    /// <summary>The value of a local variable.</summary>
    public ref CelValue Local(int slot) => ref slots[slot];

    /// <summary>Takes steps; false when they are used up, for good.</summary>
    public bool Spend(long steps)
    {
        if (left >= 0)
        {
            left -= steps;
        }

        return left >= 0;
    }

    /// <summary>Takes the steps for making a text or bytes of this size; an error when that is not allowed.</summary>
    public CelValue? Makes(long units) => units > ExpressionLimits.LongestText
        ? CelValue.Error(Fault.Limit, FormattableString.Invariant($"it makes a text of {units} characters, and at most {ExpressionLimits.LongestText} are allowed"))
        : Spend(units / UnitsAStep) ? null : Exhausted;

    /// <summary>Takes the steps for adding so much to a text that is being made; an error when that is not allowed.</summary>
    public CelValue? Grows(long units, int by) => units + by > ExpressionLimits.LongestText ? Makes(units + by) : Spend(1 + (by / UnitsAStep)) ? null : Exhausted;

    /// <summary>Takes the steps for making a list or map of this size; an error when that is not allowed.</summary>
    public CelValue? MakesList(long items) => items > ExpressionLimits.LargestList
        ? CelValue.Error(Fault.Limit, FormattableString.Invariant($"it makes a list of {items} items, and at most {ExpressionLimits.LargestList} are allowed"))
        : Spend(items) ? null : Exhausted;
}
