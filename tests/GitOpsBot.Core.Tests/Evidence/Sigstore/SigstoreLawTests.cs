using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Testing.Sigstore;
using static GitOpsBot.Core.Tests.Evidence.Sigstore.Minted;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

/// <summary>Laws: no bit of what is proven can change without a refusal, and no bytes at all bring about an exception.</summary>
public sealed class SigstoreLawTests
{
    private const string Unexpected = "failed unexpectedly";
    private static readonly Authority Strict = Keyless;

    // Every byte of every value, one bit of each (which one goes round), in the bytes the value stands for.
    [Theory]
    [InlineData(LogChoice.RekorV1, true)]
    [InlineData(LogChoice.RekorV2, true)]
    [InlineData(LogChoice.RekorV1, false)]
    public void Never_believes_a_bundle_in_which_any_byte_of_any_value_was_flipped(LogChoice log, bool isStatement)
    {
        var bundle = Own.Sign(Content, new() { Log = log, Statement = isStatement ? Statement : null, HasTimestamp = true, Edit = WithoutTokenCertificates });
        Assert.IsType<EvidenceItem.Verified>(Judge(bundle));
        var believed = new List<string>();

        foreach (var (path, value) in Texts(JsonNode.Parse(bundle)!))
        {
            foreach (var (at, flipped) in Flips(value))
            {
                var changed = JsonNode.Parse(bundle)!;
                Set(changed, path, flipped);
                var item = Judge(Encoding.UTF8.GetBytes(changed.ToJsonString()), Strict);
                AssertExpected(item);
                if (item is EvidenceItem.Verified)
                {
                    believed.Add($"{path} {at}");
                }
            }
        }

        // What may change: a timestamp's wrapping and the fields of its signer that no signature covers. The time, the signer, what was stamped and the
        // signature itself stay as they are, since the signed attributes hold the hash of the one and are under the other.
        Assert.All(believed, b => Assert.StartsWith("verificationMaterial.timestampVerificationData", b));
        Assert.True(believed.Count <= 60, string.Join('\n', believed));
    }

    // The same of the file's own bytes: what JSON does not care for aside (white space does not occur), none may change.
    [Fact]
    public void Never_believes_a_bundle_in_which_any_byte_of_the_file_was_flipped()
    {
        var bundle = Own.Sign(Content, new() { Statement = Statement });
        var believed = Enumerable.Range(0, bundle.Length).Where(i =>
        {
            var flipped = bundle.ToArray();
            flipped[i] ^= (byte)(1 << (i % 8));
            var item = Judge(flipped);
            AssertExpected(item);
            return item is EvidenceItem.Verified;
        });

        Assert.Empty(believed);
    }

    [Fact]
    public void Never_throws_whatever_the_bytes()
    {
        var random = new Random(20260601);
        var seeds = new[]
        {
            Own.Sign(Content, new() { Statement = Statement, HasTimestamp = true }), Own.Sign(Content, new() { Log = LogChoice.RekorV2 }),
            Own.Sign(Content, new() { MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1" }),
        };
        for (var i = 0; i < 3000; i++)
        {
            var mutated = Mutate(seeds[i % seeds.Length], random);
            AssertExpected(Judge(mutated, Strict with { AllowsBundleV01 = true }));
        }
    }

    // Deeper: the JSON stays whole, and what its values hold (certificates, tokens, entries, checkpoints) is broken.
    [Fact]
    public void Never_throws_whatever_the_values_hold()
    {
        var random = new Random(20260602);
        var bundle = Own.Sign(Content, new() { Statement = Statement, HasTimestamp = true });
        var texts = Texts(JsonNode.Parse(bundle)!).ToList();
        for (var i = 0; i < 3000; i++)
        {
            var (path, value) = texts[random.Next(texts.Count)];
            var changed = JsonNode.Parse(bundle)!;
            var bytes = Bytes(value);
            Set(changed, path, bytes is null ? Encoding.Latin1.GetString(Mutate(Encoding.Latin1.GetBytes(value), random)) : Convert.ToBase64String(Mutate(bytes, random)));
            AssertExpected(Judge(JsonSerializer.SerializeToUtf8Bytes(changed)));
        }
    }

    [Fact]
    public void Never_throws_whatever_a_trusted_root_holds()
    {
        var random = new Random(20260603);
        var root = Own.RootJson(_ => { });
        var texts = Texts(JsonNode.Parse(root)!).ToList();
        for (var i = 0; i < 1500; i++)
        {
            var (path, value) = texts[random.Next(texts.Count)];
            var changed = JsonNode.Parse(root)!;
            var bytes = Bytes(value);
            Set(changed, path, bytes is null ? Encoding.Latin1.GetString(Mutate(Encoding.Latin1.GetBytes(value), random)) : Convert.ToBase64String(Mutate(bytes, random)));
            _ = TrustedRoot.Read(JsonSerializer.SerializeToUtf8Bytes(changed));
            _ = TrustedRoot.Read(Mutate(root, random));
        }
    }

    // A token's certificates count for nothing, so that changing them changes nothing; they are left out to hold the rest to the law.
    private static void WithoutTokenCertificates(JsonObject bundle)
    {
        var signature = Convert.FromBase64String((bundle["messageSignature"]?["signature"] ?? bundle["dsseEnvelope"]!["signatures"]![0]!["sig"])!.GetValue<string>());
        bundle["verificationMaterial"]!["timestampVerificationData"]!["rfc3161Timestamps"]![0]!["signedTimestamp"] =
            Convert.ToBase64String(Own.Timestamps.Stamp(signature, SigstoreInstance.At.AddSeconds(5), brings: false));
    }

    private static void AssertExpected(EvidenceItem item) =>
        Assert.False(item is EvidenceItem.Rejected { Rejection.Reason: var reason } && reason.Contains(Unexpected, StringComparison.Ordinal), (item as EvidenceItem.Rejected)?.Rejection.Reason);

    private static IEnumerable<(string At, string Text)> Flips(string value)
    {
        if (Bytes(value) is { } bytes)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                var flipped = bytes.ToArray();
                flipped[i] ^= (byte)(1 << (i % 8));
                yield return ($"{i}", Convert.ToBase64String(flipped));
            }
        }
        else
        {
            for (var i = 0; i < value.Length; i++)
            {
                yield return ($"'{i}'", $"{value[..i]}{(char)(value[i] ^ 1)}{value[(i + 1)..]}");
            }
        }
    }

    private static byte[]? Bytes(string text)
    {
        var buffer = new byte[text.Length];
        return text.Length > 20 && Convert.TryFromBase64String(text, buffer, out var written) ? buffer[..written] : null;
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = bytes.ToList();
        for (var n = random.Next(1, 4); n > 0 && mutated.Count > 0; n--)
        {
            var at = random.Next(mutated.Count);
            switch (random.Next(5))
            {
                case 0:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 1:
                    mutated.RemoveRange(at, Math.Min(random.Next(1, 40), mutated.Count - at));
                    break;
                case 2:
                    mutated.InsertRange(at, mutated.GetRange(at, Math.Min(random.Next(1, 40), mutated.Count - at)));
                    break;
                case 3:
                    mutated[at] = (byte)(random.Next(2) * 255);
                    break;
                default:
                    mutated.RemoveRange(at, mutated.Count - at);
                    break;
            }
        }

        return [.. mutated];
    }

    private static IEnumerable<(string Path, string Value)> Texts(JsonNode node, string path = "") => node switch
    {
        JsonObject json => json.SelectMany(p => Texts(p.Value!, path.Length == 0 ? p.Key : $"{path}.{p.Key}")),
        JsonArray array => array.SelectMany((item, i) => Texts(item!, $"{path}.{i}")),
        _ => [(path, node.GetValue<string>())],
    };

    private static void Set(JsonNode node, string path, string value)
    {
        var keys = path.Split('.');
        var parent = keys[..^1].Aggregate(node, (n, k) => n is JsonArray array ? array[int.Parse(k)]! : n[k]!);
        if (parent is JsonArray list)
        {
            list[int.Parse(keys[^1])] = value;
        }
        else
        {
            parent[keys[^1]] = value;
        }
    }
}
