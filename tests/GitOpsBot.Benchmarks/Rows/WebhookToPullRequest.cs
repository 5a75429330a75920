using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Registry;
using GitOpsBot.Testing.GitHub;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>
/// The published program as a worker, told by signed webhooks alone: from the webhook until GitHub, a stand-in with real Git on loopback, has answered that
/// the pull request is open.
/// </summary>
internal sealed class WebhookToPullRequest : Benchmark
{
    private const int Counted = 100;

    // The first ones pay for what every process loads once.
    private const int Warm = 3;

    private const string Secret = "a secret of the benchmark";

    // A round makes three things on GitHub, and the bot makes no more than eighty a minute there.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override string Name => "webhook-to-pull-request";

    /// <inheritdoc/>
    public override string About => "the published program: from a webhook to the opened pull request, a hundred times, everything on loopback";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        var (program, folder, port) = (bench.Program(), bench.Scratch(), StartToReady.FreePort());
        await using var github = await GitHubServer.StartAsync(TimeProvider.System);
        using var ci = EvidenceSigner.Generate();
        var config = Write(github, ci, folder, port);
        using var opened = new SemaphoreSlim(0);
        using var shown = new SemaphoreSlim(0);
        github.Around = async (context, serve) =>
        {
            await serve();
            var path = context.Request.Path.Value!;
            _ = (context.Request.Method, context.Response.StatusCode) switch
            {
                ("POST", 201) when path.EndsWith("/pulls", StringComparison.Ordinal) => opened.Release(),
                ("POST", 201) when path.EndsWith("/check-runs", StringComparison.Ordinal) => shown.Release(),
                _ => 0,
            };
        };
        using var http = new HttpClient();
        using var hooks = new GitHubHooks(new Uri($"http://127.0.0.1:{port}"), Secret);
        using var process = Process.Start(Tool.Start(program, folder, ["run", "--config", config]))!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await StartToReady.UntilReadyAsync(http, port, process, Stopwatch.GetTimestamp());
            // The pass at the start finds nothing to promote.
            await Task.Delay(Pace);
            var layout = new OciLayoutWriter(Path.Combine(folder, "layout", "checkout"));
            var took = new Sample();
            for (var i = -Warm; i < Counted; i++)
            {
                Publish(layout, ci, string.Create(CultureInfo.InvariantCulture, $"1.0.{i + Warm}"));
                var begin = Stopwatch.GetTimestamp();
                var status = await hooks.DeliverAsync("push", $$$"""{"ref":"refs/heads/main","repository":{"full_name":"{{{GitHubWorld.FullName}}}"}}""");
                if (status != HttpStatusCode.Accepted || !await opened.WaitAsync(Patience))
                {
                    throw new InvalidOperationException($"The webhook was answered {(int)status}, and no pull request was opened.");
                }

                if (i >= 0)
                {
                    took.Add(Stopwatch.GetElapsedTime(begin));
                }

                await shown.WaitAsync(Patience);
                // A person's no to this digest: the next one opens another.
                github.World.Close(github.World.Pulls[^1].Number, "anna");
                await Task.Delay(TimeSpan.FromTicks(Math.Max(0, (Pace - Stopwatch.GetElapsedTime(begin)).Ticks)));
            }

            var work = $"webhook to opened pull request, {Counted} times";
            return
            [
                new Figure($"{work}: median", took.ToString(), "", "", "", null),
                Figure.AtMost($"{work}: 95 of 100 within", took.Within(95) / 1000, "s", 1),
            ];
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static string Write(GitHubServer github, EvidenceSigner ci, string folder, int port)
    {
        github.World.Bare.Commit("Begin", DateTimeOffset.UtcNow,
            (".gitopsbot/pipeline.yaml", """
            apiVersion: gitopsbot.dev/v1
            kind: Pipeline
            metadata: { name: checkout }
            spec:
              artifacts: [{ name: checkout, repository: "oci-layout:demo/checkout", select: { semver: ">=1.0.0" } }]
              environments: [{ name: prod, path: environments/prod, policy: signed, merge: review }]
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Authority
            metadata: { name: ci }
            spec: { keys: [{ file: ci.pub }] }
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: signed }
            spec:
              gates:
                - { name: signed, signature: { by: [ci] } }
                - { name: tests, attestation: { by: [ci], predicateType: "https://in-toto.io/attestation/test-result/v0.1", where: 'predicate.result == "PASSED"' } }

            """),
            (".gitopsbot/ci.pub", ci.PublicKeyPem),
            ("environments/prod/app.yaml", "kind: Deployment\nspec:\n  containers:\n    - image: oci-layout:demo/checkout\n"));
        Directory.CreateDirectory(Path.Combine(folder, "layout", "checkout"));
        File.WriteAllText(Path.Combine(folder, "app.pem"), github.World.AppKeyPem);
        File.WriteAllText(Path.Combine(folder, "hook"), Secret);
        var config = Path.Combine(folder, "gitopsbot.yaml");
        File.WriteAllText(config, string.Create(CultureInfo.InvariantCulture, $$"""
            dataDir: ./data
            interval: 1h
            http: { listen: 127.0.0.1:{{port}} }
            repositories: [{ name: shop, url: {{github.CloneUrl}}, artifacts: ["oci-layout:demo/"] }]
            github: { apiUrl: {{github.ApiUrl}}, app: { id: {{GitHubWorld.AppId}}, privateKeyFile: app.pem }, webhookSecretFile: hook }
            sources: { layouts: { demo: ./layout } }

            """));
        return config;
    }

    private static void Publish(OciLayoutWriter layout, EvidenceSigner ci, string version)
    {
        var digest = layout.AddImage(version, new Dictionary<string, string> { ["org.opencontainers.image.version"] = version }, DateTimeOffset.UtcNow);
        var (payload, signature) = ci.SignSimpleSigning(ImageName.Parse("oci-layout:demo/checkout"), digest);
        layout.Attach(digest, MediaTypes.SimpleSigning, layout.Read(digest), "application/vnd.dev.cosign.artifact.sig.v1+json", payload,
            new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = signature });
        layout.Attach(digest, MediaTypes.Dsse, layout.Read(digest), "application/vnd.in-toto+json",
            ci.SignStatement("checkout", digest, "https://in-toto.io/attestation/test-result/v0.1", new JsonObject { ["result"] = "PASSED" }));
    }
}
