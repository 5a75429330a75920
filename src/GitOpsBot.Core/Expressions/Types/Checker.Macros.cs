using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Syntax;

namespace GitOpsBot.Core.Expressions.Types;

/// <content>Macros, which have variables of their own.</content>
internal sealed partial class Checker
{
    private CelType Loop(LoopNode node)
    {
        var range = Check(node.Range);
        var (key, value) = range.Kind switch
        {
            TypeKind.List => (CelType.Int, range.Parameters[0]),
            TypeKind.Map => (range.Parameters[0], range.Parameters[1]),
            TypeKind.Parameter when unifier.IsAssignable(CelType.Dyn, range) => (CelType.Dyn, CelType.Dyn),
            _ => (CelType.Dyn, CelType.Dyn),
        };
        if (range.Kind is not (TypeKind.List or TypeKind.Map or TypeKind.Dyn or TypeKind.Parameter))
        {
            Says(node.Range, $"Only lists and maps can be gone through, and this is {TypeOf(node.Range)}.");
        }

        var one = node.Second < 0 && range.Kind == TypeKind.List ? value : key;
        locals[node.First] = one;
        if (node.Second >= 0)
        {
            locals[node.Second] = value;
        }

        if (node.Filter is { } filter)
        {
            Check(filter);
            Expect(filter, CelType.Bool, "The condition");
        }

        var body = Check(node.Body);
        if (node.Kind is LoopKind.Map or LoopKind.TransformList)
        {
            return CelType.List(body);
        }

        if (node.Kind == LoopKind.TransformMap)
        {
            return CelType.Map(key, body);
        }

        Expect(node.Body, CelType.Bool, "The condition");
        return node.Kind == LoopKind.Filter ? CelType.List(one) : CelType.Bool;
    }

    private CelType With(int slot, CelType type, Node body)
    {
        locals[slot] = type;
        return Check(body);
    }

    private CelType OptionalMap(OptionalMapNode node)
    {
        var operand = Check(node.Operand);
        Expect(node.Operand, CelType.AnyOptional, "What is mapped");
        var body = With(node.Slot, operand.IsOptional ? operand.Parameters[0] : CelType.Dyn, node.Body);
        if (node.IsFlat)
        {
            Expect(node.Body, CelType.AnyOptional, "What is made of it");
        }

        return node.IsFlat ? body.IsOptional ? body : CelType.AnyOptional : CelType.Optional(body);
    }
}
