using System.Globalization;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Messages;

/// <summary>
/// One record of the trace topic: a send (<c>Pub</c>) or a consumption (<c>Sub</c>) of a message. A body holds many records, each ended by 0x02,
/// their fields by 0x01. Records of consumption come in pairs; the later, <c>SubAfter</c>, has no group and no time in old clients.
/// </summary>
internal sealed record TraceView(string Type, string Group, string ClientHost, DateTimeOffset? Time, long CostMs, bool Succeeded)
{
    private const char FieldEnd = '\u0001';
    private const char RecordEnd = '\u0002';

    /// <summary>The records of one message in a body of the trace topic.</summary>
    public static IEnumerable<TraceView> Read(string messageId, StoredMessage trace, BodyCharset charset)
    {
        var client = trace.BornHost.ToIPAddress().ToString();
        var records = (charset.Decode(trace.Body) ?? "").Split(RecordEnd, StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(FieldEnd)).ToList();
        var begun = records.Where(r => r[0] == "SubBefore" && r.Length > 5 && r[5] == messageId).ToLookup(r => r[4]);
        foreach (var r in records)
        {
            switch (r[0])
            {
                case "Pub" when r.Length > 12 && r[5] == messageId:
                    yield return new("Pub", r[3], client, At(r[1]), Number(r[10]), r[^1] == "true" || (r.Length > 13 && r[13] == "true"));
                    break;
                case "SubAfter" when r.Length > 4 && r[2] == messageId:
                    var before = begun[r[1]].FirstOrDefault();
                    var group = r.Length > 8 ? r[8] : before?[3] ?? "";
                    yield return new("Sub", group, client, r.Length > 7 ? At(r[7]) : At(before?[1]), Number(r[3]), r[4] == "true");
                    break;
            }
        }
    }

    private static DateTimeOffset? At(string? ms) => Output.Format.Time(Number(ms));

    private static long Number(string? text) => long.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
