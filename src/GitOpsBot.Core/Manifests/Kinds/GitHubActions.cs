namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>GitHub Actions: <c>uses: docker://…</c>, <c>runs.image: docker://…</c>, and a job's <c>container</c> in one word. (GitHub, workflow syntax.)</summary>
internal sealed class GitHubActions : IKeyKind
{
    private const string Scheme = "docker://";

    public IReadOnlyList<string> Keys { get; } = ["uses", "image", "container"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Scalar is not { } text)
        {
            return;
        }

        if (text.Value.StartsWith(Scheme, StringComparison.Ordinal))
        {
            found.AddReference(spot, spot.Value, text, Scheme.Length, isSure: true);
        }
        else if (spot.Key.Value == "container" && spot.Mapping["runs-on"] is not null)
        {
            found.AddReference(spot, spot.Value, text, isSure: true);
        }
    }
}
