using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RocketMQ.Broker.Health;

/// <summary>All findings of a probe; well when each is.</summary>
public sealed record HealthReport(IReadOnlyList<HealthFinding> Findings)
{
    /// <summary>Apostrophes and brackets stay readable: it is JSON for people, not for a page.</summary>
    private static readonly JsonWriterOptions Style = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsOk => Findings.All(f => f.IsOk);

    /// <summary>
    /// <c>{"status": "UP" | "DOWN", "reasons": ["check: detail" of what is not well], "checks": [{"name", "ok", "detail"}]}</c>, UTF-8.
    /// </summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Style))
        {
            json.WriteStartObject();
            json.WriteString("status", IsOk ? "UP" : "DOWN");
            json.WriteStartArray("reasons");
            foreach (var finding in Findings.Where(f => !f.IsOk))
            {
                json.WriteStringValue($"{finding.Check}: {finding.Detail}");
            }

            json.WriteEndArray();
            json.WriteStartArray("checks");
            foreach (var finding in Findings)
            {
                json.WriteStartObject();
                json.WriteString("name", finding.Check);
                json.WriteBoolean("ok", finding.IsOk);
                json.WriteString("detail", finding.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }
}
