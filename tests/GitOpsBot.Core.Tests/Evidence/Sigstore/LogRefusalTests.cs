using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Testing.Sigstore;
using static GitOpsBot.Core.Tests.Evidence.Sigstore.Minted;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

public sealed class LogRefusalTests
{
    private static readonly DateTimeOffset At = SigstoreInstance.At;
    private static readonly BundleRecipe V2 = new() { Log = LogChoice.RekorV2 };

    [Theory]
    [InlineData("hashedrekord 0.0.1", LogChoice.RekorV1)]
    [InlineData("dsse 0.0.1", LogChoice.RekorV1)]
    [InlineData("intoto 0.0.2", LogChoice.RekorV1)]
    [InlineData("hashedrekord 0.0.2", LogChoice.RekorV2)]
    [InlineData("dsse 0.0.2", LogChoice.RekorV2)]
    public void Refuses_a_true_entry_about_something_else(string kind, LogChoice log)
    {
        var recipe = new BundleRecipe { Kind = kind, Log = log, Statement = kind == "hashedrekord 0.0.1" ? null : Statement };
        string Reason(string what) => $"The {kind} log entry must have the {what} of what is attached, but has another.";
        var other = Own.Fulcio.Issue(StandInKey.P256(), new(), At);

        AssertRefused(recipe with { Logged = r => r with { Signature = StandInKey.P256().Sign(Content) } }, RejectionCode.LogEntryNotBound, Reason("signature"));
        AssertRefused(recipe with { Logged = r => r with { Verifier = other } }, RejectionCode.LogEntryNotBound, Reason("certificate"));
        AssertRefused(recipe with { Logged = r => r with { Hash = new byte[32] } }, RejectionCode.LogEntryNotBound, Reason("digest"));
    }

    [Fact]
    public void Refuses_an_entry_of_the_same_key_in_another_certificate_or_bare()
    {
        var key = StandInKey.P256();
        var keyed = new Authority("acme-ci", new AuthorityTrust.Keys([new AuthorityKey("ci.pub", key.Spki, null, null)])) { TrustedRoot = Root };

        AssertRefused(
            new() { Key = key, Logged = r => r with { Verifier = Own.Fulcio.Issue(key, new(), At), IsCertificate = true } }, RejectionCode.LogEntryNotBound,
            "The hashedrekord 0.0.1 log entry must have the key of what is attached, but has another.", keyed);
        AssertRefused(
            new() { Key = key, Logged = r => r with { Verifier = StandInKey.P256().Spki } }, RejectionCode.LogEntryNotBound,
            "The hashedrekord 0.0.1 log entry must have the key of what is attached, but has another.", keyed);
    }

    [Fact]
    public void Refuses_a_kind_of_entry_that_is_not_for_such_a_signature() => AssertRefused(
        new() { Statement = Statement, Kind = "hashedrekord 0.0.1" }, RejectionCode.LogEntryNotBound,
        "The hashedrekord 0.0.1 log entry must have the digest of what is attached, but has another.");

    [Fact]
    public void Refuses_the_log_of_another_instance()
    {
        var unknown = Convert.ToHexStringLower(Stranger.Rekor.Id);

        AssertRefused(new() { LoggedBy = Stranger }, RejectionCode.UntrustedLog, $"Expected an entry of a log of the trusted root; found one of {unknown}.");
        // Where no log is demanded an unknown one proves nothing and says nothing.
        AssertVerified(new() { LoggedBy = Stranger, HasTimestamp = true }, Keyless with { RequiresTransparencyLog = false });
        AssertRefused(
            new() { LoggedBy = Stranger }, RejectionCode.NoTrustedTime,
            "Expected a time that a log or a timestamp authority signed, as a certificate is valid for minutes; found none.", Keyless with { RequiresTransparencyLog = false });
    }

    [Fact]
    public void Checks_an_entry_of_a_known_log_even_where_none_is_demanded() => AssertRefused(
        new() { HasTimestamp = true, Edit = b => Flip(Proof(b), "rootHash") }, RejectionCode.InclusionProofInvalid,
        "The inclusion proof must lead from the log entry to its root hash, but does not.", Keyless with { RequiresTransparencyLog = false });

    [Fact]
    public void Refuses_a_promise_that_the_log_did_not_make()
    {
        const string Reason = "The signed entry timestamp must be by the log 'https://rekor.stand-in.dev' over this entry, but is not.";

        AssertRefused(new() { Edit = b => Flip(Entry(b)["inclusionPromise"]!.AsObject(), "signedEntryTimestamp", 20) }, RejectionCode.TimestampInvalid, Reason);
        AssertRefused(new() { Edit = b => Entry(b)["integratedTime"] = (At.ToUnixTimeSeconds() + 11).ToString() }, RejectionCode.TimestampInvalid, Reason);
        AssertRefused(new() { Edit = b => Entry(b)["logIndex"] = "1000007" }, RejectionCode.TimestampInvalid, Reason);
        AssertRefused(
            new() { Edit = b => Entry(b).Remove("integratedTime") }, RejectionCode.TimestampInvalid,
            "Expected a signed entry timestamp with its time only where the log makes one; found one for a hashedrekord 0.0.1 entry without.");
        AssertRefused(
            V2 with { Edit = b => Entry(b)["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = "AAAA" } }, RejectionCode.TimestampInvalid,
            "Expected a signed entry timestamp with its time only where the log makes one; found one for a hashedrekord 0.0.2 entry without.");
    }

    [Fact]
    public void Believes_no_time_that_the_log_did_not_sign()
    {
        AssertRefused(
            new() { Edit = b => Entry(b).Remove("inclusionPromise") }, RejectionCode.NoTrustedTime,
            "Expected a time that a log or a timestamp authority signed, as a certificate is valid for minutes; found none.");
        AssertRefused(
            V2 with { Edit = b => b["verificationMaterial"]!.AsObject().Remove("timestampVerificationData") }, RejectionCode.NoTrustedTime,
            "Expected a time that a log or a timestamp authority signed, as a certificate is valid for minutes; found none.");
        AssertRefused(
            new()
            {
                HasTimestamp = true,
                Edit = b =>
                {
                    Entry(b).Remove("inclusionPromise");
                    Entry(b)["integratedTime"] = At.AddYears(1).ToUnixTimeSeconds().ToString();
                },
            },
            RejectionCode.TimeOutsideCertificate, "The certificate is valid from 2026-06-01T12:00:00Z to 2026-06-01T12:10:00Z, but the log entry was added at 2027-06-01T12:00:00Z.");
        AssertRefused(
            new() { MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1", Edit = b => Entry(b).Remove("inclusionPromise") }, RejectionCode.NoTrustedTime,
            "The bundle's verificationMaterial's tlogEntries[0] must have a signed entry timestamp in version 0.1, but has none.", Keyless with { AllowsBundleV01 = true });
    }

    [Fact]
    public void Refuses_a_log_key_outside_its_window()
    {
        var v1 = Own.RootWith(r => r["tlogs"]![0]!["publicKey"]!["validFor"]!["end"] = SigstoreInstance.Said(At.AddSeconds(9)));
        var v2 = Own.RootWith(r => r["tlogs"]![1]!["publicKey"]!["validFor"]!["end"] = SigstoreInstance.Said(At.AddSeconds(4)));

        AssertRefused(
            new(), RejectionCode.LogKeyNotValid,
            "The key of the log 'https://rekor.stand-in.dev' is believed until 2026-06-01T12:00:09Z, which is before 2026-06-01T12:00:10Z, the time of the log entry.",
            Keyless with { TrustedRoot = v1 });
        AssertRefused(
            V2, RejectionCode.LogKeyNotValid,
            "The key of the log 'https://log2026.rekor.stand-in.dev' is believed until 2026-06-01T12:00:04Z, which is before 2026-06-01T12:00:05Z, when the signature was made.",
            Keyless with { TrustedRoot = v2 });
        AssertVerified(new(), Keyless with { TrustedRoot = Own.RootWith(r => r["tlogs"]![0]!["publicKey"]!["validFor"]!["end"] = SigstoreInstance.Said(At.AddSeconds(10))) });
    }

    [Fact]
    public void Demands_an_inclusion_proof_from_version_02_on_and_of_rekor_v2_always()
    {
        const string Reason = "The bundle's verificationMaterial's tlogEntries[0] must have an inclusion proof, but has none.";

        AssertRefused(new() { Edit = b => Entry(b).Remove("inclusionProof") }, RejectionCode.InclusionProofMissing, Reason);
        AssertRefused(
            V2 with { MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.2", Edit = b => Entry(b).Remove("inclusionProof") }, RejectionCode.InclusionProofMissing, Reason);
    }

    [Fact]
    public void Refuses_a_proof_that_does_not_lead_to_the_root()
    {
        const string Reason = "The inclusion proof must lead from the log entry to its root hash, but does not.";
        static void Hash(JsonObject bundle, Action<JsonArray> edit) => edit(Proof(bundle)["hashes"]!.AsArray());

        AssertRefused(new() { Edit = b => Hash(b, h => h[1] = Convert.ToBase64String(new byte[32])) }, RejectionCode.InclusionProofInvalid, Reason);
        AssertRefused(new() { Edit = b => Hash(b, h => h.RemoveAt(0)) }, RejectionCode.InclusionProofInvalid, Reason);
        AssertRefused(new() { Edit = b => Hash(b, h => h.Add(Convert.ToBase64String(new byte[32]))) }, RejectionCode.InclusionProofInvalid, Reason);
        AssertRefused(new() { Edit = b => Proof(b)["logIndex"] = "7" }, RejectionCode.InclusionProofInvalid, Reason);
        AssertRefused(new() { Edit = b => Proof(b)["logIndex"] = "11" }, RejectionCode.InclusionProofInvalid, Reason);
        AssertRefused(V2 with { Edit = b => Entry(b)["logIndex"] = "5" }, RejectionCode.InclusionProofInvalid, "The inclusion proof must be for entry 5, but is for 6.");
    }

    [Theory]
    [InlineData(LogChoice.RekorV1, "https://rekor.stand-in.dev")]
    [InlineData(LogChoice.RekorV2, "https://log2026.rekor.stand-in.dev")]
    public void Refuses_a_checkpoint_that_the_log_did_not_sign(LogChoice log, string url)
    {
        var rekor = log == LogChoice.RekorV2 ? Own.RekorV2 : Own.Rekor;
        var stranger = log == LogChoice.RekorV2 ? Stranger.RekorV2 : Stranger.Rekor;
        BundleRecipe With(Func<string, string> edit) => new()
        {
            Log = log, Edit = b => Proof(b)["checkpoint"]!["envelope"] = edit(Proof(b)["checkpoint"]!["envelope"]!.GetValue<string>()),
        };
        static string Text(string note) => note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)];
        var noSignature = $"The checkpoint must have a signature with the name and key id of the log '{url}', but has none.";
        var wrong = $"The checkpoint must have a signature that the key of the log '{url}' verifies, but has one that it does not verify.";

        AssertRefused(With(n => Text(n) + "\n" + stranger.SignatureLine(Text(n))), RejectionCode.CheckpointInvalid, noSignature);
        AssertRefused(With(n => Text(n) + "\n" + stranger.SignatureLine(Text(n), id: rekor.Id)), RejectionCode.CheckpointInvalid, wrong);
        AssertRefused(With(n => Text(n) + "\n" + rekor.SignatureLine(Text(n) + "x")), RejectionCode.CheckpointInvalid, wrong);
        AssertRefused(
            With(n => Text(n)), RejectionCode.CheckpointInvalid, "The checkpoint must have a text, an empty line and signatures, without control characters, but has another form.");
        AssertRefused(
            With(n => Text(n) + "\nnot a signature\n"), RejectionCode.CheckpointInvalid,
            "The checkpoint must have at most 100 signature lines with name, key id and signature, but has another line.");
        AssertRefused(With(_ => ""), RejectionCode.CheckpointInvalid, "The checkpoint must have a text, an empty line and signatures, without control characters, but has another form.");
    }

    [Fact]
    public void Refuses_a_true_checkpoint_of_another_tree() => AssertRefused(
        new() { Edit = b => Proof(b)["checkpoint"]!["envelope"] = Own.Rekor.Checkpoint(new byte[32]) }, RejectionCode.CheckpointInvalid,
        "The checkpoint must be of the tree of the inclusion proof, but is of another.");

    [Fact]
    public void Refuses_a_checkpoint_of_another_origin()
    {
        BundleRecipe With(string origin) => V2 with
        {
            Edit = b => Proof(b)["checkpoint"]!["envelope"] = Own.RekorV2.Checkpoint(Convert.FromBase64String(Proof(b)["rootHash"]!.GetValue<string>()), origin),
        };

        AssertRefused(
            With("other.dev"), RejectionCode.CheckpointInvalid, "The checkpoint must have the origin log2026.rekor.stand-in.dev, but has 'other.dev'.");
        // Rekor v1's form of origin does not let a v2 log sign under another key id.
        AssertRefused(
            With("other.dev - 1"), RejectionCode.CheckpointInvalid,
            "The checkpoint must have a signature with the name and key id of the log 'https://log2026.rekor.stand-in.dev', but has none.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Passes_over_witnesses_wherever_they_stand(bool first)
    {
        var witness = $"\u2014 witness.example/w1 {Convert.ToBase64String(new byte[76])}\n";

        AssertVerified(V2 with
        {
            Edit = b =>
            {
                var note = Proof(b)["checkpoint"]!["envelope"]!.GetValue<string>();
                var text = note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 2)];
                Proof(b)["checkpoint"]!["envelope"] = first ? text + witness + note[text.Length..] : note + witness;
            },
        });
    }

    [Fact]
    public void Refuses_one_entry_twice()
    {
        AssertRefused(
            new() { Edit = b => b["verificationMaterial"]!["tlogEntries"]!.AsArray().Add(Entry(b).DeepClone()) }, RejectionCode.Malformed,
            "The bundle's verificationMaterial's tlogEntries[1] must be another entry than those before it, but is one of them again.");
        AssertRefused(
            new()
            {
                Edit = b =>
                {
                    for (var i = 0; i < 32; i++)
                    {
                        b["verificationMaterial"]!["tlogEntries"]!.AsArray().Add(Entry(b).DeepClone());
                    }
                },
            },
            RejectionCode.Limit, "The bundle's verificationMaterial may have at most 32 of 'tlogEntries', but has 33.");
    }
}
