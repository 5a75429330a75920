using System.Globalization;
using System.Numerics;
using System.Text;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary><c>"%s is %d".format([a, b])</c> (cel-spec, <c>doc/extensions/strings.md</c>).</summary>
internal static class TextFormat
{
    private const int DefaultPrecision = 6;

    // More digits than a double has.
    private const int LargestPrecision = 400;

    /// <summary>The text with every clause replaced.</summary>
    public static CelValue Format(Run run, string format, CelList arguments)
    {
        var made = new StringBuilder();
        using var given = arguments.Items.GetEnumerator();
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                made.Append(format[at]);
                continue;
            }

            if (at + 1 < format.Length && format[at + 1] == '%')
            {
                at++;
                made.Append('%');
                continue;
            }

            if (Clause(format, ref at) is not { } clause)
            {
                return No("a clause of the format ends before its letter, or its precision is too large");
            }

            if (!given.MoveNext())
            {
                return No($"the format has more clauses than the {arguments.Count.ToString(CultureInfo.InvariantCulture)} arguments");
            }

            var argument = given.Current;
            if (Clause(run, clause.Letter, clause.Precision, argument) is not { } text)
            {
                return No(clause.Letter is 's' or 'd' or 'f' or 'e' or 'b' or 'o' or 'x' or 'X'
                    ? $"'%{clause.Letter}' cannot show {Rendering.Of(argument)}" : $"{Shown.Quoted("%" + clause.Letter)} is no clause of a format");
            }

            if (run.Grows(made.Length, text.Length) is { } tooLarge)
            {
                return tooLarge;
            }

            made.Append(text);
        }

        return run.Makes(made.Length) ?? CelValue.Text(made.ToString());
    }

    private static CelValue No(string message) => CelValue.Error(Fault.BadValue, message);

    // Reads %, a precision, a letter; leaves at on the letter.
    private static (char Letter, int Precision)? Clause(string format, ref int at)
    {
        at++;
        var precision = DefaultPrecision;
        if (at < format.Length && format[at] == '.')
        {
            var start = ++at;
            while (at < format.Length && char.IsAsciiDigit(format[at]))
            {
                at++;
            }

            if (!int.TryParse(format.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out precision) || precision > LargestPrecision)
            {
                return null;
            }
        }

        return at < format.Length ? (format[at], precision) : null;
    }

    private static string? Clause(Run run, char letter, int precision, CelValue value) => (letter, value.Kind) switch
    {
        ('s', _) => Shows(run, value, 0),
        ('d', CelKind.Int or CelKind.Uint or CelKind.Double) => Shows(run, value, 0),
        ('f' or 'e', CelKind.Int or CelKind.Uint or CelKind.Double) => Real(value, letter, precision),
        ('b', CelKind.Bool) => value.IsTrue ? "1" : "0",
        ('b', CelKind.Int or CelKind.Uint) => Whole(value, 2),
        ('o', CelKind.Int or CelKind.Uint) => Whole(value, 8),
        ('x' or 'X', _) when Hex(value) is { } hex => letter == 'X' ? hex.ToUpperInvariant() : hex,
        _ => null,
    };

    private static string Real(CelValue value, char letter, int precision)
    {
        var real = value.Kind switch { CelKind.Int => value.AsInt, CelKind.Uint => value.AsUint, _ => value.AsDouble };
        return !double.IsFinite(real) ? Conversions.Print(real)
            : letter == 'f' ? real.ToString("F" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : real.ToString("0." + new string('0', precision) + "e+00", CultureInfo.InvariantCulture);
    }

    private static string? Hex(CelValue value) => value.Kind switch
    {
        CelKind.Int or CelKind.Uint => Whole(value, 16),
        CelKind.Text => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value.AsText)),
        CelKind.Bytes => Convert.ToHexStringLower(value.AsBytes),
        _ => null,
    };

    private static string Whole(CelValue value, int radix)
    {
        var rest = value.Kind == CelKind.Uint ? value.AsUint : BigInteger.Abs(value.AsInt);
        var digits = new StringBuilder();
        do
        {
            digits.Insert(0, "0123456789abcdef"[(int)(rest % radix)]);
            rest /= radix;
        }
        while (!rest.IsZero);
        return (value.Kind == CelKind.Int && value.AsInt < 0 ? "-" : "") + digits;
    }

    // Null where a value cannot be shown, or is nested too deep.
    private static string? Shows(Run run, CelValue value, int depth)
    {
        if (depth > ExpressionLimits.DeepestValue || !run.Spend(1))
        {
            return null;
        }

        return value.Kind switch
        {
            CelKind.Null => "null",
            CelKind.Bool => value.IsTrue ? "true" : "false",
            CelKind.Int => value.AsInt.ToString(CultureInfo.InvariantCulture),
            CelKind.Uint => value.AsUint.ToString(CultureInfo.InvariantCulture),
            CelKind.Double => Conversions.Print(value.AsDouble),
            CelKind.Text => value.AsText,
            CelKind.Bytes => Encoding.UTF8.GetString(value.AsBytes),
            CelKind.Duration => Durations.Print(value),
            CelKind.Timestamp => Timestamps.Print(value),
            CelKind.Type => value.AsType.Name,
            CelKind.List => Joined(run, value.AsList.Items.Select(item => Shows(run, item, depth + 1)), '[', ']'),
            CelKind.Map => Joined(run, value.AsMap.Entries.Select(e => Shows(run, e.Key, depth + 1) is { } key && Shows(run, e.Value, depth + 1) is { } shown ? $"{key}: {shown}" : null)
                .Order(StringComparer.Ordinal), '{', '}'),
            _ => null,
        };
    }

    private static string? Joined(Run run, IEnumerable<string?> items, char open, char close)
    {
        var made = new StringBuilder().Append(open);
        foreach (var item in items)
        {
            if (item is null || run.Grows(made.Length, item.Length) is not null)
            {
                return null;
            }

            made.Append(made.Length == 1 ? "" : ", ").Append(item);
        }

        return made.Append(close).ToString();
    }
}
