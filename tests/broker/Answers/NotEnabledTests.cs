using System.Buffers;
using System.Text;
using Newtonsoft.Json.Linq;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Answers;

/// <summary>Requests for what this broker does not have, as Apache's 5.3.3 broker answered them where it is not enabled.</summary>
public class NotEnabledTests
{
    private static readonly int[] Codes = [354, 355, 513, 905, 906, 907, 908, 1007, 1008, 2001, 2002, 2003, 2004, 200056, 13, 22, 23];

    /// <summary>Nothing is kept of the control of cold reads, so nothing of it is told.</summary>
    private static readonly string[] OfAnotherState = ["after that", "fast port (listenPort - 2): no extFields, no body", "after the removals"];

    private TestBroker _broker = null!;

    private static IEnumerable<TestCaseData> Requests => RecordedAnswers.All
        .Where(answer => (string)answer["server"]! == "broker" && Codes.Contains((int)answer["code"]!)
            && ((int)answer["code"]! != 2003 || !OfAnotherState.Contains((string)answer["case"]!)))
        .Select(answer => new TestCaseData(answer).SetArgDisplayNames($"{answer["code"]} {answer["name"]}", (string)answer["case"]!));

    [OneTimeSetUp]
    public async Task StartAsync() => _broker = await TestBroker.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _broker.DisposeAsync();

    [TestCaseSource(nameof(Requests))]
    public async Task A_part_that_is_not_there_answers_as_one_that_is_not_enabled(JObject recorded)
    {
        var response = await AskAsync(recorded);

        var expected = recorded["response"]!;
        var isStaticTopic = (int)recorded["code"]! == RequestCode.UpdateAndCreateStaticTopic && (int)expected["code"]! == ResponseCode.Success;
        Assert.That(response.Code, Is.EqualTo(isStaticTopic ? ResponseCode.SystemError : (int)expected["code"]!), response.Remark);
        if (expected["body"] is { Type: JTokenType.String } body)
        {
            var (ours, theirs) = (JObject.Parse(Encoding.UTF8.GetString(response.Body.ToArray())), JObject.Parse((string)body!));
            Assert.That(ours.Properties().Select(p => p.Name), Is.EquivalentTo(theirs.Properties().Select(p => p.Name)));
        }
    }

    [Test]
    public async Task A_slave_that_asks_is_told_where_its_master_is()
    {
        var reply = (await _broker.CallAsync(RequestCode.ExchangeBrokerHaInfo)).ReadHeader<ExchangeHAInfoResponseHeader>();
        var told = (await _broker.CallAsync(RequestCode.ExchangeBrokerHaInfo, new ExchangeHAInfoRequestHeader { MasterHaAddress = "127.0.0.1:9" }))
            .ReadHeader<ExchangeHAInfoResponseHeader>();

        Assert.That(reply.MasterAddress, Is.EqualTo(_broker.Address));
        Assert.That(reply.MasterHaAddress, Does.StartWith("127.0.0.1:"));
        Assert.That(reply.MasterFlushOffset, Is.Zero, "where the log ended at the start");
        Assert.That((told.MasterAddress, told.MasterHaAddress, told.MasterFlushOffset), Is.EqualTo(((string?)null, (string?)null, (long?)null)));
    }

    [Test]
    public async Task A_static_topic_is_not_said_to_be_there()
    {
        var response = await _broker.CallAsync(RequestCode.UpdateAndCreateStaticTopic, new CreateTopicRequestHeader { Topic = "StaticT", DefaultTopic = "TBW102" });

        Assert.That(response.Remark, Does.StartWith("static topics are not supported"));
        Assert.That((await _broker.CallAsync(RequestCode.GetTopicConfig, new GetTopicConfigRequestHeader { Topic = "StaticT" })).Code, Is.EqualTo(ResponseCode.TopicNotExist));
    }

    private Task<RemotingCommand> AskAsync(JObject recorded)
    {
        var request = RemotingCommand.Request(
            (int)recorded["code"]!, body: recorded["request"]!["body"] is { Type: JTokenType.String } body ? Encoding.UTF8.GetBytes((string)body!) : []);
        foreach (var (name, value) in recorded["request"]!["extFields"] as JObject ?? [])
        {
            request.AddField(name, (string)value!);
        }

        return _broker.Client.InvokeAsync(_broker.Address, request, TimeSpan.FromSeconds(10));
    }
}
