using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>What people asked of one environment, as far as it still holds.</summary>
internal sealed class Asked
{
    /// <summary>Reads what was asked against what stands: a request ends with any move, a lift belongs to one rollback.</summary>
    public Asked(EnvironmentHistory here, Request? request, Lift? lift, Hold? hold)
    {
        (Here, Hold, Request) = (here, hold, request);
        var wanted = request is null
            ? null : new Standing([.. request.Artifacts.Select(a => new StandingArtifact(a.Key, Digest.Parse(a.Value), request.Tags.GetValueOrDefault(a.Key)))]);
        Named = request is not null && request.Standing == here.Current?.Commit ? wanted : null;

        var landings = here.Landings.ToList();
        var pause = here.PausedBy is null ? -1 : landings.FindIndex(l => l.Commit == here.PausedBy.Commit);
        var replaced = pause > 0 ? landings[pause - 1].Commit : null;
        var isLifted = pause >= 0 && lift is not null && (lift.PutBack == landings[pause].Commit || (lift.Replaced is not null && lift.Replaced == replaced));
        // What a person named pauses nothing where it stood there before.
        var isNamed = replaced is not null && request?.Standing == replaced && landings[pause].What.Equals(wanted);
        PausedBy = isLifted || isNamed ? null : here.PausedBy;
    }

    /// <summary>The environment's history.</summary>
    public EnvironmentHistory Here { get; }

    /// <summary>The last request by name, whether it still holds or not; null when nobody ever asked.</summary>
    public Request? Request { get; }

    /// <summary>What is asked for by name now, or null.</summary>
    public Standing? Named { get; }

    /// <summary>The hold, or null.</summary>
    public Hold? Hold { get; }

    /// <summary>The rollback that pauses the environment and that nobody lifted, or null.</summary>
    public Landing? PausedBy { get; }

    /// <summary>Whether a move is what was asked for by name.</summary>
    public bool Names(Promotion move) => Named is { } named && move.Artifacts.All(a => named.Of(a.Name)?.Digest == a.To);

    /// <summary>Whether the artifact was asked for by a tag, which then must still mean the digest.</summary>
    public bool IsByTag(string artifact) => Request?.Tags.ContainsKey(artifact) == true;
}
