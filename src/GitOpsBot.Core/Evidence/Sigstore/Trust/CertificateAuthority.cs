using GitOpsBot.Core.Evidence.Sigstore.Certificates;

namespace GitOpsBot.Core.Evidence.Sigstore.Trust;

/// <summary>A chain of certificates that is believed: the last is the anchor, and each other is issued by the one after it.</summary>
internal sealed class CertificateAuthority
{
    private readonly int soundFrom;

    /// <summary>Takes a chain and proves once which of its certificates lead to the anchor.</summary>
    public CertificateAuthority(IReadOnlyList<Certificate> chain, Validity validity)
    {
        (Chain, Validity) = (chain, validity);
        soundFrom = chain.Count - 1;
        while (soundFrom > 0 && chain[soundFrom].IsIssuerOf(chain[soundFrom - 1]))
        {
            soundFrom--;
        }
    }

    /// <summary>The certificates, the anchor last.</summary>
    public IReadOnlyList<Certificate> Chain { get; }

    /// <summary>When the whole of it is believed.</summary>
    public Validity Validity { get; }

    /// <summary>The rest of the chain from a place on, that place included; null when it does not lead to the anchor.</summary>
    public IReadOnlyList<Certificate>? From(int place) => place < Chain.Count && place >= soundFrom ? [.. Chain.Skip(place)] : null;
}
