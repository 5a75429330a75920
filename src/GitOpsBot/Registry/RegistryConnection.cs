namespace GitOpsBot.Registry;

/// <summary>
/// One registry host to ask: at its pace, again after a failure that may pass (with jitter, or after the time it asked to wait for), and never
/// longer than the time of one call, all tries included. What is not answered by then is reported, and the next pass is the retry.
/// </summary>
internal sealed class RegistryConnection : IDisposable
{
    /// <summary>Tries of one call: a hiccup passes within them, and an outage is not worth more.</summary>
    public const int MostTries = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private readonly RegistryHost _host;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly RegistryPace _pace;
    private readonly RegistryExchange _exchange;

    /// <summary>A connection; nothing is sent before the first question.</summary>
    public RegistryConnection(RegistryHost host, TimeSpan timeout, TimeProvider time)
    {
        (_host, _time, _timeout) = (host, time, timeout);
        _pace = new RegistryPace(host, time);
        _exchange = new RegistryExchange(host, time);
    }

    /// <summary>The registry's own address.</summary>
    public Uri Endpoint => _exchange.Endpoint;

    /// <summary>Whether two addresses are one host: scheme, name and port are the same.</summary>
    public static bool IsSameHost(Uri a, Uri b) => a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Asks.</summary>
    /// <exception cref="RegistryException">There is no answer that the question understands.</exception>
    public async Task<RegistryAnswer> AskAsync(RegistryQuestion question, CancellationToken cancellationToken)
    {
        using var slot = await _pace.EnterAsync(question.Repository, cancellationToken);
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var began = _time.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            RegistryException failed;
            try
            {
                var answer = await TryAsync(question, either.Token, cancellationToken);
                _pace.Answered();
                return answer;
            }
            catch (RegistryException e) when (e.IsTransient)
            {
                failed = e;
            }

            if (failed.RetryAfter is { } asked)
            {
                _pace.Pause(asked);
            }

            // Everybody who was refused comes back at another time.
            var wait = (failed.RetryAfter ?? TimeSpan.Zero) + FirstPause * (Math.Pow(3, tries - 1) * (0.5 + Random.Shared.NextDouble()));
            if (tries == MostTries || timeout.IsCancellationRequested || _time.GetElapsedTime(began) + wait >= _timeout)
            {
                throw failed;
            }

            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _exchange.Dispose();
        _pace.Dispose();
    }

    private async Task<RegistryAnswer> TryAsync(RegistryQuestion question, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            return await _exchange.AskAsync(question, either);
        }
        catch (RegistryException)
        {
            // Whatever is wrong with it, it was an answer.
            _pace.Answered();
            throw;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _pace.Silent();
            throw new RegistryException($"{_host.Host} did not answer within {_timeout.TotalSeconds:0.#} s when asked for {question.Repository}.", true);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressGuard.ForbiddenAddressException)
        {
            throw new RegistryException($"{_host.Host} leads to an address of this machine, the link or a private network when asked for {question.Repository}; that is not followed.", false);
        }
        catch (HttpRequestException e)
        {
            _pace.Silent();
            // A certificate that is not believed is not believed the next time either.
            throw e.HttpRequestError == HttpRequestError.SecureConnectionError
                ? new RegistryException($"{_host.Host} cannot be reached for {question.Repository}: its certificate is not trusted here, or TLS failed otherwise.", false, null, e)
                : new RegistryException($"{_host.Host} cannot be reached for {question.Repository}: {e.HttpRequestError}.", true, null, e);
        }
        catch (IOException e)
        {
            throw new RegistryException($"The connection to {_host.Host} broke while {question.Repository} was read.", true, null, e);
        }
    }
}
