using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Evidence.Sigstore.Bundles;

/// <summary>One message that <see cref="ProtoReader"/> opened. What is absent reads as protobuf's default; what is wrong is told to the reader.</summary>
internal sealed partial class ProtoMessage(ProtoReader reader, IReadOnlyDictionary<string, JsonElement> values, string name)
{
    /// <summary>What this is, as a sentence begins.</summary>
    public string Name => name;

    /// <summary>Whether the field is there and not null.</summary>
    public bool Has(string field) => values.ContainsKey(field);

    /// <summary>A text; empty when absent.</summary>
    public string Text(string field)
    {
        if (!values.TryGetValue(field, out var value))
        {
            return "";
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!;
        }

        Wrong(field, "a text", value);
        return "";
    }

    /// <summary>Bytes, base64; empty when absent.</summary>
    public byte[] Bytes(string field)
    {
        if (!values.TryGetValue(field, out var value))
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.String && Base64Text.TryDecode(Unfolded(value.GetString()!), out var bytes))
        {
            return bytes;
        }

        Wrong(field, "base64", value);
        return [];
    }

    /// <summary>A 64-bit integer, as a number or as a text; 0 when absent. Negative ones are wrong wherever this is used.</summary>
    public long Natural(string field)
    {
        if (!values.TryGetValue(field, out var value))
        {
            return 0;
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            _ => "",
        };
        if (Digits().IsMatch(text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        reader.Fail($"{name} must have a whole number that is not negative as '{field}', but has {Quoted.Text(value.GetRawText())}.");
        return 0;
    }

    /// <summary>A name of an enumeration, whose values are the places of their names in <paramref name="names"/>; null for a value that is not in it.</summary>
    public string? Choice(string field, IReadOnlyDictionary<int, string> names)
    {
        if (!values.TryGetValue(field, out var value))
        {
            return names.GetValueOrDefault(0);
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => names.Values.FirstOrDefault(n => n == value.GetString()),
            JsonValueKind.Number when value.TryGetInt32(out var number) => names.GetValueOrDefault(number),
            _ => null,
        };
    }

    /// <summary>A time, RFC 3339; null when absent.</summary>
    public DateTimeOffset? Time(string field)
    {
        if (!values.TryGetValue(field, out var value))
        {
            return null;
        }

        // Fractions beyond what .NET holds (100 ns) are cut: no certificate or log tells times that finely.
        if (value.ValueKind == JsonValueKind.String && Rfc3339().Match(value.GetString()!) is { Success: true } m
            && DateTimeOffset.TryParseExact(
                m.Groups["time"].Value + (m.Groups["fraction"].Value + "0000000")[..7] + m.Groups["zone"].Value, "yyyy-MM-dd'T'HH:mm:ssfffffffK",
                CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        Wrong(field, "a time such as 2026-12-31T00:00:00Z", value);
        return null;
    }

    /// <summary>A message; null when absent.</summary>
    public ProtoMessage? Message(string field, params IReadOnlyList<string> fields) =>
        values.TryGetValue(field, out var value) ? reader.Open(value, $"{name}'s {field}", fields) : null;

    /// <summary>A list of messages, at most <paramref name="most"/>; none when absent.</summary>
    public IReadOnlyList<ProtoMessage> Messages(string field, int most, params IReadOnlyList<string> fields) =>
        [.. List(field, most).Select((item, i) => reader.Open(item, string.Create(CultureInfo.InvariantCulture, $"{name}'s {field}[{i}]"), fields))];

    /// <summary>A list of byte strings, at most <paramref name="most"/>.</summary>
    public IReadOnlyList<byte[]> ByteStrings(string field, int most)
    {
        var all = new List<byte[]>();
        foreach (var item in List(field, most))
        {
            if (item.ValueKind == JsonValueKind.String && Base64Text.TryDecode(item.GetString()!, out var bytes))
            {
                all.Add(bytes);
            }
            else
            {
                Wrong(field, "base64 in its list", item);
            }
        }

        return all;
    }

    /// <summary>Tells the reader that this message is wrong.</summary>
    public void Fail(string expectedAndFound, RejectionCode code = RejectionCode.Malformed) => reader.Fail($"{name} {expectedAndFound}", code);

    // Some writers fold base64 into lines, and every other reader of this format lets them.
    private static string Unfolded(string base64) => base64.Contains('\n', StringComparison.Ordinal) ? base64.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal) : base64;

    private JsonElement[] List(string field, int most)
    {
        if (!values.TryGetValue(field, out var value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong(field, "a list", value);
            return [];
        }

        var count = value.GetArrayLength();
        if (count > most)
        {
            reader.Fail(string.Create(CultureInfo.InvariantCulture, $"{name} may have at most {most} of '{field}', but has {count}."), RejectionCode.Limit);
            return [];
        }

        return [.. value.EnumerateArray()];
    }

    private void Wrong(string field, string expected, JsonElement found) =>
        reader.Fail($"{name} must have {expected} as '{field}', but has {(found.ValueKind == JsonValueKind.String ? "another text" : Quoted.Kind(found))}.");

    [GeneratedRegex(@"\A(?:0|[1-9][0-9]{0,18})\z")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\A(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?<fraction>[0-9]{1,9}))?(?<zone>Z|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Rfc3339();
}
