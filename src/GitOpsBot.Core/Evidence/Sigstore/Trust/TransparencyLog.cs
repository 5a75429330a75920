namespace GitOpsBot.Core.Evidence.Sigstore.Trust;

/// <summary>A log that is believed.</summary>
/// <param name="BaseUrl">Its address; checkpoints are named after it.</param>
/// <param name="Key">What it signs with.</param>
/// <param name="Validity">When that key is believed.</param>
internal sealed record TransparencyLog(string BaseUrl, PublicKey Key, Validity Validity)
{
    /// <summary>
    /// What a checkpoint of this log may call itself: the address without its scheme (<c>sigstore_trustroot.proto</c>, "base_url"), or the host alone,
    /// as Rekor v2 does.
    /// </summary>
    public IReadOnlyList<string> Names { get; } = NamesOf(BaseUrl);

    /// <summary>How a sentence names it.</summary>
    public string Said => Quoted.Text(BaseUrl);

    private static IReadOnlyList<string> NamesOf(string baseUrl)
    {
        var schemeless = (baseUrl.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? baseUrl[(at + 3)..] : baseUrl).TrimEnd('/');
        var authority = schemeless.Split('/')[0];
        return [.. new[] { schemeless, authority, authority.Split(':')[0] }.Where(n => n.Length > 0).Distinct()];
    }
}

/// <summary>A time range that includes both its ends; null is open.</summary>
internal sealed record Validity(DateTimeOffset? Start, DateTimeOffset? End)
{
    /// <summary>Why a time is not in it, to follow a subject (<c>is believed until …, but …</c>); null when it is.</summary>
    public string? WhyNot(DateTimeOffset time) =>
        Start is { } start && time < start ? $"is believed from {Say(start)}, which is after {Say(time)}"
        : End is { } end && time > end ? $"is believed until {Say(end)}, which is before {Say(time)}"
        : null;

    /// <summary>A time in a sentence.</summary>
    public static string Say(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
}
