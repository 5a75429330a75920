namespace GitOpsBot.Doctor;

/// <summary>One kind of thing that <c>doctor</c> looks at: a file in <c>Checks</c> and a line in <see cref="DoctorChecks"/>.</summary>
/// <param name="Name">What it is called, in a few words.</param>
/// <param name="Looks">What there is to look at in a set-up; nothing is asked yet.</param>
internal sealed record DoctorCheck(string Name, Func<SetUp, IEnumerable<Look>> Looks);

/// <summary>
/// One look. Those at one host are taken one after the other, those at different hosts at once. A look may throw what registry, Git, forge, sources and
/// files throw: the message is then what was found.
/// </summary>
/// <param name="Host">The host that is asked; null for this machine.</param>
/// <param name="Subject">What is looked at, for the case that the look itself fails.</param>
/// <param name="Take">Takes it.</param>
internal sealed record Look(string? Host, string Subject, Func<CancellationToken, Task<IReadOnlyList<Finding>>> Take)
{
    /// <summary>How long it may take: a little more than the longest call to the outside.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>The same look with time enough to read a repository first, which is asked for by whatever needs it first.</summary>
    public Look WithContents() => this with { Longest = TimeSpan.FromMinutes(3) };

    /// <summary>A look that waits for nothing.</summary>
    public static Look Here(string subject, Func<IReadOnlyList<Finding>> take) => new(null, subject, _ => Task.FromResult(take()));
}
