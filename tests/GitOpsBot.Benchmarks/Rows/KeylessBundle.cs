using System.Diagnostics;
using System.Globalization;
using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Testing.Sigstore;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>
/// Verifying a keyless bundle with certificate, log entry, proof and timestamp, from its bytes on: ours against npm's <c>@sigstore/verify</c>, the same
/// bundle and trusted root, both pinned to one core, trust prepared once and both warm, as a worker is.
/// </summary>
internal sealed class KeylessBundle : Benchmark
{
    private const int PerRound = 200;
    private const int WarmRounds = 3;

    // A bundle of 7 KB, its parsed JSON, certificate and token: a bound for what one verification leaves behind, whatever it costs.
    private const double MostKibibytes = 512;

    private static readonly Digest Subject = Digest.Of("checkout"u8);

    private static readonly (string Work, LogChoice Log, double Reach)[] Kinds =
    [
        ("200 keyless bundles, Rekor v1 entry, timestamp, one core", LogChoice.RekorV1, 5), ("200 keyless bundles, Rekor v2 entry, timestamp, one core", LogChoice.RekorV2, 5),
    ];

    /// <inheritdoc/>
    public override string Name => "keyless-bundle";

    /// <inheritdoc/>
    public override string About => "a keyless bundle with certificate, log entry, proof and timestamp, one core, against @sigstore/verify (GITOPSBOT_SIGSTORE_JS names its folder)";

    /// <inheritdoc/>
    public override Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench) => Task.FromResult<IReadOnlyList<Figure>>([.. Kinds.SelectMany(k => Measure(bench, k.Work, k.Log, k.Reach))]);

    /// <inheritdoc/>
    public override Task WorkAsync(IReadOnlyList<string> arguments, Rounds rounds)
    {
        var verify = Verification(arguments[0]);
        return rounds.RunAsync(word =>
        {
            var begin = Stopwatch.GetTimestamp();
            for (var i = int.Parse(word, CultureInfo.InvariantCulture); i > 0; i--)
            {
                verify();
            }

            return Task.FromResult(Stopwatch.GetElapsedTime(begin));
        });
    }

    private List<Figure> Measure(Bench bench, string work, LogChoice log, double reach)
    {
        var folder = bench.Scratch();
        var instance = new SigstoreInstance();
        var statement = Encoding.UTF8.GetBytes(
            $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"checkout","digest":{"sha256":"{{{Subject.Hex}}}"}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{}}""");
        File.WriteAllBytes(Path.Combine(folder, "bundle.json"), instance.Sign([], new() { Log = log, Statement = statement, HasTimestamp = true }));
        File.WriteAllBytes(Path.Combine(folder, "root.json"), instance.RootJson(_ => { }));
        var script = Path.Combine(folder, "verify.cjs");
        File.WriteAllText(script, Theirs);

        var (ours, theirs) = (new Sample(), new Sample());
        using var here = new OursProcess(OnOneCore(Environment.ProcessPath!, [Entry.Inside, Name, folder]));
        using var there = SigstoreJs.Find() is { } packages ? new OursProcess(OnOneCore("node", [script, packages, folder, SigstoreInstance.Identity, SigstoreInstance.Issuer])) : null;
        var word = PerRound.ToString(CultureInfo.InvariantCulture);
        for (var i = 0; i < WarmRounds; i++)
        {
            here.Round(word);
            there?.Round(word);
        }

        (Sample, Func<TimeSpan>)[] sides = there is null ? [(ours, () => here.Round(word))] : [(ours, () => here.Round(word)), (theirs, () => there.Round(word))];
        Bench.InTurns(bench.Runs, sides);
        return
        [
            there is null ? Figure.Alone(work, ours, SigstoreJs.Absent, reach) : Figure.Faster(work, ours, "@sigstore/verify", theirs, reach).With(here.PeakBytes),
            Figure.AtMost($"memory allocated for one of them ({log})", Kibibytes(folder), "KiB", MostKibibytes),
        ];
    }

    private static double Kibibytes(string folder)
    {
        var verify = Verification(folder);
        verify();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < PerRound; i++)
        {
            verify();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1024.0 / PerRound;
    }

    private static Action Verification(string folder)
    {
        var root = TrustedRoot.Read(File.ReadAllBytes(Path.Combine(folder, "root.json"))) is Checked<TrustedRoot>.Accepted(var read) ? read : throw new InvalidOperationException("No trusted root.");
        var authority = new Authority("ci", new AuthorityTrust.Keyless(SigstoreInstance.Issuer, null, SigstoreInstance.Identity, null)) { TrustedRoot = root };
        var bundle = File.ReadAllBytes(Path.Combine(folder, "bundle.json"));
        return () =>
        {
            if (EvidenceVerifier.VerifyBundle(bundle, Subject, null, authority, SigstoreInstance.At) is not EvidenceItem.Verified)
            {
                throw new InvalidOperationException("Our side does not believe the bundle.");
            }
        };
    }

    private static ProcessStartInfo OnOneCore(string program, string[] arguments) =>
        Tool.Find("taskset") is { } taskset ? Tool.Start(taskset, null, ["-c", "0", program, .. arguments]) : Tool.Start(program, null, arguments);

    // The other side of a round: the same, from the bundle's text on.
    private const string Theirs = """
        const { createRequire } = require('node:module');
        const fs = require('node:fs');
        const path = require('node:path');
        const [, , packages, world, subjectAlternativeName, issuer] = process.argv;
        const load = createRequire(path.join(packages, 'package.json'));
        const { Verifier, toTrustMaterial, toSignedEntity } = load('@sigstore/verify');
        const { bundleFromJSON } = load('@sigstore/bundle');
        const { TrustedRoot } = createRequire(load.resolve('@sigstore/verify'))('@sigstore/protobuf-specs');
        const text = fs.readFileSync(path.join(world, 'bundle.json'), 'utf8');
        const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(fs.readFileSync(path.join(world, 'root.json'), 'utf8')))), {});
        const policy = { subjectAlternativeName, extensions: { issuer } };
        console.log('ready');
        require('node:readline').createInterface({ input: process.stdin }).on('line', (word) => {
          const begin = process.hrtime.bigint();
          for (let i = Number(word); i > 0; i--) {
            verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(text))), policy);
          }
          console.log(String((process.hrtime.bigint() - begin) / 1000n));
        });
        """;
}
