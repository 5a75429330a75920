using System.Text;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing;

/// <summary>Ways in which a registry lies or fails, each at the requests whose path holds a text.</summary>
public static class RegistryLies
{
    /// <summary>Only this status, with or without <c>Retry-After</c>.</summary>
    public static Lie Status(string at, int status, string? retryAfter = null) => At(at, context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    });

    /// <summary>This body, whatever was asked for.</summary>
    public static Lie Body(string at, string mediaType, byte[] body, Action<HttpResponse>? more = null) => At(at, async context =>
    {
        context.Response.ContentType = mediaType;
        more?.Invoke(context.Response);
        if (context.Request.Method != "HEAD")
        {
            await context.Response.Body.WriteAsync(body);
        }
    });

    /// <summary>A body that says how long it is, and then does not end before the client does.</summary>
    public static Lie Endless(string at, string mediaType) => At(at, async context =>
    {
        context.Response.ContentType = mediaType;
        var some = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
        try
        {
            while (true)
            {
                await context.Response.Body.WriteAsync(some, context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
    });

    /// <summary>A list of tags whose every page names a next one, different each time.</summary>
    public static Lie EndlessPages(string at) => At(at, async context =>
    {
        var page = int.TryParse(context.Request.Query["page"], out var n) ? n : 0;
        context.Response.Headers.Link = $"<{context.Request.Path}?page={page + 1}>; rel=\"next\"";
        await context.Response.WriteAsync($$"""{"name":"x","tags":["1.0.{{page}}"]}""");
    });

    /// <summary>Sent elsewhere.</summary>
    public static Lie Redirect(string at, Func<HttpContext, string> to) => At(at, context =>
    {
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location = to(context);
        return Task.CompletedTask;
    });

    /// <summary>No answer until the client goes away.</summary>
    public static Lie Silence(string at) => At(at, async context =>
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        context.Abort();
    });

    /// <summary>A body that comes a byte at a time and does not end before the client does.</summary>
    public static Lie Drip(string at, string mediaType) => At(at, async context =>
    {
        context.Response.ContentType = mediaType;
        try
        {
            while (true)
            {
                await context.Response.Body.WriteAsync(" "u8.ToArray(), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(50, context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
    });

    /// <summary>The truth a number of times, then the lie.</summary>
    public static Lie After(int times, string at, Lie lie)
    {
        var left = times;
        return context => IsAt(context, at) && Interlocked.Decrement(ref left) < 0 ? lie(context) : Task.FromResult(false);
    }

    /// <summary>The lie a number of times, then the truth.</summary>
    public static Lie Times(int times, string at, Lie lie)
    {
        var left = times;
        return context => IsAt(context, at) && Interlocked.Decrement(ref left) >= 0 ? lie(context) : Task.FromResult(false);
    }

    private static Lie At(string at, Func<HttpContext, Task> answer) => async context =>
    {
        if (!IsAt(context, at))
        {
            return false;
        }

        await answer(context);
        return true;
    };

    private static bool IsAt(HttpContext context, string at) => (context.Request.Path + context.Request.QueryString).Contains(at, StringComparison.Ordinal);
}
