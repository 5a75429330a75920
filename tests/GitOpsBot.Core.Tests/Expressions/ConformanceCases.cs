using System.Globalization;
using System.Text.Json;
using GitOpsBot.Core.Expressions;
using GitOpsBot.Core.Expressions.Functions;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Tests.Expressions;

/// <summary>Reads the cases of the language's conformance suite: types and values as protocol buffers write them in JSON.</summary>
internal static class ConformanceCases
{
    private static readonly Dictionary<string, CelType> Primitives = new(StringComparer.Ordinal)
    {
        ["BOOL"] = CelType.Bool, ["INT64"] = CelType.Int, ["UINT64"] = CelType.Uint, ["DOUBLE"] = CelType.Real, ["STRING"] = CelType.Text, ["BYTES"] = CelType.Bytes,
    };

    /// <summary>Null when the case came to what it asks for, else what went wrong.</summary>
    public static string? Fails(JsonElement test)
    {
        var text = test.GetProperty("expr").GetString()!;
        var scope = ScopeOf(test);
        var isUnchecked = test.TryGetProperty("disableCheck", out var disabled) && disabled.GetBoolean();
        IReadOnlyList<ExpressionProblem> problems = [];
        var expression = isUnchecked ? Expression.Unchecked(text, scope, out _) : Expression.Compile(text, scope, null, out problems);
        if (expression is null)
        {
            return $"does not load: {string.Join(' ', problems)}";
        }

        if (test.TryGetProperty("typedResult", out var typed) && TypeOf(typed.GetProperty("deducedType")) is var type && !type.IsSame(expression.Type))
        {
            return $"has type {expression.Type}, expected {type}";
        }

        if (test.TryGetProperty("checkOnly", out var only) && only.GetBoolean())
        {
            return null;
        }

        var value = expression.Evaluate(BindingsOf(test, scope));
        if (test.TryGetProperty("evalError", out _))
        {
            return value.IsError ? null : $"came to {value.Kind}, expected an error";
        }

        var expected = test.TryGetProperty("value", out var wanted) ? ValueOf(wanted)
            : typed.ValueKind == JsonValueKind.Object ? ValueOf(typed.GetProperty("result")) : CelValue.True;
        return value.IsError ? $"failed: {value.AsError.Message}" : IsSame(value, expected) ? null : $"came to {Show(value)}, expected {Show(expected)}";
    }

    private static Scope ScopeOf(JsonElement test)
    {
        var variables = new Dictionary<string, Variable>(StringComparer.Ordinal);
        var functions = new Dictionary<string, Function>(Library.All, StringComparer.Ordinal);
        foreach (var declared in test.TryGetProperty("typeEnv", out var environment) ? environment.EnumerateArray() : default)
        {
            var name = declared.GetProperty("name").GetString()!;
            if (declared.TryGetProperty("ident", out var ident))
            {
                variables[name] = new Variable(name, TypeOf(ident.GetProperty("type")));
            }
            else
            {
                functions[name] = new Function(name, [.. declared.GetProperty("function").GetProperty("overloads").EnumerateArray().Select(o => Function.Global(
                    TypeOf(o.GetProperty("resultType")), [.. o.GetProperty("params").EnumerateArray().Select(TypeOf)], (_, _) => CelValue.Null))]);
            }
        }

        foreach (var bound in test.TryGetProperty("bindings", out var bindings) ? bindings.EnumerateObject() : default)
        {
            variables.TryAdd(bound.Name, new Variable(bound.Name, CelType.Dyn));
        }

        return new Scope([.. variables.Values]) { Functions = functions, Container = test.TryGetProperty("container", out var container) ? container.GetString()! : "" };
    }

    private static Bindings BindingsOf(JsonElement test, Scope scope)
    {
        var bindings = new Bindings(scope);
        foreach (var bound in test.TryGetProperty("bindings", out var given) ? given.EnumerateObject() : default)
        {
            bindings.With(scope.Variables[scope.Find(bound.Name)], ValueOf(bound.Value.GetProperty("value")));
        }

        return bindings;
    }

    private static CelType TypeOf(JsonElement json)
    {
        var type = json.EnumerateObject().Single();
        return type.Name switch
        {
            "primitive" => Primitives[type.Value.GetString()!],
            "null" => CelType.Null,
            "dyn" => CelType.Dyn,
            "typeParam" => CelType.Parameter(type.Value.GetString()!),
            "listType" => CelType.List(TypeOf(type.Value.GetProperty("elemType"))),
            "mapType" => CelType.Map(TypeOf(type.Value.GetProperty("keyType")), TypeOf(type.Value.GetProperty("valueType"))),
            "abstractType" => CelType.Opaque(type.Value.GetProperty("name").GetString()!, [.. type.Value.GetProperty("parameterTypes").EnumerateArray().Select(TypeOf)]),
            var other => throw new NotSupportedException($"the type {other}"),
        };
    }

    private static CelValue ValueOf(JsonElement json)
    {
        var value = json.EnumerateObject().Single();
        return value.Name switch
        {
            "nullValue" => CelValue.Null,
            "boolValue" => CelValue.Bool(value.Value.GetBoolean()),
            "int64Value" => CelValue.Int(long.Parse(value.Value.GetString()!, CultureInfo.InvariantCulture)),
            "uint64Value" => CelValue.Uint(ulong.Parse(value.Value.GetString()!, CultureInfo.InvariantCulture)),
            "doubleValue" => CelValue.Double(value.Value.ValueKind == JsonValueKind.Number ? value.Value.GetDouble() : double.Parse(value.Value.GetString()!, CultureInfo.InvariantCulture)),
            "stringValue" => CelValue.Text(value.Value.GetString()!),
            "bytesValue" => CelValue.Bytes(value.Value.GetBytesFromBase64()),
            "typeValue" => CelValue.Type(CelType.Named.Single(t => t.Name == value.Value.GetString())),
            "listValue" => CelValue.List(value.Value.TryGetProperty("values", out var items) ? [.. items.EnumerateArray().Select(ValueOf)] : []),
            "mapValue" => MapOf(value.Value),
            var other => throw new NotSupportedException($"the value {other}"),
        };
    }

    private static CelValue MapOf(JsonElement json)
    {
        var map = new MadeMap();
        foreach (var entry in json.TryGetProperty("entries", out var entries) ? entries.EnumerateArray() : default)
        {
            map.Add(ValueOf(entry.GetProperty("key")), ValueOf(entry.GetProperty("value")));
        }

        return CelValue.Map(map);
    }

    // Stricter than equality in the language: an int is no uint.
    private static bool IsSame(CelValue a, CelValue b) => a.Kind == b.Kind && a.Kind switch
    {
        CelKind.Double => a.AsDouble.Equals(b.AsDouble) || a.AsDouble == b.AsDouble,
        CelKind.List => a.AsList.Count == b.AsList.Count && Enumerable.Range(0, a.AsList.Count).All(i => IsSame(a.AsList[i], b.AsList[i])),
        CelKind.Map => a.AsMap.Count == b.AsMap.Count && a.AsMap.Entries.All(e => b.AsMap.Entries.Any(o => IsSame(e.Key, o.Key) && IsSame(e.Value, o.Value))),
        CelKind.Bytes => a.AsBytes.SequenceEqual(b.AsBytes),
        CelKind.Text => a.AsText == b.AsText,
        CelKind.Type => a.AsType.Name == b.AsType.Name,
        CelKind.Int or CelKind.Uint or CelKind.Bool => a.AsInt == b.AsInt && a.IsTrue == b.IsTrue,
        _ => true,
    };

    private static string Show(CelValue value) => $"{value.Kind} {GitOpsBot.Core.Expressions.Evaluation.Rendering.Of(value)}";
}
