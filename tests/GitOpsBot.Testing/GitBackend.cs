using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing;

/// <summary>
/// Git's own server over HTTP: the program <c>git http-backend</c>, reached from any web server. Serves every bare repository below a folder, for
/// reading and writing; who may is the caller's affair.
/// </summary>
/// <param name="root">The folder that paths begin in.</param>
public sealed class GitBackend(string root)
{
    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">Which repository and what of it, below the served folder: <c>/acme/shop.git/info/refs</c>.</param>
    public async Task ServeAsync(HttpContext context, string path)
    {
        var request = context.Request;
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("http-backend");
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["GIT_PROJECT_ROOT"] = root,
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["GIT_CONFIG_COUNT"] = "3",
            ["GIT_CONFIG_KEY_0"] = "http.receivepack",
            ["GIT_CONFIG_VALUE_0"] = "true",
            ["GIT_CONFIG_KEY_1"] = "safe.directory",
            ["GIT_CONFIG_VALUE_1"] = "*",
            ["GIT_CONFIG_KEY_2"] = "uploadpack.allowAnySHA1InWant",
            ["GIT_CONFIG_VALUE_2"] = "true",
            ["PATH_INFO"] = path,
            ["QUERY_STRING"] = request.QueryString.Value is { Length: > 0 } query ? query[1..] : "",
            ["REQUEST_METHOD"] = request.Method,
            ["CONTENT_TYPE"] = request.ContentType ?? "",
            ["HTTP_CONTENT_ENCODING"] = request.Headers.ContentEncoding.ToString(),
            ["REMOTE_USER"] = "anybody",
            ["REMOTE_ADDR"] = "127.0.0.1",
        })
        {
            start.Environment[name] = value;
        }

        if (request.ContentLength is { } length)
        {
            start.Environment["CONTENT_LENGTH"] = length.ToString(CultureInfo.InvariantCulture);
        }

        using var process = Process.Start(start)!;
        try
        {
            var sending = SendAsync(request.Body, process.StandardInput.BaseStream);
            await AnswerAsync(process.StandardOutput.BaseStream, context.Response, context.RequestAborted);
            await sending;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task SendAsync(Stream body, Stream input)
    {
        try
        {
            await body.CopyToAsync(input);
        }
        catch (IOException)
        {
            // The program had read enough, or the other side is gone: the answer says which.
        }
        finally
        {
            input.Close();
        }
    }

    // Lines of headers, an empty line, the body (RFC 3875).
    private static async Task AnswerAsync(Stream output, HttpResponse response, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await output.ReadAsync(one, cancellationToken) == 1)
        {
            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            var text = line.ToString().TrimEnd('\r');
            if (text.Length == 0)
            {
                break;
            }

            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (text[..colon], text[(colon + 1)..].Trim());
            if (name == "Status")
            {
                response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            }
            else
            {
                response.Headers[name] = value;
            }

            line.Clear();
        }

        await output.CopyToAsync(response.Body, cancellationToken);
    }
}
