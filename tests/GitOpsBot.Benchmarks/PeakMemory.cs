using System.Globalization;

namespace GitOpsBot.Benchmarks;

/// <summary>Watches the largest resident memory of a process and all that it started, as Linux counts it, until disposed.</summary>
internal sealed class PeakMemory : IDisposable
{
    private readonly Dictionary<int, long> peaks = [];
    private readonly int process;
    private readonly Timer timer;

    /// <summary>Watches a process.</summary>
    public PeakMemory(int process)
    {
        this.process = process;
        timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
    }

    /// <summary>What the processes had at most, added up, in bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (peaks)
            {
                return peaks.Values.Sum();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Look()
    {
        lock (peaks)
        {
            var open = new Stack<int>([process]);
            while (open.TryPop(out var next))
            {
                try
                {
                    var line = File.ReadLines($"/proc/{next}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                    if (line is not null)
                    {
                        peaks[next] = long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
                    }

                    foreach (var child in File.ReadAllText($"/proc/{next}/task/{next}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    {
                        open.Push(int.Parse(child, CultureInfo.InvariantCulture));
                    }
                }
                catch (IOException)
                {
                    // It has ended.
                }
            }
        }
    }
}
