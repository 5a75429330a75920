namespace GitOpsBot.Git;

/// <summary>Git's file <c>packed-refs</c>: lines <c>ID NAME</c>, each perhaps followed by <c>^ID</c>, what that tag peels to. Loose refs win over it.</summary>
internal sealed class PackedRefs(string path)
{
    private const int NameAt = 41;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>What a ref names here; null when it is not here.</summary>
    public string? Read(string name) => Lines().FirstOrDefault(l => IsOf(l, name))?[..(NameAt - 1)];

    /// <summary>A ref here whose name begins with this one and a slash; null when there is none.</summary>
    public string? Below(string name) =>
        Lines().FirstOrDefault(l => l.Length > NameAt && l.AsSpan(NameAt).StartsWith(name + "/", StringComparison.Ordinal))?[NameAt..];

    /// <summary>All refs here whose names begin with this one and a slash.</summary>
    public IEnumerable<string> AllBelow(string name) =>
        Lines().Where(l => l.Length > NameAt && RefStore.IsId(l[..(NameAt - 1)]) && l.AsSpan(NameAt).StartsWith(name + "/", StringComparison.Ordinal)).Select(l => l[NameAt..]);

    /// <summary>The whole text without a ref; only for who holds the file's lock.</summary>
    public string Without(string name)
    {
        var kept = new List<string>();
        var isGone = false;
        foreach (var line in Lines())
        {
            isGone = line.StartsWith('^') ? isGone : IsOf(line, name);
            if (!isGone)
            {
                kept.Add(line + "\n");
            }
        }

        return string.Concat(kept);
    }

    private static bool IsOf(string line, string name) => line.Length == NameAt + name.Length && line.EndsWith(" " + name, StringComparison.Ordinal) && RefStore.IsId(line[..(NameAt - 1)]);

    private IEnumerable<string> Lines() => File.Exists(path) ? File.ReadLines(path) : [];
}
