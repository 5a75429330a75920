namespace GitOpsBot.Core.Evidence;

/// <summary>What reading hostile bytes comes to: a value, or a <see cref="Evidence.Rejection"/>; never an exception. Closed.</summary>
/// <typeparam name="T">What was read.</typeparam>
public abstract record Checked<T>
    where T : notnull
{
    private Checked() { }

    /// <summary>It could be read.</summary>
    public sealed record Accepted(T Value) : Checked<T>;

    /// <summary>It could not, and why.</summary>
    public sealed record Refused(Rejection Rejection) : Checked<T>;

    /// <summary>A value is an acceptance.</summary>
    public static implicit operator Checked<T>(T value) => new Accepted(value);

    /// <summary>A rejection is a refusal.</summary>
    public static implicit operator Checked<T>(Rejection rejection) => new Refused(rejection);
}
