using System.Security.Cryptography;

namespace GitOpsBot.Core.Evidence.Sigstore.Logs;

/// <summary>Merkle trees of transparency logs (RFC 6962 section 2.1, RFC 9162 section 2.1.3.2), SHA-256.</summary>
internal static class MerkleTree
{
    private const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>The root that a proof leads to from a leaf; null when the proof has too few or too many hashes for its place and size.</summary>
    public static byte[]? Root(ReadOnlySpan<byte> leaf, InclusionProof proof)
    {
        if (proof.Index >= proof.TreeSize)
        {
            return null;
        }

        var hash = Leaf(leaf);
        var (place, last) = (proof.Index, proof.TreeSize - 1);
        foreach (var sibling in proof.Hashes)
        {
            if (last == 0)
            {
                return null;
            }

            if ((place & 1) == 1 || place == last)
            {
                hash = Node(sibling.Span, hash);
                // The last node of a level that has an odd number rises unpaired until it has somebody to its left.
                while ((place & 1) == 0 && place != 0)
                {
                    (place, last) = (place >> 1, last >> 1);
                }
            }
            else
            {
                hash = Node(hash, sibling.Span);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }

    /// <summary>The hash of a leaf.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(entry);
        return hash.GetHashAndReset();
    }

    /// <summary>The hash of two nodes.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + (2 * HashBytes)];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + HashBytes)..]);
        return SHA256.HashData(both);
    }
}
