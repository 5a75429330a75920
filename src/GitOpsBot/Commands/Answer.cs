using GitOpsBot.Core.Documents;

namespace GitOpsBot.Commands;

/// <summary>What an action came to. Closed.</summary>
/// <typeparam name="T">What it says when it was done.</typeparam>
internal abstract record Answer<T>
{
    private Answer() { }

    /// <summary>Done.</summary>
    public sealed record Done(T Report) : Answer<T>;

    /// <summary>The answer is no, or something failed: one sentence, exit status 1.</summary>
    public sealed record No(string Sentence) : Answer<T>;

    /// <summary>Wrong use or wrong configuration: everything at once, exit status 2.</summary>
    public sealed record Wrong(IReadOnlyList<Problem> Problems) : Answer<T>
    {
        /// <summary>One thing that is at no place.</summary>
        public Wrong(string sentence) : this([new Problem("", 0, 0, sentence)]) { }
    }

    /// <summary>Goes on with what was done; a no or a wrong stays what it is.</summary>
    public Answer<TNext> Then<TNext>(Func<T, Answer<TNext>> next) => this switch
    {
        Done done => next(done.Report),
        No no => new Answer<TNext>.No(no.Sentence),
        Wrong wrong => new Answer<TNext>.Wrong(wrong.Problems),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
