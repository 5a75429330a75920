namespace GitOpsBot.Doctor;

/// <summary>What one look came to: it is as it should be, something is to be done, or it could not be seen. Closed; no sentence ever holds a secret.</summary>
/// <param name="Subject">What was looked at: a repository, a host, a file.</param>
/// <param name="Sentence">What was found.</param>
internal abstract record Finding(string Subject, string Sentence)
{
    /// <summary>It is as it should be.</summary>
    public sealed record Ok(string Subject, string Sentence) : Finding(Subject, Sentence);

    /// <summary>Something is to be done.</summary>
    /// <param name="Subject">What was looked at.</param>
    /// <param name="Sentence">What was found.</param>
    /// <param name="Advice">What exactly, as a sentence.</param>
    public sealed record ToDo(string Subject, string Sentence, string Advice) : Finding(Subject, Sentence);

    /// <summary>It could not be seen.</summary>
    /// <param name="Subject">What was looked at.</param>
    /// <param name="Sentence">What was not seen, and why.</param>
    /// <param name="Advice">What would let it be seen, or who can see it.</param>
    public sealed record Unseen(string Subject, string Sentence, string Advice) : Finding(Subject, Sentence)
    {
        /// <summary>Whether GitHub shows it to no App at all, however it is set up: then nothing is wrong with the set-up.</summary>
        public bool IsNeverShown { get; init; }
    }

    /// <summary><c>ok</c>, <c>todo</c> or <c>unseen</c>.</summary>
    public string Word => this switch
    {
        Ok => "ok",
        ToDo => "todo",
        Unseen => "unseen",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What is to be done; null where nothing is.</summary>
    public string? What => (this as ToDo)?.Advice ?? (this as Unseen)?.Advice;
}

/// <summary>One line of <c>doctor</c>.</summary>
/// <param name="Check">The check's name.</param>
/// <param name="Finding">What it found.</param>
internal sealed record DoctorLine(string Check, Finding Finding);

/// <summary>Everything that <c>doctor</c> found, in the order of the checks.</summary>
internal sealed record DoctorReport(IReadOnlyList<DoctorLine> Lines)
{
    /// <summary>0 when nothing is to be done, else 1.</summary>
    public int ExitStatus => Lines.All(l => l.Finding is Finding.Ok or Finding.Unseen { IsNeverShown: true }) ? 0 : 1;
}
