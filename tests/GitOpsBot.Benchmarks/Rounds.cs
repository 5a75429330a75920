using System.Diagnostics;
using System.Globalization;

namespace GitOpsBot.Benchmarks;

/// <summary>The child's side of a process that works when it is told to: a line asks for a round, a line of microseconds answers it.</summary>
internal sealed class Rounds(TextReader asked, TextWriter answers)
{
    /// <summary>Works until the other side has had enough.</summary>
    /// <param name="work">Gets the word of the round; measures by itself what belongs to it.</param>
    public async Task RunAsync(Func<string, Task<TimeSpan>> work)
    {
        await answers.WriteLineAsync("ready");
        await answers.FlushAsync();
        while (await asked.ReadLineAsync() is { Length: > 0 } word)
        {
            var took = await work(word);
            await answers.WriteLineAsync(took.TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture));
            await answers.FlushAsync();
        }
    }
}

/// <summary>The parent's side: our code in a process of its own.</summary>
internal sealed class OursProcess : IDisposable
{
    private readonly Process process;
    private readonly PeakMemory memory;
    private readonly Task<string> errors;

    /// <summary>Starts it and waits until it is ready.</summary>
    public OursProcess(ProcessStartInfo start)
    {
        var begin = Stopwatch.GetTimestamp();
        process = Process.Start(start)!;
        memory = new PeakMemory(process.Id);
        errors = process.StandardError.ReadToEndAsync();
        Answer();
        Ready = Stopwatch.GetElapsedTime(begin);
    }

    /// <summary>From its start until it was ready.</summary>
    public TimeSpan Ready { get; }

    /// <summary>Its largest resident memory so far, in bytes.</summary>
    public long PeakBytes => memory.Bytes;

    /// <summary>Lets it do a round.</summary>
    public TimeSpan Round(string word)
    {
        process.StandardInput.WriteLine(word);
        process.StandardInput.Flush();
        return TimeSpan.FromMicroseconds(double.Parse(Answer(), CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        memory.Dispose();
        process.Dispose();
    }

    private string Answer() => process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"Our side ended: {errors.Result}");
}
