using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions;

/// <summary>
/// An expression of CEL, the Common Expression Language (github.com/google/cel-spec). From text to value: <see cref="Parser"/> makes a tree,
/// <see cref="Resolver"/> finds what its names mean, <see cref="Checker"/> finds types and refuses what could only fail; all that once, when it is
/// loaded. Evaluating never throws, has no effect, reads no clock, and ends within <see cref="ExpressionLimits.MostSteps"/>. May be used by many threads.
/// </summary>
internal sealed class Expression
{
    private readonly Node root;
    private readonly int slots;

    private Expression(string text, Expr tree, Node root, Resolver resolver, CelType type) =>
        (Text, Tree, this.root, slots, Reads, Type) = (text, tree, root, resolver.Slots, resolver.Read, type);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>As it was parsed.</summary>
    public Expr Tree { get; }

    /// <summary>Its type; <c>dyn</c> where that turns out only when it is evaluated, or nothing was checked.</summary>
    public CelType Type { get; }

    /// <summary>The host's variables that it names.</summary>
    public IReadOnlySet<Variable> Reads { get; }

    /// <summary>Reads and checks an expression; null with every problem that was found.</summary>
    /// <param name="text">The text.</param>
    /// <param name="scope">What it may name.</param>
    /// <param name="expected">The type it must have, or null for any.</param>
    /// <param name="problems">What is wrong; empty when an expression comes back.</param>
    public static Expression? Compile(string text, Scope scope, CelType? expected, out IReadOnlyList<ExpressionProblem> problems)
    {
        if (Parser.Parse(text, out var problem) is not { } tree)
        {
            problems = [problem!];
            return null;
        }

        var resolver = new Resolver(scope);
        var root = resolver.Resolve(tree);
        var checker = new Checker(text);
        checker.Check(root);
        if (expected is not null)
        {
            checker.Expect(root, expected, "The whole expression");
        }

        problems = checker.Problems;
        return problems.Count > 0 ? null : new Expression(text, tree, root, resolver, checker.TypeOf(root));
    }

    /// <summary>Reads an expression without checking its types; names that mean nothing fail when they are evaluated.</summary>
    public static Expression? Unchecked(string text, Scope scope, out ExpressionProblem? problem)
    {
        var resolver = new Resolver(scope);
        return Parser.Parse(text, out problem) is { } tree ? new Expression(text, tree, resolver.Resolve(tree), resolver, CelType.Dyn) : null;
    }

    /// <summary>Whether it reads more of one of the host's variables than these fields; one that reads the variable as a whole does.</summary>
    public bool ReadsBeyond(Variable variable, IReadOnlySet<string> fields)
    {
        return IsBeyond(Tree);

        // A name that a macro bound to something else counts as the variable, too: then more is read than need be.
        bool IsBeyond(Expr part) => part switch
        {
            Expr.Select { Operand: Expr.Name { Text: var name }, Field: var field } when name == variable.Name => !fields.Contains(field),
            Expr.Has { Operand: Expr.Name { Text: var name }, Field: var field } when name == variable.Name => !fields.Contains(field),
            Expr.Name { Text: var name } => name == variable.Name,
            _ => part.Parts.Any(IsBeyond),
        };
    }

    /// <summary>What it comes to; an error is a value too.</summary>
    public CelValue Evaluate(Bindings bindings) => Evaluate(bindings, null);

    /// <summary>What it and all of its parts come to.</summary>
    public Trace Explain(Bindings bindings)
    {
        var trace = new Trace();
        Evaluate(bindings, trace);
        return trace;
    }

    private CelValue Evaluate(Bindings bindings, Trace? trace)
    {
        var run = new Run(bindings, slots, trace);
        try
        {
            var value = root.Evaluate(run);
            return run.IsExhausted ? Run.Exhausted : value;
        }
        catch (InvalidOperationException)
        {
            // Attacker-controlled: half a surrogate pair in JSON is found only when it is read.
            return CelValue.Error(Fault.BadValue, "a text in the evidence cannot be read");
        }
    }
}
