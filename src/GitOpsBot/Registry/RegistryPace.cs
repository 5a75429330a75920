namespace GitOpsBot.Registry;

/// <summary>
/// How fast one host is asked: so many requests at once and in a second, none before the time it asked to wait for, and none for a while when
/// it does not answer at all, so that a dead registry does not cost every artifact its time-out. Safe for concurrent use.
/// </summary>
internal sealed class RegistryPace(RegistryHost host, TimeProvider time) : IDisposable
{
    /// <summary>Calls in a row without an answer after which a host is left alone.</summary>
    public const int MostSilences = 3;

    /// <summary>How long it is left alone then: shorter than the usual interval between passes, so each pass asks again.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    // A shorter wait is waited for; a longer one is reported, and the next pass is the retry.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim _slots = new(host.AtOnce);
    private readonly Lock _gate = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private int _silences;

    /// <summary>Waits until a request may be made; dispose what comes back when it is over.</summary>
    /// <exception cref="RegistryException">The host is not to be asked for longer than is waited for.</exception>
    public async Task<IDisposable> EnterAsync(string repository, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            // A timer may go off some milliseconds early, and a host that asked to wait is asked no earlier.
            for (var turn = Turn(repository); turn - time.GetUtcNow() is var left && left > TimeSpan.Zero;)
            {
                await Task.Delay(left < Tick ? Tick : left, time, cancellationToken);
            }

            return new Slot(_slots);
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    /// <summary>The host asked to wait.</summary>
    public void Pause(TimeSpan wait)
    {
        lock (_gate)
        {
            var until = time.GetUtcNow() + wait;
            _notBefore = until > _notBefore ? until : _notBefore;
        }
    }

    /// <summary>It answered, whatever it said.</summary>
    public void Answered() => Volatile.Write(ref _silences, 0);

    /// <summary>It did not answer.</summary>
    public void Silent()
    {
        if (Interlocked.Increment(ref _silences) >= MostSilences)
        {
            Pause(Rest);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private DateTimeOffset Turn(string repository)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_notBefore - now > LongestWait || (_notBefore > now && _silences >= MostSilences))
            {
                throw _silences >= MostSilences
                    ? new RegistryException($"{host.Host} did not answer {MostSilences} times in a row, so {repository} is not asked for before {_notBefore:u}.", true)
                    : new RegistryException($"{host.Host} asked to wait until {_notBefore:u}; {repository} is not read before.", true) { RetryAfter = _notBefore - now };
            }

            var at = _notBefore > now ? _notBefore : now;
            if (host.PerSecond is { } rate)
            {
                at = _next > at ? _next : at;
                _next = at + TimeSpan.FromSeconds(1.0 / rate);
            }

            return at;
        }
    }

    private sealed class Slot(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}
