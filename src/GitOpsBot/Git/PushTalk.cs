using System.Text;

namespace GitOpsBot.Git;

/// <summary>
/// Asks a remote to move one ref (gitprotocol-pack, "Pushing Data To a Server"). The command names what is expected there, and the server itself
/// compares it while it holds the ref's lock: that is the compare-and-swap, and nothing here could make it narrower by looking first. So over HTTP
/// the list of refs is asked for once, to learn what the server can do, and again after anything went wrong; every other push is one request.
/// </summary>
internal sealed class PushTalk
{
    private const string Service = "git-receive-pack";
    private const string None = "0000000000000000000000000000000000000000";

    // A line for the pack and one for the ref, and what hooks say beside them.
    private const int LargestReport = 1024 * 1024;

    private IReadOnlySet<string>? known;

    /// <summary>Null when the remote has moved it; otherwise why it has not, as it says.</summary>
    /// <param name="wire">The way to the remote.</param>
    /// <param name="fullRef">The ref.</param>
    /// <param name="expected">What it names there now; null: it does not exist.</param>
    /// <param name="to">What it shall name; null deletes it.</param>
    /// <param name="pack">Makes the pack, told whether it may lean on objects that the remote has.</param>
    /// <exception cref="GitException">The remote cannot be reached, or breaks off; what became of the push is then not known.</exception>
    public string? Push(IGitWire wire, string fullRef, string? expected, string? to, Func<bool, byte[]> pack)
    {
        IGitChannel? channel = null;
        try
        {
            var abilities = wire.IsDuplex ? null : known;
            known = null;
            if (abilities is null)
            {
                channel = wire.Open(Service, isList: true);
                abilities = Abilities(new PktLines(channel.Read));
                if (!wire.IsDuplex)
                {
                    channel.Dispose();
                    channel = null;
                }
            }

            var hasBands = abilities.Contains("side-band-64k");
            channel ??= wire.Open(Service, isList: false);
            channel.Write([
                .. PktLines.Of($"{expected ?? None} {to ?? None} {fullRef}\0 report-status{(hasBands ? " side-band-64k" : "")}"), .. PktLines.Flush,
                .. to is null ? [] : pack(!abilities.Contains("no-thin")),
            ]);
            var refusal = Report(hasBands ? Unbanded(new PktLines(channel.Read)) : new PktLines(channel.Read), fullRef);
            known = abilities;
            return refusal;
        }
        finally
        {
            channel?.Dispose();
        }
    }

    // Over HTTP the service is named before the list; what the server can do stands behind the first ref's name.
    private static HashSet<string> Abilities(PktLines lines)
    {
        HashSet<string>? found = null;
        var isNamed = false;
        while (true)
        {
            if (!lines.TryRead(out var line))
            {
                if (!isNamed || found is not null)
                {
                    break;
                }

                isNamed = false;
            }
            else if (line.StartsWith("# service="u8) && found is null)
            {
                isNamed = true;
            }
            else if (line.StartsWith("ERR "u8))
            {
                throw new GitException($"The remote refuses: {Printable(line[4..])}.", isTransient: false);
            }
            else
            {
                var zero = line.IndexOf((byte)0);
                found ??= zero < 0 ? [] : [.. Encoding.UTF8.GetString(line[(zero + 1)..]).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)];
            }
        }

        return found is null || !found.Contains("report-status") || found.Any(a => a.StartsWith("object-format=", StringComparison.Ordinal) && a != "object-format=sha1")
            ? throw new GitException("The remote does not take pushes as this bot makes them: it must report what became of them, and name objects by SHA-1.", isTransient: false)
            : found;
    }

    // What belongs to the report comes in band 1, what is for people in band 2, and in band 3 why the server gives up.
    private static PktLines Unbanded(PktLines bands)
    {
        var report = new MemoryStream();
        while (bands.TryRead(out var part))
        {
            switch (part.IsEmpty ? 0 : part[0])
            {
                case 1 when report.Length + part.Length <= LargestReport:
                    report.Write(part[1..]);
                    break;
                case 2:
                    break;
                case 3:
                    throw new GitException($"The remote gives up: {Printable(part[1..])}.", isTransient: true);
                default:
                    throw new GitException("The remote does not speak as a Git server does.", isTransient: false);
            }
        }

        report.Position = 0;
        return new PktLines(report.Read);
    }

    private static string? Report(PktLines lines, string fullRef)
    {
        string? refusal = null;
        var isSaid = false;
        while (lines.TryRead(out var line))
        {
            var text = Encoding.UTF8.GetString(line).TrimEnd('\n');
            if (text.StartsWith("unpack ", StringComparison.Ordinal) && text != "unpack ok")
            {
                refusal ??= "what was sent could not be unpacked there: " + RepositoryPath.Printable(text[7..]);
            }
            else if (text == $"ok {fullRef}")
            {
                isSaid = true;
            }
            else if (text.StartsWith($"ng {fullRef} ", StringComparison.Ordinal))
            {
                (isSaid, refusal) = (true, refusal ?? RepositoryPath.Printable(text[(fullRef.Length + 4)..]));
            }
        }

        return isSaid || refusal is not null ? refusal : throw new GitException("The remote does not say what became of a push.", isTransient: true);
    }

    private static string Printable(ReadOnlySpan<byte> text) => RepositoryPath.Printable(Encoding.UTF8.GetString(text).Trim());
}
