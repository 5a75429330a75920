using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Types;

/// <summary>Between values and types.</summary>
internal static class ValueTypes
{
    /// <summary>The type of a value, as coarse as it is known when evaluated: any list, any map.</summary>
    public static CelType TypeOf(this CelValue value) => value.Kind switch
    {
        CelKind.Null => CelType.Null,
        CelKind.Bool => CelType.Bool,
        CelKind.Int => CelType.Int,
        CelKind.Uint => CelType.Uint,
        CelKind.Double => CelType.Real,
        CelKind.Text => CelType.Text,
        CelKind.Bytes => CelType.Bytes,
        CelKind.List => CelType.AnyList,
        CelKind.Map => value.AsMap.Type,
        CelKind.Duration => CelType.Duration,
        CelKind.Timestamp => CelType.Timestamp,
        CelKind.Type => CelType.AnyType,
        CelKind.Optional => CelType.AnyOptional,
        _ => CelType.Dyn,
    };

    /// <summary>Whether a value may be an argument of this type.</summary>
    public static bool Admits(this CelType type, CelValue value) => type.Kind switch
    {
        TypeKind.Dyn or TypeKind.Parameter => true,
        TypeKind.List => value.Kind == CelKind.List,
        TypeKind.Map => value.Kind == CelKind.Map,
        TypeKind.Type => value.Kind == CelKind.Type,
        TypeKind.Opaque => type.IsOptional && value.Kind == CelKind.Optional,
        _ => ReferenceEquals(value.TypeOf(), type) || (ReferenceEquals(type, CelType.AnyNumber) && value.IsNumber),
    };
}
