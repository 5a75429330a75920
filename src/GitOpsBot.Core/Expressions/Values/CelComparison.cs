using GitOpsBot.Core.Expressions.Evaluation;

namespace GitOpsBot.Core.Expressions.Values;

/// <summary>Equality and order (cel-spec, "Equality", "Ordering"): numbers of all types stand on one line, other types are never equal to each other.</summary>
internal static class CelComparison
{
    /// <summary>Whether two values are equal; an error when they are nested too deep, or the steps are used up.</summary>
    public static CelValue AreEqual(Run run, CelValue a, CelValue b) => Equal(run, a, b, 0) is { } equal
        ? CelValue.Bool(equal) : CelValue.Error(Fault.Limit, "the values are too deep or too large to be compared");

    /// <summary>Negative, zero or positive; null where the types have no order with each other, or a number is none.</summary>
    public static int? Compare(CelValue a, CelValue b) => (a.Kind, b.Kind) switch
    {
        (CelKind.Text, CelKind.Text) => CompareTexts(a.AsText, b.AsText),
        (CelKind.Bool, CelKind.Bool) => a.IsTrue.CompareTo(b.IsTrue),
        (CelKind.Bytes, CelKind.Bytes) => a.AsBytes.AsSpan().SequenceCompareTo(b.AsBytes),
        (CelKind.Duration, CelKind.Duration) => a.AsInt.CompareTo(b.AsInt),
        (CelKind.Timestamp, CelKind.Timestamp) => a.AsInt != b.AsInt ? a.AsInt.CompareTo(b.AsInt) : a.Nanos.CompareTo(b.Nanos),
        _ => a.IsNumber && b.IsNumber ? CompareNumbers(a, b) : null,
    };

    /// <summary>Whether two types have an order with each other.</summary>
    public static bool AreOrdered(CelValue a, CelValue b) => (a.IsNumber && b.IsNumber)
        || (a.Kind == b.Kind && a.Kind is CelKind.Text or CelKind.Bool or CelKind.Bytes or CelKind.Duration or CelKind.Timestamp);

    /// <summary>By code points: a pair of surrogates is greater than any single unit, which UTF-16 order gets wrong.</summary>
    public static int CompareTexts(string a, string b)
    {
        var same = a.AsSpan().CommonPrefixLength(b);
        if (same == a.Length || same == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        var (x, y) = (a[same], b[same]);
        return char.IsSurrogate(x) == char.IsSurrogate(y) ? x.CompareTo(y) : char.IsSurrogate(x) ? 1 : -1;
    }

    // A double beyond a whole type is greater than all of it; within, both are compared as doubles, as the conformance cases have it.
    private static int? CompareNumbers(CelValue a, CelValue b) => (a.Kind, b.Kind) switch
    {
        (CelKind.Int, CelKind.Int) => a.AsInt.CompareTo(b.AsInt),
        (CelKind.Uint, CelKind.Uint) => a.AsUint.CompareTo(b.AsUint),
        (CelKind.Double, CelKind.Double) => CompareDoubles(a.AsDouble, b.AsDouble),
        (CelKind.Int, CelKind.Uint) => a.AsInt < 0 ? -1 : ((ulong)a.AsInt).CompareTo(b.AsUint),
        (CelKind.Double, CelKind.Int) => a.AsDouble < long.MinValue ? -1 : a.AsDouble > long.MaxValue ? 1 : CompareDoubles(a.AsDouble, b.AsInt),
        (CelKind.Double, CelKind.Uint) => a.AsDouble < 0 ? -1 : a.AsDouble > ulong.MaxValue ? 1 : CompareDoubles(a.AsDouble, b.AsUint),
        _ => -CompareNumbers(b, a),
    };

    private static int? CompareDoubles(double a, double b) => a < b ? -1 : a > b ? 1 : a == b ? 0 : null;

    private static bool? Equal(Run run, CelValue a, CelValue b, int depth)
    {
        if (depth > ExpressionLimits.DeepestValue || !run.Spend(1))
        {
            return null;
        }

        if (a.IsNumber || b.IsNumber)
        {
            return a.IsNumber && b.IsNumber && CompareNumbers(a, b) == 0;
        }

        return a.Kind != b.Kind ? false : a.Kind switch
        {
            CelKind.Null => true,
            CelKind.Text => run.Spend(a.AsText.Length / Run.UnitsAStep) ? a.AsText == b.AsText : null,
            CelKind.Bytes => run.Spend(a.AsBytes.Length / Run.UnitsAStep) ? a.AsBytes.AsSpan().SequenceEqual(b.AsBytes) : null,
            CelKind.List => EqualLists(run, a.AsList, b.AsList, depth),
            CelKind.Map => EqualMaps(run, a.AsMap, b.AsMap, depth),
            CelKind.Type => a.AsType.Name == b.AsType.Name,
            CelKind.Optional => a.HasValue && b.HasValue ? Equal(run, a.Inner, b.Inner, depth + 1) : a.HasValue == b.HasValue,
            CelKind.Error => false,
            _ => Compare(a, b) == 0,
        };
    }

    private static bool? EqualLists(Run run, CelList a, CelList b, int depth)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        foreach (var (one, other) in a.Items.Zip(b.Items))
        {
            if (Equal(run, one, other, depth + 1) is not true and var answer)
            {
                return answer;
            }
        }

        return true;
    }

    private static bool? EqualMaps(Run run, CelMap a, CelMap b, int depth)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        foreach (var (key, value) in a.Entries)
        {
            var other = run.Spend(b.StepsToFind) ? b.Find(key) : default;
            if (other.Kind == CelKind.None)
            {
                return run.IsExhausted ? null : false;
            }

            if (Equal(run, value, other, depth + 1) is not true and var answer)
            {
                return answer;
            }
        }

        return true;
    }
}
