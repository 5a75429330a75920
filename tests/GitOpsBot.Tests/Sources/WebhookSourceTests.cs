using System.Net;
using System.Net.Sockets;
using GitOpsBot.Core.Policies;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Sources;
using GitOpsBot.Testing;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Tests.Sources;

public sealed class WebhookSourceTests
{
    private static readonly WebhookNeed Need = new("opa", """{"input":{"environment":"prod"}}""", TimeSpan.FromSeconds(5));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Posts_the_document_to_the_very_address_and_hands_on_the_answer()
    {
        await using var opa = await AnsweringServer.StartAsync(200, """{"result": true}""");

        Assert.Equal("""{"result": true}""", await At(new Uri(opa.Url, "v1/data/promotion?pretty=false")).AskAsync(Need, Token));

        Assert.Equal(("POST", "/v1/data/promotion?pretty=false", Need.Body, null), Assert.Single(opa.Asked));
    }

    [Fact]
    public async Task Sends_its_token_there_and_never_after_a_redirect()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "s3cret\n", Token);
        await using var stranger = await AnsweringServer.StartAsync(200, """{"result": true}""");
        await using var opa = await AnsweringServer.StartAsync((context, _) =>
        {
            context.Response.Redirect(stranger.Url.ToString(), permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });

        var refused = await Assert.ThrowsAsync<SourceException>(() => At(opa.Url, new SecretFile(file)).AskAsync(Need, Token));

        Assert.Equal("The webhook opa answers with status 307.", refused.Message);
        Assert.Equal("Bearer s3cret", Assert.Single(opa.Asked).Authorization);
        Assert.Empty(stranger.Asked);
        File.Delete(file);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(204)]
    public async Task A_status_that_is_not_200_is_no_answer(int status)
    {
        await using var opa = await AnsweringServer.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = status;
            if (status != 204)
            {
                await context.Response.WriteAsync("""{"result": true}""");
            }
        });

        var refused = await Assert.ThrowsAsync<SourceException>(() => At(opa.Url).AskAsync(Need, Token));

        Assert.Equal(($"The webhook opa answers with status {status}.", false), (refused.Message, refused.IsSilent));
    }

    [Fact]
    public async Task One_that_is_slow_is_left_when_its_time_is_over()
    {
        await using var opa = await AnsweringServer.StartAsync(async (context, _) =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted);
        });

        var refused = await Assert.ThrowsAsync<SourceException>(() => At(opa.Url).AskAsync(Need with { Timeout = TimeSpan.FromSeconds(1) }, Token));

        Assert.Equal(("The webhook opa did not answer within 1 s.", true), (refused.Message, refused.IsSilent));
    }

    [Fact]
    public async Task One_that_is_not_there_is_unreachable_and_its_address_is_not_told()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var free = ((IPEndPoint)port.LocalEndpoint).Port;
        port.Stop();

        var refused = await Assert.ThrowsAsync<SourceException>(() => At(new Uri($"http://127.0.0.1:{free}/")).AskAsync(Need, Token));

        Assert.Equal(("The webhook opa cannot be reached (ConnectionError).", true), (refused.Message, refused.IsSilent));
    }

    [Fact]
    public async Task An_endless_answer_costs_its_bound_and_no_more()
    {
        await using var opa = await AnsweringServer.StartAsync(async (context, _) =>
        {
            var block = new byte[1024 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });

        var refused = await Assert.ThrowsAsync<SourceException>(() => At(opa.Url).AskAsync(Need with { Timeout = TimeSpan.FromSeconds(20) }, Token));

        Assert.Equal("The answer of The webhook opa is too long: expected at most 8388608 bytes, found more.", refused.Message);
    }

    private static WebhookSource At(Uri url, SecretFile? token = null) => new(new SourceClient("The webhook opa", new SourceAddress(url, token)));
}
