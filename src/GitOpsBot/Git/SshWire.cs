using System.Diagnostics;
using System.Globalization;

namespace GitOpsBot.Git;

/// <summary>
/// Git's smart protocol through the program <c>ssh</c> (or what <c>GIT_SSH</c> names), which finds keys and known hosts as it does for this user;
/// it is never allowed to ask. No shell on this side; a program that makes no progress is ended.
/// </summary>
internal sealed class SshWire(RepositoryAddress.Ssh address, TimeSpan patience, CancellationToken cancellationToken, string? program = null) : IGitWire
{
    /// <summary>The scheme of <see cref="IGitWire.Scheme"/>.</summary>
    public const string TransportScheme = "gitopsbot-ssh";

    // What ssh or the server says when it fails is a line or two.
    private const int LongestComplaint = 2000;

    private Channel? open;

    /// <inheritdoc/>
    public string Scheme => TransportScheme;

    /// <inheritdoc/>
    public bool IsDuplex => true;

    /// <inheritdoc/>
    public IGitChannel Open(string service, bool isList) => open = new Channel(this, Start(service));

    /// <inheritdoc/>
    public void Dispose() => open?.Dispose();

    private Process Start(string service)
    {
        var start = new ProcessStartInfo(program ?? (Environment.GetEnvironmentVariable("GIT_SSH") is { Length: > 0 } named ? named : "ssh"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in Arguments(service))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new GitException($"The program {start.FileName} cannot be started; it is needed for {address}.", isTransient: false, e);
        }
    }

    private IEnumerable<string> Arguments(string service)
    {
        string[] options = ["-o", "BatchMode=yes", "-o", string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={patience.TotalSeconds:0}")];
        string[] port = address.Port is { } number ? ["-p", number.ToString(CultureInfo.InvariantCulture)] : [];
        // The path has no character that the shell at the other end could take for anything (RepositoryAddress).
        return [.. options, .. port, "--", (address.User is null ? "" : address.User + "@") + address.Host.Trim('[', ']'), $"{service} '{address.Path}'"];
    }

    private sealed class Channel : IGitChannel
    {
        private readonly SshWire wire;
        private readonly Process ssh;
        private readonly Task<string> complaint;
        private readonly CancellationTokenRegistration cancelled;
        private bool isSlow;

        public Channel(SshWire wire, Process ssh)
        {
            (this.wire, this.ssh) = (wire, ssh);
            complaint = ComplaintAsync(ssh.StandardError);
            cancelled = wire.Token.Register(End);
        }

        // A pipe's read cannot be cancelled; the end of the program ends it.
        public int Read(Span<byte> buffer)
        {
            using var timer = new Timer(_ =>
            {
                isSlow = true;
                End();
            }, null, wire.Patience, Timeout.InfiniteTimeSpan);
            var read = ssh.StandardOutput.BaseStream.Read(buffer);
            wire.Token.ThrowIfCancellationRequested();
            return read > 0 ? read
                : isSlow ? throw new GitException($"{wire.Name} sent nothing for {wire.Patience.TotalSeconds:0.#} s.", isTransient: true)
                : throw Failed();
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            try
            {
                ssh.StandardInput.BaseStream.Write(bytes);
                ssh.StandardInput.BaseStream.Flush();
            }
            catch (IOException)
            {
                throw Failed();
            }
        }

        public void Dispose()
        {
            cancelled.Dispose();
            End();
            ssh.Dispose();
        }

        private GitException Failed() =>
            new($"{wire.Name} cannot be reached through ssh: {(complaint.Wait(wire.Patience) && complaint.Result.Length > 0 ? complaint.Result : "the connection ended")}", isTransient: true);

        private void End()
        {
            try
            {
                ssh.Kill();
            }
            catch (InvalidOperationException)
            {
                // It has ended by itself.
            }
        }

        // The rest is read and dropped, so that the program never waits for us.
        private static async Task<string> ComplaintAsync(StreamReader errors)
        {
            var kept = new char[LongestComplaint];
            var length = await errors.ReadBlockAsync(kept);
            while (await errors.ReadAsync(new char[LongestComplaint]) > 0)
            {
            }

            return RepositoryPath.Printable(string.Join("; ", new string(kept, 0, length).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        }
    }

    private RepositoryAddress.Ssh Name => address;

    private TimeSpan Patience => patience;

    private CancellationToken Token => cancellationToken;
}
