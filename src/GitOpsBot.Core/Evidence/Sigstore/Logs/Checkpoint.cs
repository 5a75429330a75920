using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Core.Evidence.Sigstore.Logs;

/// <summary>
/// What a log signed about its tree: a checkpoint (C2SP <c>tlog-checkpoint</c>) in a signed note (C2SP <c>signed-note</c>). Signatures of witnesses
/// are passed over: nobody here knows their keys.
/// </summary>
/// <param name="Origin">The log's name for itself.</param>
/// <param name="TreeSize">The number of entries.</param>
/// <param name="RootHash">The root.</param>
internal sealed partial record Checkpoint(string Origin, long TreeSize, ReadOnlyMemory<byte> RootHash)
{
    // A note with a hundred witnesses has 15 KB.
    private const int MostCharacters = 64 * 1024;
    private const int MostSignatures = 100;
    private const string SignatureMark = "\u2014 ";
    private const byte Ed25519NoteAlgorithm = 1;

    private byte[] Text { get; init; } = [];

    private IReadOnlyList<(string Name, byte[] KeyId, byte[] Signature)> Signatures { get; init; } = [];

    /// <summary>Rekor v1 ends its origin with the number of the tree: <c>rekor.sigstore.dev - 2605736670972794746</c>.</summary>
    private bool IsRekorV1 => V1Origin().IsMatch(Origin);

    private string KeyName => IsRekorV1 ? Origin[..Origin.IndexOf(' ', StringComparison.Ordinal)] : Origin;

    /// <summary>Reads a note.</summary>
    /// <returns>The checkpoint, unproven, or <c>checkpoint-invalid</c>.</returns>
    public static Checked<Checkpoint> Read(string note)
    {
        if (note.Length > MostCharacters)
        {
            return new Rejection(RejectionCode.Limit, $"A checkpoint may have at most {MostCharacters} characters, but has {note.Length}.");
        }

        // The signatures follow the last empty line; the text ends with the line feed before it.
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal) + 1;
        if (end == 0 || !note.EndsWith('\n') || note.AsSpan().IndexOfAnyInRange('\0', '\x09') >= 0 || note.AsSpan().IndexOfAnyInRange('\x0b', '\x1f') >= 0)
        {
            return Invalid("a text, an empty line and signatures, without control characters", "another form");
        }

        var lines = note[..end].Split('\n');
        if (lines.Length < 4 || lines[0].Length == 0 || !Decimal().IsMatch(lines[1]) || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || !Base64Text.TryDecode(lines[2], out var root) || root.Length != SHA256.HashSizeInBytes)
        {
            return Invalid("lines with origin, tree size and root hash", "others");
        }

        var signatures = new List<(string, byte[], byte[])>();
        foreach (var line in note[(end + 1)..].Split('\n')[..^1])
        {
            var parts = line.StartsWith(SignatureMark, StringComparison.Ordinal) ? line[SignatureMark.Length..].Split(' ') : [];
            if (parts is not [{ Length: > 0 } name, var base64] || !Base64Text.TryDecode(base64, out var bytes) || bytes.Length < 5 || signatures.Count == MostSignatures)
            {
                return Invalid($"at most {MostSignatures} signature lines with name, key id and signature", "another line");
            }

            signatures.Add((name, bytes[..4], bytes[4..]));
        }

        return new Checkpoint(lines[0], size, root) { Text = Encoding.UTF8.GetBytes(note[..end]), Signatures = signatures };
    }

    /// <summary>Why this is not the log's; null when the log signed it.</summary>
    public Rejection? WhyNotBy(TransparencyLog log)
    {
        if (!IsRekorV1 && !log.Names.Contains(Origin))
        {
            return Invalid($"the origin {string.Join(" or ", log.Names)}", Quoted.Text(Origin));
        }

        var claimed = Signatures.Where(s => s.Name == KeyName && s.KeyId.AsSpan().SequenceEqual(KeyId(log.Key, s.Name))).ToList();
        return claimed.Count == 0 ? Invalid($"a signature with the name and key id of the log {log.Said}", "none")
            : claimed.Exists(s => log.Key.Verifies(Text, s.Signature)) ? null
            : Invalid($"a signature that the key of the log {log.Said} verifies", "one that it does not verify");
    }

    // C2SP signed-note, "Signature types": for Ed25519 the name is part of the id; for ECDSA it is not. Rekor v1 hashes the key alone, whatever its type.
    private byte[] KeyId(PublicKey key, string name) => key.Algorithm == KeyAlgorithm.Ed25519 && !IsRekorV1
        ? SHA256.HashData([.. Encoding.UTF8.GetBytes(name + "\n"), Ed25519NoteAlgorithm, .. key.SubjectPublicKeyInfo.Span[^32..]])[..4]
        : SHA256.HashData(key.SubjectPublicKeyInfo.Span)[..4];

    private static Rejection Invalid(string expected, string found) => new(RejectionCode.CheckpointInvalid, $"The checkpoint must have {expected}, but has {found}.");

    [GeneratedRegex(@"\A(?:0|[1-9][0-9]{0,18})\z")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"\A\S+ - [0-9]+\z")]
    private static partial Regex V1Origin();
}
