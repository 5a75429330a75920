using GitOpsBot.Core.Expressions.Types;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>All functions and operators. A new function is one line in the file of its kind.</summary>
internal static class Library
{
    /// <summary>By name; those of the extensions have a namespace, or belong to a type.</summary>
    public static IReadOnlyDictionary<string, Function> All { get; } = new IEnumerable<Function>[]
    {
        Operators.All, Conversions.All, TimeFunctions.All, TextFunctions.Standard, TextFunctions.Extension, CollectionFunctions.All, OptionalFunctions.All, MathFunctions.All,
    }.SelectMany(f => f).ToDictionary(f => f.Name, StringComparer.Ordinal);
}
