using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GitOpsBot.Testing.GitHub;

/// <summary>
/// GitHub's published OpenAPI description (npm <c>@octokit/openapi</c>) as a judge of requests: path, parameters, headers and body. Stricter than the
/// description where it is silent: a parameter or a key that it does not name is a violation, since a strict server need not overlook it.
/// </summary>
public sealed class PublishedDescription
{
    private static readonly Lazy<PublishedDescription?> Found = new(() =>
        OctokitFolder.Find("@octokit/openapi/generated/api.github.com.json") is { } file ? new PublishedDescription(File.ReadAllBytes(file)) : null);

    private readonly JsonElement root;
    private readonly SchemaCheck schemas;
    private readonly List<(Regex Path, int Literals, string Template)> templates = [];

    private PublishedDescription(byte[] json)
    {
        root = JsonDocument.Parse(json).RootElement;
        schemas = new SchemaCheck(root);
        foreach (var path in root.GetProperty("paths").EnumerateObject())
        {
            var pattern = Regex.Replace(Regex.Escape(path.Name).Replace("}", "\\}", StringComparison.Ordinal), @"\\\{(\w+)\\\}", m => MaySpan(path.Value, m.Groups[1].Value) ? ".+" : "[^/]+");
            templates.Add((new Regex($"\\A{pattern}\\z", RegexOptions.NonBacktracking), path.Name.Split('/').Count(p => !p.StartsWith('{')), path.Name));
        }
    }

    /// <summary>The description, or null where it is not installed.</summary>
    public static PublishedDescription? Instance => Found.Value;

    /// <summary>What is wrong with a request; each sentence names the request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="path">Its path below the API's address, not unescaped.</param>
    /// <param name="body">Its body as text.</param>
    public IReadOnlyList<string> Violations(HttpRequest request, string path, string body)
    {
        var wrong = new List<string>(Headers(request));
        var template = templates.Where(t => t.Path.IsMatch("/" + path)).OrderByDescending(t => t.Literals).Select(t => t.Template).FirstOrDefault();
        if (template is null || !root.GetProperty("paths").GetProperty(template).TryGetProperty(request.Method.ToLowerInvariant(), out var operation))
        {
            wrong.Add("there is no such operation");
        }
        else
        {
            wrong.AddRange(Parameters(operation, request.Query));
            wrong.AddRange(Body(operation, request, body));
        }

        return [.. wrong.Select(w => $"{request.Method} {path}{request.QueryString.Value}: {w}")];
    }

    /// <summary>The path of a request as it was sent, not unescaped.</summary>
    public static string RawPath(HttpRequest request) => request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0];

    /// <summary>What is wrong with the headers that every request to GitHub has, GraphQL's too.</summary>
    public static IEnumerable<string> Headers(HttpRequest request)
    {
        if (request.Headers.UserAgent.ToString().Length == 0)
        {
            yield return "the header User-Agent is missing";
        }

        if (request.Headers.Accept.ToString() != "application/vnd.github+json")
        {
            yield return $"the header Accept is '{request.Headers.Accept}'";
        }

        if (request.Headers["X-GitHub-Api-Version"].ToString() != "2022-11-28")
        {
            yield return $"the header X-GitHub-Api-Version is '{request.Headers["X-GitHub-Api-Version"]}'";
        }
    }

    private IEnumerable<string> Parameters(JsonElement operation, IQueryCollection query)
    {
        var known = operation.TryGetProperty("parameters", out var list)
            ? list.EnumerateArray().Select(schemas.Resolve).Where(p => p.GetProperty("in").GetString() == "query").ToDictionary(p => p.GetProperty("name").GetString()!, StringComparer.Ordinal)
            : [];
        foreach (var (name, values) in query)
        {
            if (!known.TryGetValue(name, out var parameter))
            {
                yield return $"the parameter {name} is not described";
                continue;
            }

            if (values.Count != 1)
            {
                yield return $"the parameter {name} is there {values.Count} times";
            }

            var schema = schemas.Resolve(parameter.GetProperty("schema"));
            var isText = !schema.TryGetProperty("type", out var type) || type.GetString() == "string";
            if (SchemaCheck.Parse(isText ? JsonSerializer.Serialize(values[0]) : values[0]!) is not { } value)
            {
                yield return $"the parameter {name} is '{values[0]}'";
                continue;
            }

            foreach (var problem in schemas.Problems(schema, value, name))
            {
                yield return problem;
            }
        }

        foreach (var name in known.Where(p => p.Value.TryGetProperty("required", out var r) && r.GetBoolean() && !query.ContainsKey(p.Key)).Select(p => p.Key))
        {
            yield return $"the parameter {name} is missing";
        }
    }

    private IEnumerable<string> Body(JsonElement operation, HttpRequest request, string body)
    {
        if (!operation.TryGetProperty("requestBody", out var described))
        {
            return body.Length == 0 ? [] : ["it has a body, and none is described"];
        }

        var shape = schemas.Resolve(described);
        if (body.Length == 0)
        {
            return shape.TryGetProperty("required", out var required) && required.GetBoolean() ? ["the body is missing"] : [];
        }

        return request.ContentType?.Split(';')[0] is not { } type || !shape.GetProperty("content").TryGetProperty(type, out var content) ? [$"the content type is '{request.ContentType}'"]
            : SchemaCheck.Parse(body) is not { } json ? ["the body is not JSON"]
            : schemas.Problems(content.GetProperty("schema"), json, "body");
    }

    private bool MaySpan(JsonElement path, string parameter) => path.EnumerateObject().Any(operation =>
        operation.Value.ValueKind == JsonValueKind.Object && operation.Value.TryGetProperty("parameters", out var list)
        && list.EnumerateArray().Select(schemas.Resolve).Any(p =>
            p.GetProperty("name").GetString() == parameter && p.GetProperty("in").GetString() == "path" && p.TryGetProperty("x-multi-segment", out var spans) && spans.GetBoolean()));
}
