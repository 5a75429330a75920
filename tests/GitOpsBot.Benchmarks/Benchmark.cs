namespace GitOpsBot.Benchmarks;

/// <summary>One row of SPEC section 10. A row is a file in <c>Rows/</c> and a line in <see cref="Benchmarks"/>.</summary>
internal abstract class Benchmark
{
    /// <summary>By which it is asked for: small letters, digits and hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>What is measured, in a sentence for <c>--list</c>.</summary>
    public abstract string About { get; }

    /// <summary>Measures both sides in turns, and so that the last figure of a size is what the row is about.</summary>
    public abstract Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench);

    /// <summary>
    /// Our side in a process of its own, where its memory is asked for or a process is part of what is measured: makes itself ready, then lets
    /// <paramref name="rounds"/> run until it is told to end. Called in the child that <see cref="Bench.StartOurs"/> starts.
    /// </summary>
    public virtual Task WorkAsync(IReadOnlyList<string> arguments, Rounds rounds) => throw new NotSupportedException($"{Name} does nothing in a process of its own.");
}

/// <summary>All rows, in the order of SPEC section 10.</summary>
internal static class Benchmarks
{
    /// <summary>A new row is a line here.</summary>
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new Rows.PromotionToPush(), new Rows.EveryPin(), new Rows.OneFileChanged(), new Rows.NewestImages(),
        new Rows.KeylessBundle(), new Rows.Judging(), new Rows.IdlePass(), new Rows.WebhookToPullRequest(), new Rows.StartToReady(),
    ];
}
