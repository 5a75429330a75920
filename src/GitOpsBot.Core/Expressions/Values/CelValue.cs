using GitOpsBot.Core.Expressions.Types;

namespace GitOpsBot.Core.Expressions.Values;

/// <summary>What a value is.</summary>
internal enum CelKind : byte
{
    /// <summary>Nothing: a key that is not there. Never the value of an expression.</summary>
    None,
    /// <summary>An evaluation that failed.</summary>
    Error,
    /// <summary><c>null</c>.</summary>
    Null,
    /// <summary>A truth value.</summary>
    Bool,
    /// <summary>64 bits, signed.</summary>
    Int,
    /// <summary>64 bits, unsigned.</summary>
    Uint,
    /// <summary>IEEE 754, 64 bits.</summary>
    Double,
    /// <summary>Unicode code points, kept as UTF-16.</summary>
    Text,
    /// <summary>Octets.</summary>
    Bytes,
    /// <summary>A list.</summary>
    List,
    /// <summary>A map, or a record of known fields.</summary>
    Map,
    /// <summary>Nanoseconds in 64 bits.</summary>
    Duration,
    /// <summary>Seconds since 1970 and nanoseconds.</summary>
    Timestamp,
    /// <summary>A type.</summary>
    Type,
    /// <summary>A value or none.</summary>
    Optional,
}

/// <summary>A value of the language (cel-spec, language definition, "Values"), or the error that stands in its place. A structure, so that numbers are not allocated.</summary>
internal readonly struct CelValue
{
    private readonly object? reference;
    private readonly long bits;
    private readonly int nanos;

    private CelValue(CelKind kind, object? reference, long bits = 0, int nanos = 0) => (Kind, this.reference, this.bits, this.nanos) = (kind, reference, bits, nanos);

    /// <summary><c>null</c>.</summary>
    public static CelValue Null { get; } = new(CelKind.Null, null);

    /// <summary><c>true</c>.</summary>
    public static CelValue True { get; } = new(CelKind.Bool, null, 1);

    /// <summary><c>false</c>.</summary>
    public static CelValue False { get; } = new(CelKind.Bool, null, 0);

    /// <summary>The optional without a value.</summary>
    public static CelValue NoValue { get; } = new(CelKind.Optional, null);

    /// <summary>What it is.</summary>
    public CelKind Kind { get; }

    /// <summary>Whether the evaluation failed.</summary>
    public bool IsError => Kind == CelKind.Error;

    /// <summary>Whether it is <c>true</c>.</summary>
    public bool IsTrue => Kind == CelKind.Bool && bits != 0;

    /// <summary>Whether it is <c>false</c>.</summary>
    public bool IsFalse => Kind == CelKind.Bool && bits == 0;

    /// <summary>Whether it is int, uint or double.</summary>
    public bool IsNumber => Kind is CelKind.Int or CelKind.Uint or CelKind.Double;

    /// <summary>Of an int; nanoseconds of a duration; seconds of a timestamp.</summary>
    public long AsInt => bits;

    /// <summary>Of a uint.</summary>
    public ulong AsUint => unchecked((ulong)bits);

    /// <summary>Of a double.</summary>
    public double AsDouble => BitConverter.Int64BitsToDouble(bits);

    /// <summary>Of a text.</summary>
    public string AsText => (string)reference!;

    /// <summary>Of bytes; nobody changes them.</summary>
    public byte[] AsBytes => (byte[])reference!;

    /// <summary>Of a list.</summary>
    public CelList AsList => (CelList)reference!;

    /// <summary>Of a map.</summary>
    public CelMap AsMap => (CelMap)reference!;

    /// <summary>Of a timestamp: nanoseconds within the second.</summary>
    public int Nanos => nanos;

    /// <summary>Of a type.</summary>
    public CelType AsType => (CelType)reference!;

    /// <summary>Of an optional: whether there is a value.</summary>
    public bool HasValue => reference is not null;

    /// <summary>Of an optional with a value.</summary>
    public CelValue Inner => ((Box)reference!).Value;

    /// <summary>Of an error.</summary>
    public EvaluationError AsError => (EvaluationError)reference!;

    /// <summary>A bool.</summary>
    public static CelValue Bool(bool value) => value ? True : False;

    /// <summary>An int.</summary>
    public static CelValue Int(long value) => new(CelKind.Int, null, value);

    /// <summary>A uint.</summary>
    public static CelValue Uint(ulong value) => new(CelKind.Uint, null, unchecked((long)value));

    /// <summary>A double.</summary>
    public static CelValue Double(double value) => new(CelKind.Double, null, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A string.</summary>
    public static CelValue Text(string value) => new(CelKind.Text, value);

    /// <summary>Bytes, which nobody may change afterwards.</summary>
    public static CelValue Bytes(byte[] value) => new(CelKind.Bytes, value);

    /// <summary>A list.</summary>
    public static CelValue List(CelList value) => new(CelKind.List, value);

    /// <summary>A list of these items.</summary>
    public static CelValue List(IReadOnlyList<CelValue> items) => new(CelKind.List, new MadeList(items));

    /// <summary>A map.</summary>
    public static CelValue Map(CelMap value) => new(CelKind.Map, value);

    /// <summary>A duration of nanoseconds.</summary>
    public static CelValue Duration(long nanoseconds) => new(CelKind.Duration, null, nanoseconds);

    /// <summary>A timestamp, already known to be within range.</summary>
    public static CelValue Timestamp(long seconds, int nanoseconds) => new(CelKind.Timestamp, null, seconds, nanoseconds);

    /// <summary>A timestamp of the host's clock.</summary>
    public static CelValue Timestamp(DateTimeOffset time) =>
        new(CelKind.Timestamp, null, time.ToUnixTimeSeconds(), (int)(time.UtcTicks % TimeSpan.TicksPerSecond) * 100);

    /// <summary>A type.</summary>
    public static CelValue Type(CelType value) => new(CelKind.Type, value);

    /// <summary>An optional with a value.</summary>
    public static CelValue Some(CelValue value) => new(CelKind.Optional, new Box(value));

    /// <summary>An error.</summary>
    public static CelValue Error(EvaluationError error) => new(CelKind.Error, error);

    /// <summary>An error whose place is not known yet.</summary>
    public static CelValue Error(Fault fault, string message) => new(CelKind.Error, new EvaluationError(fault, message));

    private sealed record Box(CelValue Value);
}
