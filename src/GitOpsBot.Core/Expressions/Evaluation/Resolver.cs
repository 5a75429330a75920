using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>
/// Finds what the names of a tree mean (cel-spec, "Name Resolution"): variables of macros first, then the longest qualified name that a variable
/// of the host has, then types. A name that means nothing becomes a node that says so.
/// </summary>
internal sealed class Resolver(Scope scope)
{
    private readonly List<(string Name, int Slot)> locals = [];
    private readonly HashSet<Variable> read = [];

    /// <summary>How many places a run needs for variables of macros.</summary>
    public int Slots { get; private set; }

    /// <summary>The host's variables that were named.</summary>
    public IReadOnlySet<Variable> Read => read;

    /// <summary>The tree with its names resolved.</summary>
    public Node Resolve(Expr expr) => expr switch
    {
        Expr.Literal e => new LiteralNode(e, e.Value),
        Expr.Name e => Local(e) ?? Global(e, e.Text, e.IsRooted) ?? Unknown(e),
        Expr.Select e => Qualified(e) ?? new SelectNode(e, Resolve(e.Operand), e.Field, e.IsOptional, false),
        Expr.Has e => new SelectNode(e, Resolve(e.Operand), e.Field, false, true),
        Expr.Index e => new IndexNode(e, Resolve(e.Operand), Resolve(e.Key), e.IsOptional),
        Expr.Call e => Call(e),
        Expr.Unary e => new CallNode(e, scope.Functions[e.Operator.Function], false, [Resolve(e.Operand)]),
        Expr.Binary e => new CallNode(e, scope.Functions[e.Operator.Function], false, [Resolve(e.Left), Resolve(e.Right)]),
        Expr.Logic e => new LogicNode(e, e.IsAnd, [.. e.Operands.Select(Resolve)]),
        Expr.Conditional e => new ConditionalNode(e, Resolve(e.Condition), Resolve(e.Then), Resolve(e.Else)),
        Expr.ListOf e => new ListNode(e, [.. e.Items.Select(i => (Resolve(i.Value), i.IsOptional))]),
        Expr.MapOf e => new MapNode(e, [.. e.Entries.Select(i => (Resolve(i.Key), Resolve(i.Value), i.IsOptional))]),
        Expr.Loop e => Loop(e),
        Expr.Bind e => With(e.Variable, Resolve(e.Value), (slot, value, body) => new BindNode(e, slot, value, body), e.Body),
        Expr.OptionalMap e => With(e.Variable, Resolve(e.Operand), (slot, operand, body) => new OptionalMapNode(e, e.IsFlat, slot, operand, body), e.Body),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private Node Loop(Expr.Loop e)
    {
        var range = Resolve(e.Range);
        var first = Enter(e.Variable);
        var second = e.Second is null ? -1 : Enter(e.Second);
        var node = new LoopNode(e, first, second, range, e.Filter is null ? null : Resolve(e.Filter), Resolve(e.Body));
        locals.RemoveRange(locals.Count - (second < 0 ? 1 : 2), second < 0 ? 1 : 2);
        return node;
    }

    private Node With(string variable, Node value, Func<int, Node, Node, Node> made, Expr body)
    {
        var slot = Enter(variable);
        var node = made(slot, value, Resolve(body));
        locals.RemoveAt(locals.Count - 1);
        return node;
    }

    // One place for each level, so that sides of an operator may share them.
    private int Enter(string variable)
    {
        locals.Add((variable, locals.Count));
        Slots = Math.Max(Slots, locals.Count);
        return locals.Count - 1;
    }

    private LocalNode? Local(Expr.Name name) =>
        !name.IsRooted && locals.FindLastIndex(l => l.Name == name.Text) is >= 0 and var place ? new LocalNode(name, locals[place].Slot) : null;

    private Node? Global(Expr source, string name, bool isRooted)
    {
        foreach (var meaning in scope.Meanings(name, isRooted))
        {
            if (scope.Find(meaning) is >= 0 and var place)
            {
                read.Add(scope.Variables[place]);
                return new GlobalNode(source, scope.Variables[place], place);
            }

            if (CelType.Named.FirstOrDefault(t => t.Name == meaning) is { } type)
            {
                return new LiteralNode(source, CelValue.Type(type));
            }
        }

        return null;
    }

    // a.b.c is the variable a.b.c, else the field c of a.b, and so on; a variable of a macro hides all of them.
    private Node? Qualified(Expr.Select select) =>
        Dotted(select) is var (root, name) && (root.IsRooted || Local(root) is null) ? Global(select, name, root.IsRooted) : null;

    private static (Expr.Name Root, string Name)? Dotted(Expr expr) => expr switch
    {
        Expr.Name name => (name, name.Text),
        Expr.Select { IsOptional: false } select when Dotted(select.Operand) is var (root, name) => (root, $"{name}.{select.Field}"),
        _ => null,
    };

    private Node Call(Expr.Call e)
    {
        var arguments = e.Arguments.Select(Resolve).ToList();
        if (e.Target is not null && Dotted(e.Target) is var (root, name) && (root.IsRooted || Local(root) is null) && Find($"{name}.{e.Function}", root.IsRooted) is { } qualified)
        {
            return new CallNode(e, qualified, false, arguments);
        }

        if (e.Target is not null)
        {
            arguments.Insert(0, Resolve(e.Target));
        }

        var isMember = e.Target is not null;
        if (Find(e.Function, e.IsRooted) is not { } function)
        {
            return new UnknownNode(e, $"There is no function {Shown.Quoted(e.Function)}.{Hint(e.Function, scope.Functions.Keys.Where(k => char.IsAsciiLetter(k[0])))}", arguments);
        }

        return (e.Function, arguments) switch
        {
            ("or" or "orValue", [var optional, var other]) when isMember => new OrElseNode(e, function, e.Function == "orValue", optional, other),
            ("matches", [var text, LiteralNode { Value.Kind: CelKind.Text } pattern]) => new MatchNode(e, function, isMember, text, pattern),
            _ => new CallNode(e, function, isMember, arguments),
        };
    }

    private Function? Find(string name, bool isRooted) => scope.Meanings(name, isRooted).Select(m => scope.Functions.GetValueOrDefault(m)).FirstOrDefault(f => f is not null);

    private UnknownNode Unknown(Expr.Name name) => new(
        name, $"There is no variable {Shown.Quoted(name.Text)}.{Hint(name.Text, scope.Variables.Select(v => v.Name).Concat(locals.Select(l => l.Name)))}", []);

    private static string Hint(string name, IEnumerable<string> known) => NearestName.Hint(name, known.Where(k => k.Length > 0 && k[0] != '@'));
}
