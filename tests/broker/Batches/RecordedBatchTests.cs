using System.IO.Compression;
using System.Text;
using Newtonsoft.Json.Linq;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Broker.Tests.Batches;

/// <summary>What a client asked Apache's 5.3.3 broker of topics with queue.type=BatchCQ, asked here in the same order.</summary>
public class RecordedBatchTests
{
    /// <summary>There Apache's broker took messages that say they are batches and are none: here they are refused, so offsets differ.</summary>
    private const string OffsetsDiffer = "BcqA/2";

    /// <summary>They ask for times, or were born at one.</summary>
    private static readonly int[] NotCompared = [RequestCode.PopMessage, RequestCode.SearchOffsetByTimestamp];

    private static readonly string[] VaryingFields = ["msgId", "transactionId", "timestamp", "indexLastUpdatePhyoffset", "indexLastUpdateTimestamp"];

    [Test]
    public async Task Every_call_is_answered_as_by_Apaches_broker()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { BrokerName = "broker-golden", BrokerClusterName = "GoldenCluster" });
        var differences = new List<string>();
        var compared = 0;
        foreach (var call in Calls())
        {
            var code = (int)call["code"]!;
            var fields = (JObject)call["ext"]!;
            if (NotCompared.Contains(code))
            {
                continue;
            }

            var request = RemotingCommand.Request(code, null, call["body"] is { } body ? Convert.FromBase64String((string)body!) : null);
            foreach (var (name, value) in fields)
            {
                request.AddField(name, name == "endTimestamp" ? "9999999999999" : (string)value!);
            }

            var response = await broker.Client.InvokeAsync(broker.Address, request, TimeSpan.FromSeconds(10));
            var queue = $"{fields["topic"] ?? fields["b"]}/{fields["queueId"] ?? fields["e"]}";
            var recorded = (JObject)call["reply"]!;
            if (!EndsAtFile(queue, fields) && queue != OffsetsDiffer && !queue.StartsWith("BcqDelay", StringComparison.Ordinal) && !IsNullPointer(recorded))
            {
                compared++;
                var (expected, actual) = (Text(code, recorded), Text(code, response));
                if (expected != actual)
                {
                    differences.Add($"{code} {fields.ToString(Newtonsoft.Json.Formatting.None)}\n  Apache: {expected}\n  here:   {actual} ({response.Remark})");
                }
            }
        }

        Assert.That(differences, Is.Empty, string.Join('\n', differences));
        Assert.That(compared, Is.GreaterThan(200));
    }

    /// <summary>Apache's broker ends each answer at a file's end, which is after ten units there: here one goes on into the next.</summary>
    private static bool EndsAtFile(string queue, JObject fields) => queue == "BcqRoll/0" && (string?)fields["maxMsgNums"] == "100";

    /// <summary>An empty queue has no first message: that is answered as of other topics' queues.</summary>
    private static bool IsNullPointer(JObject reply) => ((string?)reply["remark"])?.StartsWith("java.lang.NullPointerException: Cannot invoke", StringComparison.Ordinal) == true;

    private static string Text(int code, JObject reply) => Text(
        (int)reply["code"]!,
        ((JObject)reply["ext"]!).Properties().Select(p => (p.Name, (string)p.Value!)),
        reply["records"]?.Select(r => $"{r[0]}:{r[1]}") ?? [],
        code == RequestCode.QueryConsumeQueue ? (string?)reply["body"] : null);

    private static string Text(int code, RemotingCommand response) => Text(
        response.Code,
        Enumerable.Range(0, response.Fields?.Count ?? 0).Select(i => (Encoding.UTF8.GetString(response.Fields!.NameAt(i)), Encoding.UTF8.GetString(response.Fields!.ValueAt(i)))),
        code is RequestCode.PullMessage or RequestCode.LitePullMessage or RequestCode.QueryMessage or RequestCode.ViewMessageById
            ? TestBroker.Messages(response).Select(m => $"{m.QueueOffset}:{m.SysFlag}") : [],
        code == RequestCode.QueryConsumeQueue ? Encoding.UTF8.GetString(response.Body.FirstSpan) : null);

    private static string Text(int code, IEnumerable<(string Name, string Value)> fields, IEnumerable<string> records, string? units) =>
        $"{code} {string.Join(' ', fields.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name}={Value(f.Name, f.Value)}"))} [{string.Join(' ', records)}] {Units(units)}";

    private static string Value(string name, string value) => !VaryingFields.Contains(name) ? value : name == "msgId" ? $"{value.Split(',').Length} ids" : "…";

    private static string Units(string? body) => string.IsNullOrEmpty(body) || !body.Contains("queueData\":[{", StringComparison.Ordinal) ? ""
        : string.Join(' ', JObject.Parse(body)["queueData"]!.Select(unit => $"{unit["physicSize"]}#{unit["tagsCode"]}"));

    private static JArray Calls()
    {
        using var packed = new GZipStream(
            File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Batches", "golden", "calls53-batchcq.json.gz")), CompressionMode.Decompress);
        using var text = new StreamReader(packed);
        return JArray.Parse(text.ReadToEnd());
    }
}
