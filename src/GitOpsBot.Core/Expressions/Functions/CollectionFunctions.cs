using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;
using static GitOpsBot.Core.Expressions.Types.CelType;
using static GitOpsBot.Core.Expressions.Types.Function;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>The size of texts, bytes, lists and maps, and the ends of a list.</summary>
internal static class CollectionFunctions
{
    private static readonly CelType A = Parameter("A");
    private static readonly CelType B = Parameter("B");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Function> All { get; } =
    [
        new("size", [.. new[] { Text, Bytes, List(A), Map(A, B) }.SelectMany(t => new[] { Global(Int, [t], Size), Member(Int, [t], Size) })]),
        new("first", Member(Optional(A), [List(A)], (run, a) => End(run, a[0].AsList, 0))),
        new("last", Member(Optional(A), [List(A)], (run, a) => End(run, a[0].AsList, a[0].AsList.Count - 1))),
    ];

    private static CelValue End(Run run, CelList list, int index) => list.Count == 0 ? CelValue.NoValue
        : !run.Spend(list.StepsToIndex) ? Run.Exhausted : list[index] is var item && item.IsError ? item : CelValue.Some(item);

    private static CelValue Size(Run run, CelValue[] a) => a[0].Kind switch
    {
        CelKind.Text => run.Spend(a[0].AsText.Length / Run.UnitsAStep) ? CelValue.Int(CodePoints.Count(a[0].AsText)) : Run.Exhausted,
        CelKind.Bytes => CelValue.Int(a[0].AsBytes.Length),
        CelKind.List => CelValue.Int(a[0].AsList.Count),
        _ => CelValue.Int(a[0].AsMap.Count),
    };
}
