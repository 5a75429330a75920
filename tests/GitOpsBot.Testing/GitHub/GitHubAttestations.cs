using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing.GitHub;

/// <summary>Attestations that are kept with source repositories, newest first, walked by cursors. Where there are none it is 404, as on GitHub.</summary>
internal sealed class GitHubAttestations(GitHubWorld world)
{
    public Reply List(string repository, string digest, IQueryCollection query, Caller caller)
    {
        if (world.PrivateSources.ContainsKey(repository))
        {
            GitHubSources.Admit(world, repository, "attestations", caller);
        }

        if (!world.Attestations.TryGetValue((repository, digest), out var all))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var size = int.TryParse(query["per_page"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 100) : 30;
        var from = query["after"].ToString() is { Length: > 0 } cursor ? int.Parse(cursor.Split(':')[1], CultureInfo.InvariantCulture) : 0;
        var next = from + size;
        return new Reply(200, new JsonObject { ["attestations"] = new JsonArray([.. all.Skip(from).Take(size).Select(a => a?.DeepClone())]) })
        {
            After = next < all.Count ? string.Create(CultureInfo.InvariantCulture, $"at:{next}") : null,
        };
    }
}
