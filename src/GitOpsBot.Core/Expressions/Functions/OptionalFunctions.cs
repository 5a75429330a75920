using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;
using static GitOpsBot.Core.Expressions.Types.CelType;
using static GitOpsBot.Core.Expressions.Types.Function;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>Values that may be missing. <c>or</c> and <c>orValue</c> are evaluated by <see cref="OrElseNode"/>; here is what the checker goes by.</summary>
internal static class OptionalFunctions
{
    private static readonly CelType A = Parameter("A");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Function> All { get; } =
    [
        new("optional.of", Global(Optional(A), [A], (_, a) => CelValue.Some(a[0]))),
        new("optional.ofNonZeroValue", Global(Optional(A), [A], (_, a) => IsZero(a[0]) ? CelValue.NoValue : CelValue.Some(a[0]))),
        new("optional.none", Global(Optional(A), [], (_, _) => CelValue.NoValue)),
        new("hasValue", Member(Bool, [Optional(A)], (_, a) => CelValue.Bool(a[0].HasValue))),
        new("value", Member(A, [Optional(A)], (_, a) => a[0].HasValue ? a[0].Inner : CelValue.Error(Fault.Missing, "is an optional without a value"))),
        new("or", Member(Optional(A), [Optional(A), Optional(A)], (_, a) => a[0].HasValue ? a[0] : a[1])),
        new("orValue", Member(A, [Optional(A), A], (_, a) => a[0].HasValue ? a[0].Inner : a[1])),
    ];

    private static bool IsZero(CelValue value) => value.Kind switch
    {
        CelKind.Null => true,
        CelKind.Bool => value.IsFalse,
        CelKind.Int or CelKind.Uint or CelKind.Duration => value.AsInt == 0,
        CelKind.Double => value.AsDouble == 0,
        CelKind.Text => value.AsText.Length == 0,
        CelKind.Bytes => value.AsBytes.Length == 0,
        CelKind.List => value.AsList.Count == 0,
        CelKind.Map => value.AsMap.Count == 0,
        CelKind.Optional => !value.HasValue,
        _ => false,
    };
}
