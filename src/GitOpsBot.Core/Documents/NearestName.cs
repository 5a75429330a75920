namespace GitOpsBot.Core.Documents;

/// <summary>Finds what a misspelt name was probably meant to be.</summary>
public static class NearestName
{
    // The distance costs the product of both lengths, and the name is anybody's.
    private const int LongestName = 100;

    /// <summary>The known name within a third of the length (at least one, at most three) of edits, or null.</summary>
    public static string? Of(string name, IEnumerable<string> known) => name.Length > LongestName ? null : known
        .Select(k => (Name: k, Distance: Distance(name.ToLowerInvariant(), k.ToLowerInvariant())))
        .Where(k => k.Distance <= Math.Clamp(k.Name.Length / 3, 1, 3))
        .OrderBy(k => k.Distance).ThenBy(k => k.Name, StringComparer.Ordinal)
        .Select(k => k.Name).FirstOrDefault();

    /// <summary>A sentence to append to a message: what was meant, else what is known; empty when nothing is known.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToList();
        return Of(name, names) is { } nearest ? $" Did you mean '{nearest}'?"
            : names.Count == 0 ? ""
            : $" Known: {string.Join(", ", names.Take(20))}{(names.Count > 20 ? ", …" : "")}.";
    }

    // Optimal string alignment: a swap of neighbours is one edit, as in typing.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
