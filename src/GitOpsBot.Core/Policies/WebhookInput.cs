using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies;

/// <summary>
/// The document that a webhook gate sends (<c>input: default</c>), as Open Policy Agent's REST interface takes it: <c>{"input": {…}}</c>.
/// <para>
/// It is stable: keys are added under the same <c>apiVersion</c>, never renamed, removed or given another meaning; lists are in a fixed order, and
/// no clock is in it, so the same facts are the same bytes. It holds what was verified and nothing that was not:
/// <c>apiVersion</c>, <c>kind</c>, <c>gate</c>, <c>pipeline</c>, <c>environment</c>,
/// <c>artifacts[]</c> (<c>name</c>, <c>repository</c>, <c>digest</c>, <c>mediaType</c>, <c>version</c>,
/// <c>evidence[]</c> of <c>kind</c>, <c>predicateType</c>, <c>authority</c>, <c>identity</c>, <c>digest</c>, <c>time</c>, or null when it could not be read),
/// <c>stood</c> (by environment: <c>since</c>, <c>until</c>). Times are RFC 3339 in UTC.
/// </para>
/// </summary>
internal static class WebhookInput
{
    /// <summary>The document for one gate.</summary>
    public static string Of(string gate, GateFacts facts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("input");
            json.WriteString("apiVersion", "gitopsbot.dev/v1");
            json.WriteString("kind", "PromotionInput");
            json.WriteString("gate", gate);
            json.WriteString("pipeline", facts.Pipeline);
            json.WriteString("environment", facts.Environment);
            json.WriteStartArray("artifacts");
            foreach (var artifact in facts.Artifacts)
            {
                Write(json, artifact);
            }

            json.WriteEndArray();
            json.WriteStartObject("stood");
            foreach (var (environment, stay) in facts.Stays.OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(environment);
                json.WriteString("since", Time(stay.Since));
                json.WriteString("until", stay.Until is { } until ? Time(until) : null);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, JudgedArtifact judged)
    {
        json.WriteStartObject();
        json.WriteString("name", judged.Name);
        json.WriteString("repository", judged.Artifact.Repository.ToString());
        json.WriteString("digest", judged.Artifact.Digest.Value);
        json.WriteString("mediaType", judged.Artifact.Descriptor.MediaType);
        json.WriteString("version", judged.Artifact.Version);
        if (judged.Evidence is Fact<IReadOnlyList<EvidenceItem>>.Known { Value: var items })
        {
            json.WriteStartArray("evidence");
            foreach (var item in items.OfType<EvidenceItem.Verified>().OrderBy(i => i.Digest.Value, StringComparer.Ordinal).ThenBy(i => i.Authority, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("kind", item.Kind);
                json.WriteString("predicateType", item.PredicateType);
                json.WriteString("authority", item.Authority);
                json.WriteString("identity", item.Identity);
                json.WriteString("digest", item.Digest.Value);
                json.WriteString("time", item.Time is { } time ? Time(time) : null);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteNull("evidence");
        }

        json.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
