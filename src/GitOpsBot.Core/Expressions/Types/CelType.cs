namespace GitOpsBot.Core.Expressions.Types;

/// <summary>What a type is.</summary>
internal enum TypeKind
{
    /// <summary>Anything: what it is turns out when it is evaluated.</summary>
    Dyn,
    /// <summary>A type without parts, known by its name.</summary>
    Simple,
    /// <summary>A list; one parameter.</summary>
    List,
    /// <summary>A map; two parameters.</summary>
    Map,
    /// <summary>The type of a type; one parameter.</summary>
    Type,
    /// <summary>Known by name and parameters, such as <c>optional_type(A)</c>.</summary>
    Opaque,
    /// <summary>With declared fields.</summary>
    Record,
    /// <summary>Stands for a type that is still to be found.</summary>
    Parameter,
}

/// <summary>A type as the checker knows it (cel-spec, "Gradual Type Checking"); as a value, known by its name alone.</summary>
internal sealed class CelType
{
    /// <summary>The name of optionals.</summary>
    public const string OptionalName = "optional_type";

    private CelType(TypeKind kind, string name, params IReadOnlyList<CelType> parameters) => (Kind, Name, Parameters) = (kind, name, parameters);

    /// <summary>Anything.</summary>
    public static CelType Dyn { get; } = new(TypeKind.Dyn, "dyn");

    /// <summary><c>null_type</c>.</summary>
    public static CelType Null { get; } = new(TypeKind.Simple, "null_type");

    /// <summary><c>bool</c>.</summary>
    public static CelType Bool { get; } = new(TypeKind.Simple, "bool");

    /// <summary><c>int</c>.</summary>
    public static CelType Int { get; } = new(TypeKind.Simple, "int");

    /// <summary><c>uint</c>.</summary>
    public static CelType Uint { get; } = new(TypeKind.Simple, "uint");

    /// <summary><c>double</c>.</summary>
    public static CelType Real { get; } = new(TypeKind.Simple, "double");

    /// <summary>Int, uint or double: only as a parameter of functions.</summary>
    public static CelType AnyNumber { get; } = new(TypeKind.Simple, "number");

    /// <summary><c>string</c>.</summary>
    public static CelType Text { get; } = new(TypeKind.Simple, "string");

    /// <summary><c>bytes</c>.</summary>
    public static CelType Bytes { get; } = new(TypeKind.Simple, "bytes");

    /// <summary>A span of time.</summary>
    public static CelType Duration { get; } = new(TypeKind.Simple, "google.protobuf.Duration");

    /// <summary>A point in time.</summary>
    public static CelType Timestamp { get; } = new(TypeKind.Simple, "google.protobuf.Timestamp");

    /// <summary><c>list(dyn)</c>.</summary>
    public static CelType AnyList { get; } = List(Dyn);

    /// <summary><c>map(dyn, dyn)</c>.</summary>
    public static CelType AnyMap { get; } = Map(Dyn, Dyn);

    /// <summary><c>type</c>.</summary>
    public static CelType AnyType { get; } = TypeOf(Dyn);

    /// <summary><c>optional_type(dyn)</c>.</summary>
    public static CelType AnyOptional { get; } = Optional(Dyn);

    /// <summary>Types that an expression can name.</summary>
    public static IReadOnlyList<CelType> Named { get; } =
        [Null, Bool, Int, Uint, Real, Text, Bytes, Duration, Timestamp, AnyList, AnyMap, AnyType, AnyOptional];

    /// <summary>What it is.</summary>
    public TypeKind Kind { get; }

    /// <summary>Its name without parameters.</summary>
    public string Name { get; }

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<CelType> Parameters { get; }

    /// <summary>The fields of a record.</summary>
    public IReadOnlyDictionary<string, CelType> Fields { get; private init; } = new Dictionary<string, CelType>();

    /// <summary>Whether it is int, uint or double.</summary>
    public bool IsNumber => ReferenceEquals(this, Int) || ReferenceEquals(this, Uint) || ReferenceEquals(this, Real);

    /// <summary>Whether a part of it turns out only when it is evaluated.</summary>
    public bool HasDyn => Kind == TypeKind.Dyn || (Kind != TypeKind.Type && Parameters.Any(p => p.HasDyn));

    /// <summary>Whether it is an optional.</summary>
    public bool IsOptional => Kind == TypeKind.Opaque && Name == OptionalName;

    /// <summary>A list of these.</summary>
    public static CelType List(CelType item) => new(TypeKind.List, "list", item);

    /// <summary>A map.</summary>
    public static CelType Map(CelType key, CelType value) => new(TypeKind.Map, "map", key, value);

    /// <summary>The type of a type.</summary>
    public static CelType TypeOf(CelType type) => new(TypeKind.Type, "type", type);

    /// <summary>A value of this type, or none.</summary>
    public static CelType Optional(CelType value) => Opaque(OptionalName, value);

    /// <summary>Known by name and parameters.</summary>
    public static CelType Opaque(string name, params IReadOnlyList<CelType> parameters) => new(TypeKind.Opaque, name, parameters);

    /// <summary>With these fields.</summary>
    public static CelType Record(string name, params IEnumerable<(string Field, CelType Type)> fields) =>
        new(TypeKind.Record, name) { Fields = fields.ToDictionary(f => f.Field, f => f.Type, StringComparer.Ordinal) };

    /// <summary>Stands for a type.</summary>
    public static CelType Parameter(string name) => new(TypeKind.Parameter, name);

    /// <summary>Whether both are the same, parameters included.</summary>
    public bool IsSame(CelType other) => ReferenceEquals(this, other)
        || (Kind == other.Kind && Name == other.Name && Parameters.Count == other.Parameters.Count && Parameters.Zip(other.Parameters, (a, b) => a.IsSame(b)).All(same => same));

    /// <summary>As people write it: <c>map(string, list(int))</c>, <c>timestamp</c>.</summary>
    public override string ToString() => Kind switch
    {
        TypeKind.Type when Parameters is [{ Kind: TypeKind.Dyn }] => Name,
        _ when Name.StartsWith("google.protobuf.", StringComparison.Ordinal) => Name["google.protobuf.".Length..].ToLowerInvariant(),
        _ when Parameters.Count > 0 => $"{(IsOptional ? "optional" : Name)}({string.Join(", ", Parameters)})",
        _ => Name,
    };
}
