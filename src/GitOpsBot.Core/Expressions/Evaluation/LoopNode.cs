using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>The macros that go through a list or the keys of a map (cel-spec, "Macros"): with one variable the item or key, with two the index and item, or key and value.</summary>
internal sealed class LoopNode(Expr.Loop source, int first, int second, Node range, Node? filter, Node body) : Node(source)
{
    /// <summary>What it makes.</summary>
    public LoopKind Kind => source.Kind;

    /// <summary>The place of the first variable.</summary>
    public int First => first;

    /// <summary>The place of the second variable; negative when there is none.</summary>
    public int Second => second;

    /// <summary>What it goes through.</summary>
    public Node Range => range;

    /// <summary>What is left out when it is false, or null.</summary>
    public Node? Filter => filter;

    /// <summary>What is evaluated for each.</summary>
    public Node Body => body;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => filter is null ? [range, body] : [range, filter, body];

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        var through = range.Evaluate(run);
        return through.Kind switch
        {
            CelKind.Error => through,
            CelKind.List or CelKind.Map => Kind switch
            {
                LoopKind.All or LoopKind.Exists => Joined(run, Items(run, through)),
                LoopKind.ExistsOne => One(run, Items(run, through)),
                LoopKind.TransformMap => MadeMap(run, Items(run, through)),
                _ => MadeList(run, Items(run, through)),
            },
            _ => CelValue.Error(Fault.NoSuchOverload, $"{Rendering.Of(through)} is neither a list nor a map"),
        };
    }

    // Sets the variables, yields the first of them. Ends when the steps are used up.
    private IEnumerable<CelValue> Items(Run run, CelValue through)
    {
        if (through.Kind == CelKind.List)
        {
            var index = 0L;
            foreach (var item in through.AsList.Items)
            {
                if (!run.Spend(1))
                {
                    yield break;
                }

                yield return second < 0 ? Set(run, item, default) : Set(run, CelValue.Int(index++), item);
            }
        }
        else
        {
            foreach (var (key, value) in through.AsMap.Entries)
            {
                if (!run.Spend(1))
                {
                    yield break;
                }

                yield return Set(run, key, value);
            }
        }
    }

    private CelValue Set(Run run, CelValue one, CelValue other)
    {
        run.Local(first) = one;
        if (second >= 0)
        {
            run.Local(second) = other;
        }

        if (run.Trace is { } trace)
        {
            trace.With = $"{source.Variable} = {Rendering.Of(one)}" + (second < 0 ? "" : $", {source.Second} = {Rendering.Of(other)}");
        }

        return one;
    }

    private CelValue Joined(Run run, IEnumerable<CelValue> items)
    {
        var decides = Kind == LoopKind.Exists;
        CelValue? failed = null;
        foreach (var _ in items)
        {
            var value = body.Evaluate(run);
            if (value.Kind != CelKind.Bool)
            {
                failed ??= value.IsError ? value : LogicNode.NotBool(value, body.Source);
            }
            else if (value.IsTrue == decides)
            {
                return value;
            }
        }

        return failed ?? CelValue.Bool(!decides);
    }

    private CelValue One(Run run, IEnumerable<CelValue> items)
    {
        var count = 0;
        foreach (var _ in items)
        {
            var value = body.Evaluate(run);
            if (value.Kind != CelKind.Bool)
            {
                return value.IsError ? value : LogicNode.NotBool(value, body.Source);
            }

            count += value.IsTrue ? 1 : 0;
        }

        return CelValue.Bool(count == 1);
    }

    private CelValue MadeList(Run run, IEnumerable<CelValue> items)
    {
        var made = new List<CelValue>();
        foreach (var item in items)
        {
            var (isTaken, value) = Taken(run, item);
            if (value.IsError)
            {
                return value;
            }

            if (isTaken)
            {
                made.Add(value);
                if (made.Count > ExpressionLimits.LargestList)
                {
                    return run.MakesList(made.Count) ?? Run.Exhausted;
                }
            }
        }

        return CelValue.List(made);
    }

    private CelValue MadeMap(Run run, IEnumerable<CelValue> items)
    {
        var made = new MadeMap();
        foreach (var item in items)
        {
            var (isTaken, value) = Taken(run, item);
            if (value.IsError)
            {
                return value;
            }

            if (isTaken)
            {
                made.Add(item, value);
                if (made.Count > ExpressionLimits.LargestList)
                {
                    return run.MakesList(made.Count) ?? Run.Exhausted;
                }
            }
        }

        return CelValue.Map(made);
    }

    // What goes into the result for the item that is set, if anything.
    private (bool IsTaken, CelValue Value) Taken(Run run, CelValue item)
    {
        if ((Kind == LoopKind.Filter ? body : filter) is { } condition)
        {
            var value = condition.Evaluate(run);
            if (value.Kind != CelKind.Bool)
            {
                return (false, value.IsError ? value : LogicNode.NotBool(value, condition.Source));
            }

            if (value.IsFalse || Kind == LoopKind.Filter)
            {
                return (value.IsTrue, item);
            }
        }

        return (true, body.Evaluate(run));
    }
}
