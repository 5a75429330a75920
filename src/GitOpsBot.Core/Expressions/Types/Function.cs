using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Types;

/// <summary>What a function does with arguments that fit its parameters; never throws.</summary>
internal delegate CelValue Computation(Run run, CelValue[] arguments);

/// <summary>One way to call a function.</summary>
/// <param name="IsMember">Whether it is called as <c>a.f(b)</c>; the first parameter is then <c>a</c>.</param>
/// <param name="Parameters">The types of its arguments.</param>
/// <param name="Result">The type of what it returns.</param>
/// <param name="Compute">What it does.</param>
internal sealed record Overload(bool IsMember, IReadOnlyList<CelType> Parameters, CelType Result, Computation Compute)
{
    /// <summary>Whether the checker does not know it: it is there for values whose types were not known before.</summary>
    public bool IsOnlyEvaluated { get; init; }

    /// <summary>Whether values of these kinds fit; what lists and maps hold is not looked at, as their items may be of any type when evaluated.</summary>
    public bool Fits(bool isMember, CelValue[] arguments)
    {
        if (IsMember != isMember || arguments.Length != Parameters.Count)
        {
            return false;
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            if (!Parameters[i].Admits(arguments[i]))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A function: its name, with dots where it has a namespace, and all ways to call it.</summary>
internal sealed record Function(string Name, params IReadOnlyList<Overload> Overloads)
{
    /// <summary>A way to call it as <c>f(a)</c>.</summary>
    public static Overload Global(CelType result, IReadOnlyList<CelType> parameters, Computation compute) => new(false, parameters, result, compute);

    /// <summary>A way to call it as <c>a.f()</c>.</summary>
    public static Overload Member(CelType result, IReadOnlyList<CelType> parameters, Computation compute) => new(true, parameters, result, compute);

    /// <summary>Dispatches by the kinds of the arguments.</summary>
    public CelValue Call(Run run, bool isMember, CelValue[] arguments)
    {
        foreach (var overload in Overloads)
        {
            if (overload.Fits(isMember, arguments))
            {
                return overload.Compute(run, arguments);
            }
        }

        return CelValue.Error(Fault.NoSuchOverload, $"'{Name}' does not take {string.Join(", ", arguments.Select(a => a.TypeOf().ToString()))}");
    }
}
