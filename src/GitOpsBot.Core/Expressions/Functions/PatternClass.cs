using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>Sets of code points in a pattern, written for an engine that sees UTF-16 units: what is above U+FFFF becomes pairs of them.</summary>
internal static partial class PatternClass
{
    private const string Pair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";
    private const int LastUnit = 0xFFFF;
    private const int LastPoint = 0x10FFFF;

    private static readonly Dictionary<string, (int From, int To)[]> Named = new(StringComparer.Ordinal)
    {
        ["d"] = [('0', '9')],
        ["w"] = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        ["s"] = [('\t', '\n'), ('\f', '\r'), (' ', ' ')],
        ["alnum"] = [('0', '9'), ('A', 'Z'), ('a', 'z')],
        ["alpha"] = [('A', 'Z'), ('a', 'z')],
        ["ascii"] = [(0, 127)],
        ["blank"] = [('\t', '\t'), (' ', ' ')],
        ["cntrl"] = [(0, 31), (127, 127)],
        ["digit"] = [('0', '9')],
        ["graph"] = [('!', '~')],
        ["lower"] = [('a', 'z')],
        ["print"] = [(' ', '~')],
        ["punct"] = [('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        ["space"] = [('\t', '\r'), (' ', ' ')],
        ["upper"] = [('A', 'Z')],
        ["word"] = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        ["xdigit"] = [('0', '9'), ('A', 'F'), ('a', 'f')],
    };

    /// <summary>Every code point.</summary>
    public const string Any = $@"(?:{Pair}|[^\uD800-\uDFFF])";

    /// <summary>Every code point but a line feed.</summary>
    public const string AnyButNewline = $@"(?:{Pair}|[^\n\uD800-\uDFFF])";

    /// <summary>One code point as an atom.</summary>
    public static string Literal(int point) => point > LastUnit ? $"(?:{string.Concat(char.ConvertFromUtf32(point).Select(c => Unit(c)))})"
        : char.IsAsciiLetterOrDigit((char)point) ? ((char)point).ToString() : Unit(point);

    /// <summary>The code point at a place, which is moved behind it.</summary>
    public static int CodePoint(string pattern, ref int at)
    {
        if (at + 1 < pattern.Length && char.IsSurrogatePair(pattern[at], pattern[at + 1]))
        {
            at += 2;
            return char.ConvertToUtf32(pattern[at - 2], pattern[at - 1]);
        }

        return pattern[at++];
    }

    /// <summary>An escape outside of a set, as an atom.</summary>
    public static string ReadEscape(string pattern, ref int at)
    {
        var set = new Set();
        Escape(pattern, ref at, set);
        return set.Write(false);
    }

    /// <summary>A set in brackets, as an atom.</summary>
    public static string Read(string pattern, ref int at)
    {
        var set = new Set();
        var start = ++at;
        var isNegated = at < pattern.Length && pattern[at] == '^';
        at += isNegated ? 1 : 0;
        start = at;
        while (at < pattern.Length && (pattern[at] != ']' || at == start))
        {
            Item(pattern, ref at, set);
        }

        return at++ < pattern.Length ? set.Write(isNegated) : throw new FormatException("the pattern has a '[' that is not closed");
    }

    private static void Item(string pattern, ref int at, Set set)
    {
        if (PosixClass().Match(pattern, at) is { Success: true } posix)
        {
            at += posix.Length;
            set.Add(Ranges(posix.Groups["name"].Value), posix.Groups["not"].Length > 0);
            return;
        }

        if (Point(pattern, ref at, set) is not { } from)
        {
            return;
        }

        if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
        {
            at++;
            set.Add(Point(pattern, ref at, set) is { } to && to >= from ? [(from, to)] : throw new FormatException("the pattern has a range in '[…]' that goes backwards"));
            return;
        }

        set.Add([(from, from)]);
    }

    // One code point of a set; null when it was a class, which is added.
    private static int? Point(string pattern, ref int at, Set set) => pattern[at] == '\\' ? Escape(pattern, ref at, set, addsPoint: false) : CodePoint(pattern, ref at);

    private static int? Escape(string pattern, ref int at, Set set, bool addsPoint = true)
    {
        var match = EscapeGrammar().Match(pattern, at);
        if (!match.Success)
        {
            throw new FormatException($"the pattern has {Shown.Quoted(pattern.Substring(at, Math.Min(2, pattern.Length - at)))}, which RE2 does not know or this engine does not have");
        }

        at += match.Length;
        if (match.Groups["class"] is { Success: true, Value: var name })
        {
            set.Add(Ranges(name.ToLowerInvariant()), char.IsAsciiLetterUpper(name[0]));
            return null;
        }

        if (match.Groups["category"] is { Success: true, Value: var category })
        {
            set.AddCategory(category, match.Groups["not"].Value is "P" != match.Groups["caret"].Success);
            return null;
        }

        var point = match.Groups["hex"] is { Success: true, Value: var hex } ? int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : match.Groups["one"].Value[0] switch { 'a' => '\a', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', var self => self };
        if (point > LastPoint)
        {
            throw new FormatException("the pattern has a character above U+10FFFF");
        }

        if (addsPoint)
        {
            set.Add([(point, point)]);
        }

        return point;
    }

    private static (int From, int To)[] Ranges(string name) => Named.GetValueOrDefault(name) ?? throw new FormatException($"the pattern has a class {Shown.Quoted(name)}, which RE2 does not know");

    private static string Unit(int unit) => FormattableString.Invariant($"\\u{unit:X4}");

    [GeneratedRegex(@"\G\[:(?<not>\^?)(?<name>[a-z]+):\]")]
    private static partial Regex PosixClass();

    [GeneratedRegex(@"\G\\(?:(?<class>[dDwWsS])|(?<not>[pP])(?:(?<category>[A-Z])|\{(?<caret>\^)?(?<category>[A-Z][a-z]?)\})|x(?:(?<hex>[0-9A-Fa-f]{2})|\{(?<hex>[0-9A-Fa-f]{1,6})\})|(?<one>[afnrtv]|[!-/:-@\[-`{-~]))")]
    private static partial Regex EscapeGrammar();

    private sealed class Set
    {
        private readonly List<(int From, int To)> ranges = [];
        private readonly StringBuilder categories = new();

        public void Add((int From, int To)[] more, bool isNegated = false) => ranges.AddRange(isNegated ? Complement([.. more]) : more);

        public void AddCategory(string name, bool isNegated) => categories.Append(isNegated ? @"\P{" : @"\p{").Append(name).Append('}');

        // Categories are only known for single units; above them every pair is taken as being in none.
        public string Write(bool isNegated)
        {
            if (categories.Length == 0)
            {
                return Write(isNegated ? Complement(ranges) : ranges, "");
            }

            return !isNegated ? Write(ranges, categories.ToString())
                : ranges.Exists(r => r.To > LastUnit) ? throw new FormatException("the pattern excludes a category together with characters above U+FFFF")
                : $@"(?:{Pair}|[^{string.Concat(ranges.Select(Units))}{categories}\uD800-\uDFFF])";
        }

        private static string Write(IEnumerable<(int From, int To)> all, string categories)
        {
            var units = new StringBuilder(categories);
            var pairs = new List<string>();
            foreach (var (from, to) in all)
            {
                if (from <= LastUnit)
                {
                    units.Append(Units((from, Math.Min(to, LastUnit))));
                }

                if (to > LastUnit)
                {
                    pairs.AddRange(Pairs(Math.Max(from, LastUnit + 1), to));
                }
            }

            var set = units.Length > 0 ? $"[{units}]" : null;
            return pairs.Count == 0 ? set ?? "[^\\s\\S]" : $"(?:{string.Join('|', set is null ? pairs : [set, .. pairs])})";
        }

        private static string Units((int From, int To) range) => range.From == range.To ? Unit(range.From) : $"{Unit(range.From)}-{Unit(range.To)}";

        // By the first unit: part of the pairs of the lowest, all of those between, part of those of the highest.
        private static IEnumerable<string> Pairs(int from, int to)
        {
            var (a, b) = (char.ConvertFromUtf32(from), char.ConvertFromUtf32(to));
            for (int high = a[0]; high <= b[0];)
            {
                var low = high == a[0] ? a[1] : '\uDC00';
                var last = low == '\uDC00' && high < b[0] && high != a[0] ? b[0] - 1 : high;
                yield return $"[{Unit(high)}-{Unit(last)}][{Unit(low)}-{Unit(last == b[0] ? b[1] : '\uDFFF')}]";
                high = last + 1;
            }
        }

        // Surrogates are no code points, and so in no set.
        private static List<(int From, int To)> Complement(List<(int From, int To)> ranges)
        {
            var gaps = new List<(int, int)>();
            var next = 0;
            foreach (var (from, to) in ranges.Append((From: 0xD800, To: 0xDFFF)).OrderBy(r => r.From))
            {
                if (from > next)
                {
                    gaps.Add((next, from - 1));
                }

                next = Math.Max(next, to + 1);
            }

            if (next <= LastPoint)
            {
                gaps.Add((next, LastPoint));
            }

            return gaps;
        }
    }
}
