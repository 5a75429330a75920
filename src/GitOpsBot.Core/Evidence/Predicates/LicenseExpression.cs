using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>
/// Licence expressions (SPDX 2.3, annex D): of licences joined by OR one may choose, those joined by AND hold all. A text that is no expression is
/// taken as a name, and as each identifier in it: what nobody can read is not a way around.
/// </summary>
internal static partial class LicenseExpression
{
    private const int Deepest = 50; // Brackets in brackets; each costs a frame of the stack.

    /// <summary>Whether no choice is left that avoids every refused licence.</summary>
    /// <param name="expression">What the list says.</param>
    /// <param name="isRefused">Whether a licence, as <see cref="Canonical"/> writes it, is refused.</param>
    public static bool IsRefused(string expression, Func<string, bool> isRefused)
    {
        var tokens = Token().Matches(expression).Select(m => m.Value).ToList();
        var reader = new Reader(tokens, isRefused);
        return reader.Or(0) is { } refused && reader.IsAtEnd ? refused : tokens.Prepend(expression.Trim()).Any(t => isRefused(Canonical(t)));
    }

    /// <summary>An identifier as SPDX spells it today: <c>AGPL-3.0</c> is <c>AGPL-3.0-only</c>, <c>AGPL-3.0+</c> is <c>AGPL-3.0-or-later</c>.</summary>
    public static string Canonical(string identifier) => Gnu().Match(identifier) is { Success: true } gnu
        ? gnu.Groups["name"].Value + (gnu.Groups["plus"].Success ? "-or-later" : "-only") : identifier;

    private sealed class Reader(List<string> tokens, Func<string, bool> isRefused)
    {
        private int at;

        public bool IsAtEnd => at == tokens.Count;

        // Null when the text is no expression. All alternatives are read, or a broken one behind a good one would go unnoticed.
        public bool? Or(int depth) => Joined("OR", () => Joined("AND", () => One(depth), (a, b) => a || b), (a, b) => a && b);

        private bool? Joined(string word, Func<bool?> one, Func<bool, bool, bool> join)
        {
            var all = one();
            while (all is { } left && Take(word))
            {
                all = one() is { } right ? join(left, right) : null;
            }

            return all;
        }

        private bool? One(int depth)
        {
            if (depth < Deepest && Take("("))
            {
                return Or(depth + 1) is { } inner && Take(")") ? inner : null;
            }

            if (IsAtEnd || tokens[at] is "(" or ")" || IsWord(tokens[at]))
            {
                return null;
            }

            var license = Canonical(tokens[at++]);
            if (!Take("WITH"))
            {
                return isRefused(license);
            }

            if (IsAtEnd || IsWord(tokens[at]))
            {
                return null;
            }

            var exception = tokens[at++];
            return isRefused(license) || isRefused($"{license} WITH {exception}");
        }

        private bool Take(string word)
        {
            if (IsAtEnd || !string.Equals(tokens[at], word, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            at++;
            return true;
        }

        private static bool IsWord(string token) => token.ToUpperInvariant() is "AND" or "OR" or "WITH";
    }

    [GeneratedRegex(@"[()]|[^\s()]+")]
    private static partial Regex Token();

    [GeneratedRegex(@"\A(?<name>(?:A|L)?GPL-[0-9.]+|GFDL-[0-9.]+)(?<plus>\+)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex Gnu();
}
