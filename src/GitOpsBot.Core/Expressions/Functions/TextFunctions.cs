using System.Globalization;
using System.Text;
using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;
using static GitOpsBot.Core.Expressions.Types.CelType;
using static GitOpsBot.Core.Expressions.Types.Function;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>Functions of texts: those of the language (cel-spec, "String Functions"), and the extensions <c>strings</c> and <c>encoders</c>. Indexes count code points.</summary>
internal static class TextFunctions
{
    /// <summary>Those of the language.</summary>
    public static IReadOnlyList<Function> Standard { get; } =
    [
        new("contains", Member(Bool, [Text, Text], (run, a) => Search(run, a) ?? CelValue.Bool(a[0].AsText.Contains(a[1].AsText, StringComparison.Ordinal)))),
        new("startsWith", Member(Bool, [Text, Text], (run, a) => Search(run, a) ?? CelValue.Bool(a[0].AsText.StartsWith(a[1].AsText, StringComparison.Ordinal)))),
        new("endsWith", Member(Bool, [Text, Text], (run, a) => Search(run, a) ?? CelValue.Bool(a[0].AsText.EndsWith(a[1].AsText, StringComparison.Ordinal)))),
        new("matches", Member(Bool, [Text, Text], Pattern.Matches), Global(Bool, [Text, Text], Pattern.Matches)),
    ];

    /// <summary>Those of the extensions.</summary>
    public static IReadOnlyList<Function> Extension { get; } =
    [
        new("charAt", Member(Text, [Text, Int], (run, a) => Search(run, a) ?? CharAt(a[0].AsText, a[1].AsInt))),
        new("indexOf",
            Member(Int, [Text, Text], (run, a) => Search(run, a) ?? IndexOf(a[0].AsText, a[1].AsText, 0)),
            Member(Int, [Text, Text, Int], (run, a) => Search(run, a) ?? IndexOf(a[0].AsText, a[1].AsText, a[2].AsInt))),
        new("lastIndexOf",
            Member(Int, [Text, Text], (run, a) => Search(run, a) ?? LastIndexOf(a[0].AsText, a[1].AsText, CodePoints.Count(a[0].AsText))),
            Member(Int, [Text, Text, Int], (run, a) => Search(run, a) ?? LastIndexOf(a[0].AsText, a[1].AsText, a[2].AsInt))),
        new("substring",
            Member(Text, [Text, Int], (run, a) => Search(run, a) ?? Substring(a[0].AsText, a[1].AsInt, CodePoints.Count(a[0].AsText))),
            Member(Text, [Text, Int, Int], (run, a) => Search(run, a) ?? Substring(a[0].AsText, a[1].AsInt, a[2].AsInt))),
        new("replace",
            Member(Text, [Text, Text, Text], (run, a) => Replace(run, a[0].AsText, a[1].AsText, a[2].AsText, -1)),
            Member(Text, [Text, Text, Text, Int], (run, a) => Replace(run, a[0].AsText, a[1].AsText, a[2].AsText, a[3].AsInt))),
        new("split",
            Member(List(Text), [Text, Text], (run, a) => Split(run, a[0].AsText, a[1].AsText, -1)),
            Member(List(Text), [Text, Text, Int], (run, a) => Split(run, a[0].AsText, a[1].AsText, a[2].AsInt))),
        new("join",
            Member(Text, [List(Text)], (run, a) => Join(run, a[0].AsList, "")),
            Member(Text, [List(Text), Text], (run, a) => Join(run, a[0].AsList, a[1].AsText))),
        new("lowerAscii", Member(Text, [Text], (run, a) => Search(run, a) ?? CelValue.Text(string.Concat(a[0].AsText.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c))))),
        new("upperAscii", Member(Text, [Text], (run, a) => Search(run, a) ?? CelValue.Text(string.Concat(a[0].AsText.Select(c => char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : c))))),
        new("trim", Member(Text, [Text], (run, a) => Search(run, a) ?? CelValue.Text(Trim(a[0].AsText)))),
        new("reverse", Member(Text, [Text], (run, a) => Search(run, a) ?? CelValue.Text(CodePoints.Reverse(a[0].AsText)))),
        new("format", Member(Text, [Text, List(Dyn)], (run, a) => TextFormat.Format(run, a[0].AsText, a[1].AsList))),
        new("strings.quote", Global(Text, [Text], (run, a) => run.Makes(2L * a[0].AsText.Length) ?? CelValue.Text(Quote(a[0].AsText)))),
        new("base64.encode", Global(Text, [Bytes], (run, a) => run.Makes(2L * a[0].AsBytes.Length) ?? CelValue.Text(Convert.ToBase64String(a[0].AsBytes)))),
        new("base64.decode", Global(Bytes, [Text], (run, a) => Search(run, a) ?? Decode(a[0].AsText))),
    ];

    // Reading a text once; what is made is no longer than what is read.
    private static CelValue? Search(Run run, CelValue[] a) => run.Spend(a[0].AsText.Length / Run.UnitsAStep) ? null : Run.Exhausted;

    private static CelValue OutOfRange(long index) => CelValue.Error(Fault.BadValue, FormattableString.Invariant($"the text has no index {index}"));

    private static CelValue CharAt(string text, long index) => CodePoints.Offset(text, index) switch
    {
        < 0 => OutOfRange(index),
        var offset when offset == text.Length => CelValue.Text(""),
        var offset => CelValue.Text(text.Substring(offset, CodePoints.Width(text, offset))),
    };

    private static CelValue IndexOf(string text, string wanted, long from)
    {
        var start = CodePoints.Offset(text, from);
        return start < 0 ? OutOfRange(from)
            : CelValue.Int(text.IndexOf(wanted, start, StringComparison.Ordinal) is >= 0 and var offset ? CodePoints.Index(text, offset) : -1);
    }

    // Begins at the given index or before it.
    private static CelValue LastIndexOf(string text, string wanted, long from)
    {
        var start = CodePoints.Offset(text, from);
        if (start < 0)
        {
            return OutOfRange(from);
        }

        var offset = text.AsSpan(0, Math.Min(text.Length, start + wanted.Length)).LastIndexOf(wanted);
        return CelValue.Int(offset >= 0 ? CodePoints.Index(text, offset) : -1);
    }

    private static CelValue Substring(string text, long from, long to)
    {
        var (start, end) = (CodePoints.Offset(text, from), CodePoints.Offset(text, to));
        return start < 0 ? OutOfRange(from) : end < 0 ? OutOfRange(to)
            : start > end ? CelValue.Error(Fault.BadValue, FormattableString.Invariant($"the index {from} is behind {to}")) : CelValue.Text(text[start..end]);
    }

    private static CelValue Replace(Run run, string text, string wanted, string by, long most)
    {
        most = most < 0 ? long.MaxValue : most;
        var made = new StringBuilder();
        var at = 0;
        for (long n = 0; n < most; n++)
        {
            // An empty text is found before every code point, and at the end.
            var found = wanted.Length > 0 ? text.IndexOf(wanted, at, StringComparison.Ordinal) : n == 0 ? 0 : at < text.Length ? at + CodePoints.Width(text, at) : -1;
            if (found < 0)
            {
                break;
            }

            if (run.Grows(made.Length, (found - at) + by.Length) is { } tooLarge)
            {
                return tooLarge;
            }

            made.Append(text, at, found - at).Append(by);
            at = found + wanted.Length;
        }

        return run.Grows(made.Length, text.Length - at) ?? CelValue.Text(made.Append(text, at, text.Length - at).ToString());
    }

    private static CelValue Split(Run run, string text, string by, long most)
    {
        if (most == 0)
        {
            return CelValue.List([]);
        }

        // Between any two code points where nothing separates.
        var limit = most < 0 || most > int.MaxValue ? int.MaxValue : (int)most;
        var parts = by.Length > 0 ? text.Split(by, Math.Min(limit, ExpressionLimits.LargestList + 1)) : Characters(text, limit);
        return run.MakesList(parts.Length) ?? run.Makes(text.Length) ?? CelValue.List([.. parts.Select(CelValue.Text)]);
    }

    private static string[] Characters(string text, int limit)
    {
        var parts = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var width = parts.Count + 1 >= limit || parts.Count > ExpressionLimits.LargestList ? text.Length - at : CodePoints.Width(text, at);
            parts.Add(text.Substring(at, width));
            at += width;
        }

        return [.. parts];
    }

    private static CelValue Join(Run run, CelList list, string by)
    {
        var made = new StringBuilder();
        var isFirst = true;
        foreach (var item in list.Items)
        {
            if (item.Kind != CelKind.Text)
            {
                return CelValue.Error(Fault.NoSuchOverload, $"'join' joins texts, and an item is {Rendering.Of(item)}");
            }

            if (run.Grows(made.Length, item.AsText.Length + by.Length) is { } tooLarge)
            {
                return tooLarge;
            }

            made.Append(isFirst ? "" : by).Append(item.AsText);
            isFirst = false;
        }

        return CelValue.Text(made.ToString());
    }

    private static string Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && CodePoints.IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && CodePoints.IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    private static string Quote(string text) => "\"" + string.Concat(text.Select(c => c switch
    {
        '\a' => "\\a",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\v' => "\\v",
        '\\' => "\\\\",
        '"' => "\\\"",
        _ => c.ToString(CultureInfo.InvariantCulture),
    })) + "\"";

    private static CelValue Decode(string text)
    {
        var padded = text.Length % 4 == 0 ? text : text.PadRight(text.Length + 4 - (text.Length % 4), '=');
        var bytes = new byte[padded.Length / 4 * 3];
        return !text.Any(char.IsWhiteSpace) && Convert.TryFromBase64String(padded, bytes, out var length)
            ? CelValue.Bytes(bytes[..length]) : CelValue.Error(Fault.BadValue, "the text is no base64");
    }
}
