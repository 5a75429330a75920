using System.Globalization;
using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>
/// Takes values out of a predicate and remembers the first thing that is wrong with it, so that a reader can be written straight down. What is
/// absent is absent; what is there and is something else, is too long or too many, is a fault, and the whole predicate counts for nothing.
/// </summary>
/// <param name="what">What is read, as a sentence begins: <c>The scan</c>.</param>
internal sealed class PredicateWalk(string what)
{
    /// <summary>Characters of one text: identifiers, licences and addresses have a tenth of it.</summary>
    public const int LongestText = 4096;

    /// <summary>The first fault, or null.</summary>
    public Rejection? Fault { get; private set; }

    /// <summary>The value, unless there was a fault.</summary>
    public Checked<Predicate> Done(Func<Predicate> value) => Fault is { } fault ? fault : value();

    /// <summary>Notes a fault.</summary>
    public void Is(RejectionCode code, string sentence) => Fault ??= new Rejection(code, $"{what} {sentence}.");

    /// <summary>The predicate itself as an object.</summary>
    public JsonElement Root(JsonElement predicate)
    {
        if (predicate.ValueKind != JsonValueKind.Object)
        {
            Is(RejectionCode.Malformed, $"must be a JSON object, but is {Quoted.Kind(predicate)}");
        }

        return predicate;
    }

    /// <summary>A text; null when it is absent or null.</summary>
    public string? Text(JsonElement parent, string key)
    {
        var value = parent.At(key);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return null;
            case JsonValueKind.String when value.GetString() is { Length: <= LongestText } text:
                return text;
            case JsonValueKind.String:
                Is(RejectionCode.Limit, $"may have at most {LongestText} characters in '{key}', but has more");
                return null;
            default:
                Is(RejectionCode.Malformed, $"must have text in '{key}', but it is {Quoted.Kind(value)}");
                return null;
        }
    }

    /// <summary>A text that must be there and not empty; the empty text when it is not, with a fault.</summary>
    public string Needed(JsonElement parent, string key)
    {
        var text = Text(parent, key);
        if (string.IsNullOrEmpty(text))
        {
            Is(RejectionCode.Malformed, $"must have a '{key}', but it is missing or empty");
        }

        return text ?? "";
    }

    /// <summary>A time with a zone (RFC 3339); null when it is absent.</summary>
    public DateTimeOffset? Time(JsonElement parent, string key)
    {
        if (Text(parent, key) is not { } text)
        {
            return null;
        }

        if (Rfc3339.Read(text) is { } at)
        {
            return at;
        }

        Is(RejectionCode.Malformed, $"must have a time with a zone in '{key}', but has {Quoted.Text(text)}");
        return null;
    }

    /// <summary>The items of a list; none when it is absent or null, and then a fault where it is needed.</summary>
    public IEnumerable<JsonElement> Items(JsonElement parent, string key, int most, bool isNeeded = false)
    {
        var list = parent.At(key);
        if (list.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null && !isNeeded)
        {
            return [];
        }

        return Entries(list, key, most);
    }

    /// <summary>The items of this list.</summary>
    public IEnumerable<JsonElement> Entries(JsonElement list, string key, int most)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            Is(RejectionCode.Malformed, $"must have a list '{key}', but it is {Quoted.Kind(list)}");
            return [];
        }

        if (list.GetArrayLength() > most)
        {
            Is(RejectionCode.Limit, string.Create(CultureInfo.InvariantCulture, $"may have at most {most} entries in '{key}', but has {list.GetArrayLength()}"));
            return [];
        }

        return list.EnumerateArray();
    }

    /// <summary>The texts of a list.</summary>
    public IReadOnlyList<string> Texts(JsonElement parent, string key, int most)
    {
        if (parent.At(key).ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return [];
        }

        var texts = new List<string>();
        foreach (var item in Items(parent, key, most))
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: <= LongestText } text)
            {
                texts.Add(text);
            }
            else
            {
                Is(RejectionCode.Malformed, $"must have texts of at most {LongestText} characters in '{key}', but has {Quoted.Kind(item)}");
            }
        }

        return texts;
    }
}
