using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary><c>[a, ?b]</c>: an optional without a value is left out.</summary>
internal sealed class ListNode(Expr source, IReadOnlyList<(Node Value, bool IsOptional)> items) : Node(source)
{
    /// <summary>The items.</summary>
    public IReadOnlyList<(Node Value, bool IsOptional)> Items => items;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => items.Select(i => i.Value);

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        var values = new List<CelValue>(items.Count);
        foreach (var (node, isOptional) in items)
        {
            var value = node.Evaluate(run);
            if (value.IsError)
            {
                return value;
            }

            if (!isOptional)
            {
                values.Add(value);
            }
            else if (value.Kind != CelKind.Optional)
            {
                return CelValue.Error(Fault.NoSuchOverload, $"the entry behind '?' is {Rendering.Of(value)} and no optional");
            }
            else if (value.HasValue)
            {
                values.Add(value.Inner);
            }
        }

        return CelValue.List(values);
    }
}

/// <summary><c>{a: b, ?c: d}</c>: an entry whose optional has no value is left out; a key twice is an error.</summary>
internal sealed class MapNode(Expr source, IReadOnlyList<(Node Key, Node Value, bool IsOptional)> entries) : Node(source)
{
    /// <summary>The entries.</summary>
    public IReadOnlyList<(Node Key, Node Value, bool IsOptional)> Entries => entries;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => entries.SelectMany(e => new[] { e.Key, e.Value });

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        var map = new MadeMap();
        foreach (var (keyNode, valueNode, isOptional) in entries)
        {
            var key = keyNode.Evaluate(run);
            if (key.IsError)
            {
                return key;
            }

            var value = valueNode.Evaluate(run);
            if (value.IsError)
            {
                return value;
            }

            if (!MadeMap.IsKey(key))
            {
                return CelValue.Error(Fault.NoSuchOverload, $"{Rendering.Of(key)} cannot be a key");
            }

            if (isOptional && value.Kind != CelKind.Optional)
            {
                return CelValue.Error(Fault.NoSuchOverload, $"the entry behind '?' is {Rendering.Of(value)} and no optional");
            }

            if ((!isOptional || value.HasValue) && !map.Add(key, isOptional ? value.Inner : value))
            {
                return CelValue.Error(Fault.BadValue, $"the key {Rendering.Of(key)} is there twice");
            }
        }

        return CelValue.Map(map);
    }
}
