using GitOpsBot.Commands;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Hosting.Webhooks;
using GitOpsBot.Reconciliation;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;

namespace GitOpsBot.Hosting;

/// <summary>What the worker does for one repository.</summary>
internal sealed record WorkerPass(BotSettings Settings, Func<PassRequest, CancellationToken, Task<Answer<PassReport>>> Act);

/// <summary>
/// The long-running bot: a pass over every repository at start and then on schedule, health and webhooks over HTTP. The schedule is in memory, since a
/// restart looks at everything anyway. A stop is passed on to the passes that run, and waits for them.
/// </summary>
internal static class Worker
{
    // A pass makes one outside call at a time and each ends within 30 seconds; what is left then is cut, which the next start mends.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(45);

    /// <summary>Runs until <paramref name="cancellationToken"/> or the host says stop.</summary>
    public static async Task RunAsync(
        BotSettings settings, Func<PassRequest, CancellationToken, Task<Answer<PassReport>>> pass, ILoggerFactory logs, CancellationToken cancellationToken,
        Action<BotSettings, RepositorySettings, string?>? lookAnew = null)
    {
        await using var host = Build(settings, pass, logs, lookAnew);
        await host.StartAsync(cancellationToken);
        await host.WaitForShutdownAsync(cancellationToken);
    }

    /// <summary>The host, not started.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="pass">What is done for a repository.</param>
    /// <param name="logs">Where it logs.</param>
    /// <param name="lookAnew">Called when somebody asks for the check of a commit to be run again: what was remembered of it does not hold any more.</param>
    public static WebApplication Build(
        BotSettings settings, Func<PassRequest, CancellationToken, Task<Answer<PassReport>>> pass, ILoggerFactory logs, Action<BotSettings, RepositorySettings, string?>? lookAnew = null)
    {
        // Nothing but the bot's own settings is read: no appsettings.json of the folder it happens to run in, no ASPNETCORE_ variables.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "gitopsbot", ContentRootPath = AppContext.BaseDirectory });
        builder.Host.UseDefaultServiceProvider(o => (o.ValidateScopes, o.ValidateOnBuild) = (true, true));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.Listen(settings.Listen);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = LongestStop);
        builder.Services.Replace(ServiceDescriptor.Singleton(logs));
        builder.Services.AddPasses(settings, pass);
        builder.Services.AddWebhooks(settings, (repository, sha) => lookAnew?.Invoke(settings, repository, sha));

        var app = builder.Build();
        app.MapGet("/healthz", Says("ok\n"));
        app.MapGet("/readyz", Says("ready\n"));
        app.MapWebhooks(settings);
        return app;
    }

    // A plain delegate, as for webhooks: the framework compiles any other at the first request, which takes a quarter of the time until the bot is ready.
    private static RequestDelegate Says(string text) => context =>
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    };

    private static void AddPasses(this IServiceCollection services, BotSettings settings, Func<PassRequest, CancellationToken, Task<Answer<PassReport>>> pass)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new WorkerPass(settings, pass));
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(o =>
            {
                o.ShutdownJobInterruption = ShutdownJobInterruption.Always;
                // A trigger that a webhook sets just as a pass ends can miss the scheduler's signal: it is then seen within this time.
                o.IdleWaitTime = TimeSpan.FromSeconds(1);
            });
            quartz.UseInMemoryStore();
            quartz.UseDefaultThreadPool(settings.Repositories.Count);
            foreach (var repository in settings.Repositories)
            {
                var key = new JobKey(repository.Name);
                quartz.AddJob<ReconciliationJob>(job => job.WithIdentity(key));
                quartz.AddTrigger(trigger => trigger.ForJob(key).WithIdentity(repository.Name).StartNow()
                    // After a pass that outlasts the interval the schedule goes on; what was missed is not made up for.
                    .WithSimpleSchedule(s => s.WithInterval(settings.Interval).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount)));
            }
        });
        services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
    }
}
