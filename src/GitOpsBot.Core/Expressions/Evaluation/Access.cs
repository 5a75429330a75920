using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary><c>a.b</c>, <c>a.?b</c>, and <c>has(a.b)</c>. A field of an optional is an optional.</summary>
internal sealed class SelectNode(Expr source, Node operand, string name, bool isOptional, bool isTest) : Node(source)
{
    /// <summary>What the field is taken from.</summary>
    public Node Operand => operand;

    /// <summary>The field.</summary>
    public string Field => name;

    /// <summary>Whether a missing field is an optional without a value.</summary>
    public bool IsOptional => isOptional;

    /// <summary>Whether it only asks if the field is there.</summary>
    public bool IsTest => isTest;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => [operand];

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        var value = operand.Evaluate(run);
        if (value.IsError)
        {
            return value;
        }

        var isWrapped = value.Kind == CelKind.Optional;
        if (isWrapped && !value.HasValue)
        {
            return isTest ? CelValue.False : CelValue.NoValue;
        }

        value = isWrapped ? value.Inner : value;
        if (value.Kind != CelKind.Map)
        {
            return CelValue.Error(Fault.Missing, "is missing");
        }

        var found = run.Spend(value.AsMap.StepsToFind) ? value.AsMap.Find(name) : default;
        return isTest ? CelValue.Bool(found.Kind != CelKind.None) : Access.Wrapped(found, isOptional || isWrapped, "is missing");
    }
}

/// <summary><c>a[b]</c> and <c>a[?b]</c>. An item of an optional is an optional.</summary>
internal sealed class IndexNode(Expr source, Node operand, Node key, bool isOptional) : Node(source)
{
    /// <summary>What the item is taken from.</summary>
    public Node Operand => operand;

    /// <summary>Its index or key.</summary>
    public Node Key => key;

    /// <summary>Whether a missing item is an optional without a value.</summary>
    public bool IsOptional => isOptional;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => [operand, key];

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        var value = operand.Evaluate(run);
        if (value.IsError)
        {
            return value;
        }

        var at = key.Evaluate(run);
        if (at.IsError)
        {
            return at;
        }

        var isWrapped = value.Kind == CelKind.Optional;
        if (isWrapped && !value.HasValue)
        {
            return value;
        }

        value = isWrapped ? value.Inner : value;
        return value.Kind switch
        {
            CelKind.List when at.IsNumber => Access.Wrapped(Access.Item(run, value.AsList, at), isOptional || isWrapped, "is missing: the list has no item at that index"),
            CelKind.Map when MadeMap.IsKey(at) || at.IsNumber => Access.Wrapped(
                run.Spend(value.AsMap.StepsToFind) ? value.AsMap.Find(at) : default, isOptional || isWrapped, "is missing"),
            CelKind.List or CelKind.Map => CelValue.Error(Fault.NoSuchOverload, $"the index is {Rendering.Of(at)}"),
            _ => CelValue.Error(Fault.NoSuchOverload, $"{Rendering.Of(value)} has no items"),
        };
    }
}

/// <summary>What both have in common.</summary>
internal static class Access
{
    /// <summary>What was found as a value, or as an optional; nothing found is an error, or an optional without a value.</summary>
    public static CelValue Wrapped(CelValue found, bool isOptional, string missing) => found.Kind switch
    {
        CelKind.None => isOptional ? CelValue.NoValue : CelValue.Error(Fault.Missing, missing),
        CelKind.Error => found,
        _ => isOptional ? CelValue.Some(found) : found,
    };

    /// <summary>An item by any number that is whole; nothing where the list has none.</summary>
    public static CelValue Item(Run run, CelList list, CelValue index)
    {
        var place = index.Kind switch
        {
            CelKind.Int => index.AsInt,
            CelKind.Uint => index.AsUint < int.MaxValue ? (long)index.AsUint : -1,
            _ => index.AsDouble is >= 0 and < int.MaxValue && Math.Floor(index.AsDouble).Equals(index.AsDouble) ? (long)index.AsDouble : -1,
        };
        return place < 0 || place >= list.Count ? default : run.Spend(list.StepsToIndex) ? list[(int)place] : Run.Exhausted;
    }
}
