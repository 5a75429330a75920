namespace GitOpsBot.Core.Documents;

/// <summary>A place in a file; line and column are counted from 1.</summary>
public sealed record Place(string File, int Line, int Column)
{
    /// <summary>A problem at this place.</summary>
    public Problem Says(string message) => new(File, Line, Column, message);
}

/// <summary>A parsed YAML value that remembers where it stood. Closed: a scalar, a sequence or a mapping.</summary>
public abstract record YamlNode
{
    private YamlNode(Place place) => Place = place;

    /// <summary>Where the value begins.</summary>
    public Place Place { get; }

    /// <summary>Text as written; <see cref="IsPlain"/> tells an unquoted scalar (which may mean null, a number or a boolean) from a quoted one.</summary>
    public sealed record Scalar(string Text, bool IsPlain, Place At) : YamlNode(At)
    {
        internal ScalarText? Written { get; init; }

        /// <summary>The place of an offset (UTF-16) in the text; where the scalar begins when the text is escaped or folded.</summary>
        public Place PlaceOf(int offset) => Written?.PlaceOf(Text, offset) ?? At;
    }

    /// <summary>Items in order.</summary>
    public sealed record Sequence(IReadOnlyList<YamlNode> Items, Place At) : YamlNode(At);

    /// <summary>Keys in order; a duplicate key never gets here, it is a <see cref="Problem"/>.</summary>
    public sealed record Mapping(IReadOnlyList<(Scalar Key, YamlNode Value)> Entries, Place At) : YamlNode(At);
}
