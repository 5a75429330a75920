using System.Text;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Audit;

/// <summary>
/// Writes and reads trailers, the last paragraph of a commit message. Anyone can write them, so reading proves nothing; and no value from
/// outside can become another trailer, because every value is one line of harmless characters.
/// </summary>
public static class CommitTrailers
{
    /// <summary>The trailers, a line each, with a line end after the last.</summary>
    public static string Write(PromotionTrailers trailers)
    {
        var text = new StringBuilder();
        void Write(string key, string value) => text.Append("Promotion-").Append(key).Append(": ").Append(value).Append('\n');
        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                Write(key, Inert.Plain(value));
            }
        }

        Add("Id", trailers.Id);
        // What an artifact's label says may be a sentence that a forge would act on.
        Write("Version", Inert.Prose(trailers.Version));
        Add("Pipeline", trailers.Pipeline);
        Add("Environment", trailers.Environment);
        foreach (var artifact in trailers.Artifacts)
        {
            Add("Artifact", $"{artifact.Name} {artifact.Repository}@{artifact.To}{(artifact.From is null ? "" : $" from {artifact.From}")}");
        }

        Add("Policy", trailers.Policy);
        foreach (var gate in trailers.Gates)
        {
            Add("Gate", $"{gate} passed");
        }

        foreach (var gate in trailers.Overridden)
        {
            Add("Gate", $"{gate.Name} overridden {gate.Code}");
        }

        foreach (var evidence in trailers.Evidence)
        {
            Add("Evidence", evidence);
        }

        Add("Trigger", trailers.Trigger);
        foreach (var login in trailers.ApprovedBy)
        {
            Add("Approved-By", login);
        }

        foreach (var given in trailers.Overrides)
        {
            Write("Override", $"{Inert.Word(given.Gate)} by {Inert.Word(given.Login)}: {Inert.Prose(given.Reason)}");
        }

        Add("Reverts", trailers.Reverts);
        return text.ToString();
    }

    /// <summary>The trailers of a message; null when it has none of ours, or they are not whole.</summary>
    public static PromotionTrailers? Read(string message)
    {
        var values = message.ReplaceLineEndings("\n").TrimEnd().Split("\n\n")[^1].Split('\n')
            .Select(line => line.Split(": ", 2))
            .Where(parts => parts.Length == 2 && parts[0].StartsWith("Promotion-", StringComparison.OrdinalIgnoreCase))
            .ToLookup(parts => parts[0]["Promotion-".Length..], parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase);
        // A key that is there once must be there once: two answers are none.
        string? One(string key) => values[key].Count() == 1 ? values[key].First() : null;
        if (One("Id") is not { } id || One("Version") is not { } version || One("Pipeline") is not { } pipeline || One("Environment") is not { } environment)
        {
            return null;
        }

        var artifacts = values["Artifact"].Select(Artifact).ToList();
        var overrides = values["Override"].Select(Override).ToList();
        return artifacts.Contains(null) || overrides.Contains(null) ? null : new PromotionTrailers(id, version, pipeline, environment, [.. artifacts.OfType<TrailerArtifact>()])
        {
            Policy = One("Policy"),
            Gates = [.. values["Gate"].Where(g => g.EndsWith(" passed", StringComparison.Ordinal)).Select(g => g[..^" passed".Length])],
            Overridden = [.. values["Gate"].Select(g => g.Split(' ')).Where(g => g is [_, "overridden", _]).Select(g => new OverriddenGate(g[0], g[2]))],
            Overrides = [.. overrides.OfType<TrailerOverride>()],
            Evidence = [.. values["Evidence"]],
            Trigger = One("Trigger"),
            ApprovedBy = [.. values["Approved-By"]],
            Reverts = One("Reverts"),
        };
    }

    private static TrailerOverride? Override(string value) =>
        value.Split(": ", 2) is [var who, var reason] && who.Split(' ') is [var gate, "by", var login] ? new TrailerOverride(gate, login, reason) : null;

    private static TrailerArtifact? Artifact(string value)
    {
        var parts = value.Split(' ');
        return parts is [var name, var reference, ..] && ImageReference.TryParse(reference, out var to) && to.Digest is not null
            ? parts switch
            {
                [_, _] => new TrailerArtifact(name, to.Name, to.Digest, null),
                [_, _, "from", var text] when Digest.TryParse(text, out var from) => new TrailerArtifact(name, to.Name, to.Digest, from),
                _ => null,
            }
            : null;
    }
}
