using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Hosting.Webhooks;

/// <summary>
/// What others tell the bot over HTTP (SPEC section 7). Every webhook only ever says "look now": forged, repeated, late or lost, it changes when
/// something is looked at and never what is decided.
/// </summary>
internal static class Webhooks
{
    /// <summary>Adds what they need.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, BotSettings settings, Action<RepositorySettings, string?> lookAnew)
    {
        services.AddSingleton<PassTrigger>();
        services.AddSingleton(provider => new GitHubWebhook(settings, provider.GetRequiredService<PassTrigger>(), lookAnew));
        services.AddSingleton(provider => new RegistryWebhook(settings, provider.GetRequiredService<PassTrigger>()));
        return services;
    }

    /// <summary>Maps their addresses.</summary>
    public static void MapWebhooks(this WebApplication app, BotSettings settings)
    {
        app.MapPost("/webhooks/github", Answers(context => context.RequestServices.GetRequiredService<GitHubWebhook>().AnswerAsync(context.Request, context.RequestAborted)));
        app.MapPost("/webhooks/registry/{host}", Answers(context =>
            context.RequestServices.GetRequiredService<RegistryWebhook>().AnswerAsync((string)context.GetRouteValue("host")!, context.Request, context.RequestAborted)));
        app.MapPost("/webhooks/alertmanager", Answers(context =>
            AlertAsync(settings, context.Request, context.RequestServices.GetRequiredService<PassTrigger>(), context.RequestAborted)));
    }

    // An alert may be about anything that a gate asks for.
    private static async Task<int> AlertAsync(BotSettings settings, HttpRequest request, PassTrigger trigger, CancellationToken cancellationToken)
    {
        if (settings.WebhookSecret is not { } secret)
        {
            return StatusCodes.Status404NotFound;
        }

        if (await WebhookBody.ReadAsync(request, RegistryWebhook.LargestBody, cancellationToken) is not { } body)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        if (!WebhookSecret.IsAuthorization(secret, request.Headers.Authorization) && !WebhookSecret.Is(secret, request.Query["token"]))
        {
            return StatusCodes.Status401Unauthorized;
        }

        using var json = WebhookBody.Parse(body);
        if (json is null)
        {
            return StatusCodes.Status400BadRequest;
        }

        foreach (var repository in settings.Repositories)
        {
            await trigger.AskAsync(repository.Name, cancellationToken);
        }

        return StatusCodes.Status202Accepted;
    }

    private static RequestDelegate Answers(Func<HttpContext, Task<int>> answer) => async context => context.Response.StatusCode = await GuardAsync(answer, context);

    private static async Task<int> GuardAsync(Func<HttpContext, Task<int>> answer, HttpContext context)
    {
        try
        {
            return await answer(context);
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode;
        }
        catch (IOException)
        {
            // The secret's file cannot be read: nobody can be believed until it can.
            return StatusCodes.Status503ServiceUnavailable;
        }
    }
}
