using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing.GitHub;

/// <summary>Reads what was sent, strictly; writes what GitHub would write.</summary>
internal static class Bodies
{
    /// <summary>Nothing but these keys, and all that must be there. GitHub overlooks others; a request that holds them is a mistake all the same.</summary>
    public static void Expect(this JsonObject body, string[] required, params string[] optional)
    {
        foreach (var key in required.Where(k => body[k] is null))
        {
            throw new RefusedException(Refusal.Invalid($"{key} wasn't supplied."));
        }

        foreach (var (key, _) in body.Where(p => !required.Contains(p.Key) && !optional.Contains(p.Key)))
        {
            throw new RefusedException(Refusal.Invalid($"{key} is not a permitted key."));
        }
    }

    public static string? Text(this JsonObject body, string key, params string[] words)
    {
        if (body[key] is not { } node)
        {
            return null;
        }

        var text = node.GetValueKind() == JsonValueKind.String ? (string)node! : throw new RefusedException(Refusal.Invalid($"{key} is not a string."));
        return words.Length == 0 || words.Contains(text) ? text : throw new RefusedException(Refusal.Invalid($"{key} is not included in the list."));
    }

    public static Reply Page<T>(this IEnumerable<T> items, IQueryCollection query, Func<T, JsonNode> show)
    {
        var size = int.Parse(query["per_page"].ToString() is { Length: > 0 } p ? p : "30", CultureInfo.InvariantCulture);
        var page = int.Parse(query["page"].ToString() is { Length: > 0 } n ? n : "1", CultureInfo.InvariantCulture);
        if (size is < 1 or > 100)
        {
            throw new RefusedException(Refusal.Invalid("per_page is out of range."));
        }

        var all = items.ToList();
        return new Reply(200, new JsonArray([.. all.Skip((page - 1) * size).Take(size).Select(show)])) { HasNext = all.Count > page * size };
    }

    /// <summary>A parameter, one of these words where words are given.</summary>
    public static string? Parameter(this IQueryCollection query, string key, params string[] words) =>
        query[key].ToString() is not { Length: > 0 } text ? null
        : words.Length == 0 || words.Contains(text) ? text : throw new RefusedException(Refusal.Invalid($"{key} is not included in the list."));

    public static JsonObject User(string login) => new() { ["login"] = login, ["id"] = login.Length, ["type"] = GitHubWorld.TypeOf(login), ["site_admin"] = false };

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
