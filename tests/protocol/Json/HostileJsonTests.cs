using System.Text;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Protocol.Tests.Json;

/// <summary>Damaged bodies are refused, or read as something harmless; nothing else ever happens.</summary>
public sealed class HostileJsonTests
{
    private const int Rounds = 4_000;

    // Pieces that stumble parsers: of JSON, of its dialects, and of formats that are not JSON at all.
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "\\u12", "\\uD800", "/*", "*/", "//", "\n", " ", "null", "true", "NaN", "Infinity", "undefined", "-", "-1", "0", "00",
        "1e999", "0x1F", "99999999999999999999", "1.5", "new Date(", ")", "{{", "}:", "\"offsetTable\"", "\"table\"", "$ref", "$type", "\"$type\":\"System.Object\"", "\u0000", "\uFEFF", "é", "🚀",
        "{\"brokerName\":\"b\",\"queueId\":0,\"topic\":\"T\"}",
    ];

    [TestCase("hb", typeof(HeartbeatData))]
    [TestCase("regbody", typeof(RegisterBrokerBody))]
    [TestCase("route-default", typeof(TopicRouteData))]
    [TestCase("csl", typeof(ConsumeStatsList))]
    [TestCase("runninginfo", typeof(ConsumerRunningInfo))]
    [TestCase("offsetwrapper", typeof(ConsumerOffsetSerializeWrapper))]
    [TestCase("batchack", typeof(BatchAckMessageRequestBody))]
    [TestCase("subgroup", typeof(SubscriptionGroupWrapper))]
    public void A_damaged_body_is_refused_or_read(string name, Type type)
    {
        var random = new Random(name.Length * 7919);
        var golden = Encoding.UTF8.GetBytes(Golden.Text($"bodies/{name}.json"));
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Hostile.Damage(golden, random);
            ReadOrRefuse(Encoding.UTF8.GetString(bytes), type);
        }
    }

    [Test]
    public void A_text_of_arbitrary_pieces_is_refused_or_read([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = new StringBuilder(random.Next(2) == 0 ? "{\"offsetTable\":{" : "");
            for (var pieces = random.Next(12); pieces > 0; pieces--)
            {
                text.Append(Pieces[random.Next(Pieces.Length)]);
            }

            ReadOrRefuse(text.ToString(), typeof(ResetOffsetBody));
            ReadOrRefuse(text.ToString(), typeof(KVTable));
        }
    }

    private static void ReadOrRefuse(string text, Type type)
    {
        try
        {
            AnyBody.RoundTrip(text, type, JsonStyle.Compact);
        }
        catch (RemotingJsonException)
        {
        }
        catch (Exception e)
        {
            Assert.Fail($"{e.GetType().Name} ({e.Message}) of {text}");
        }
    }
}
