using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Types;

/// <summary>
/// Finds the type of every part, and what could only fail (cel-spec, "Gradual Type Checking"). What has no <c>dyn</c> in it and is accepted never
/// fails by type when it is evaluated; with <c>dyn</c>, what its value is decides.
/// </summary>
internal sealed partial class Checker(string text)
{
    private readonly Unifier unifier = new();
    private readonly Dictionary<int, CelType> locals = [];
    private readonly Dictionary<Node, CelType> types = new(ReferenceEqualityComparer.Instance);
    private readonly List<ExpressionProblem> problems = [];

    /// <summary>What is wrong, in the order in which it was found.</summary>
    public IReadOnlyList<ExpressionProblem> Problems => problems;

    /// <summary>The type of a part that was checked.</summary>
    public CelType TypeOf(Node node) => unifier.Resolve(types[node], isFinal: true);

    /// <summary>Checks a part and all of its parts.</summary>
    public CelType Check(Node node) => types[node] = unifier.Resolve(node switch
    {
        LiteralNode { Value: { Kind: CelKind.Type } type } => CelType.TypeOf(type.AsType),
        LiteralNode n => n.Value.TypeOf(),
        LocalNode n => locals[n.Slot],
        GlobalNode n => n.Variable.Type,
        UnknownNode n => Unknown(n),
        SelectNode n => Select(n),
        IndexNode n => Called(n, n.IsOptional ? "_[?_]" : "_[_]", Library(n.IsOptional ? "_[?_]" : "_[_]"), false, [n.Operand, n.Key]),
        CallNode n => Called(n, n.Function.Name, n.Function, n.IsMember, n.Arguments),
        MatchNode n => Match(n),
        OrElseNode n => Called(n, n.Function.Name, n.Function, true, [.. n.Parts]),
        LogicNode n => Logic(n),
        ConditionalNode n => Called(n, "?:", Library("_?_:_"), false, [n.Condition, n.Then, n.Otherwise]),
        ListNode n => CelType.List(Joined(n.Items.Select(i => (i.Value, Item(i.Value, i.IsOptional))))),
        MapNode n => Map(n),
        LoopNode n => Loop(n),
        BindNode n => With(n.Slot, Check(n.Value), n.Body),
        OptionalMapNode n => OptionalMap(n),
        _ => throw new System.Diagnostics.UnreachableException(),
    });

    /// <summary>Reports a part whose type does not fit.</summary>
    public void Expect(Node node, CelType expected, string what)
    {
        if (!unifier.IsAssignable(types[node], expected))
        {
            Says(node, $"{what} must be {expected}, and this is {TypeOf(node)}.");
        }
    }

    private static Function Library(string name) => Functions.Library.All[name];

    private void Says(Node node, string message)
    {
        if (problems.Count < ExpressionLimits.MostProblems)
        {
            problems.Add(ExpressionProblem.At(text, node.Source.Start, message));
        }
    }

    private CelType Unknown(UnknownNode node)
    {
        Says(node, node.Message);
        foreach (var part in node.Parts)
        {
            Check(part);
        }

        return CelType.Dyn;
    }

    private CelType Select(SelectNode node)
    {
        var operand = Check(node.Operand);
        var target = operand.IsOptional ? operand.Parameters[0] : operand;
        var field = Field(node, target);
        return node.IsTest ? CelType.Bool : operand.IsOptional || node.IsOptional ? CelType.Optional(field) : field;
    }

    private CelType Field(SelectNode node, CelType target)
    {
        switch (target.Kind)
        {
            case TypeKind.Map when unifier.IsAssignable(CelType.Text, target.Parameters[0]):
                return target.Parameters[1];
            case TypeKind.Record when target.Fields.TryGetValue(node.Field, out var type):
                return type;
            case TypeKind.Record:
                Says(node, $"There is no field {Shown.Quoted(node.Field)} in {target}.{NearestName.Hint(node.Field, target.Fields.Keys)}");
                return CelType.Dyn;
            case TypeKind.Dyn:
                return CelType.Dyn;
            case TypeKind.Parameter:
                unifier.IsAssignable(CelType.Dyn, target);
                return CelType.Dyn;
            default:
                Says(node, $"{unifier.Resolve(target, isFinal: true)} has no field {Shown.Quoted(node.Field)}: only maps and records have fields.");
                return CelType.Dyn;
        }
    }

    private CelType Called(Node node, string name, Function function, bool isMember, IReadOnlyList<Node> arguments)
    {
        IReadOnlyList<CelType> given = [.. arguments.Select(Check)];
        var isCertain = !given.Any(g => g.HasDyn);
        CelType? result = null;
        foreach (var overload in function.Overloads.Where(o => o.IsMember == isMember && !o.IsOnlyEvaluated && o.Parameters.Count == given.Count))
        {
            var instance = unifier.Instance([overload.Result, .. overload.Parameters]);
            if (!unifier.AreAssignable(given, [.. instance.Skip(1)]))
            {
                continue;
            }

            var found = unifier.Resolve(instance[0]);
            if (isCertain)
            {
                return found;
            }

            // Which of several it will be turns out when the values are there.
            result = result is null || result.IsSame(found) ? found : CelType.Dyn;
        }

        if (result is null)
        {
            Says(node, Overloads.NoneFor(name, function, isMember, [.. given.Select(g => unifier.Resolve(g, isFinal: true))]));
        }

        return result ?? CelType.Dyn;
    }

    private CelType Match(MatchNode node)
    {
        if (node.Objection is { } objection)
        {
            Says(node, $"This pattern cannot be used: {objection}.");
        }

        return Called(node, "matches", node.Function, node.IsMember, [.. node.Parts]);
    }

    private CelType Logic(LogicNode node)
    {
        foreach (var operand in node.Operands)
        {
            Check(operand);
            Expect(operand, CelType.Bool, $"Each side of '{(((Expr.Logic)node.Source).IsAnd ? "&&" : "||")}'");
        }

        return CelType.Bool;
    }

    private CelType Item(Node node, bool isOptional)
    {
        var type = Check(node);
        if (isOptional && !type.IsOptional && type.Kind != TypeKind.Dyn)
        {
            Says(node, $"An entry behind '?' must be an optional, and this is {TypeOf(node)}.");
        }

        return isOptional && type.IsOptional ? type.Parameters[0] : type;
    }

    // Items of different types make a list of dyn.
    private CelType Joined(IEnumerable<(Node Node, CelType Type)> items)
    {
        CelType? joined = null;
        foreach (var (_, type) in items)
        {
            joined = joined is null ? type : unifier.IsAssignable(joined, type) ? Unifier.MoreGeneral(unifier.Resolve(joined), unifier.Resolve(type)) : CelType.Dyn;
        }

        return joined ?? unifier.Fresh();
    }

    private CelType Map(MapNode node)
    {
        var keys = Joined([.. node.Entries.Select(e => (e.Key, Key(e.Key)))]);
        return CelType.Map(keys, Joined([.. node.Entries.Select(e => (e.Value, Item(e.Value, e.IsOptional)))]));
    }

    private CelType Key(Node node)
    {
        var type = Check(node);
        if (type.Kind is TypeKind.Dyn or TypeKind.Parameter || new[] { CelType.Int, CelType.Uint, CelType.Bool, CelType.Text }.Any(type.IsSame))
        {
            return type;
        }

        Says(node, $"A key must be int, uint, bool or string, and this is {TypeOf(node)}.");
        return CelType.Dyn;
    }
}
