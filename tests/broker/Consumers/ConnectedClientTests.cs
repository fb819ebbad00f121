using System.Text;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Tests.Consumers;

/// <summary>Operators look at connected clients and have consumers do things; the raw client is consumer and operator at once.</summary>
public sealed class ConnectedClientTests
{
    private readonly Answers _consumer = new();
    private TestBroker _broker;

    [SetUp]
    public async Task StartAsync()
    {
        _broker = await TestBroker.StartAsync(clientTable: new RequestTable.Builder()
            .Add(RequestCode.GetConsumerRunningInfo, _consumer)
            .Add(RequestCode.ConsumeMessageDirectly, _consumer)
            .Add(RequestCode.GetConsumerStatusFromClient, _consumer)
            .Build());
        await _broker.HeartbeatAsync("1.2.3.4@7", "makers", new ConsumerData
        {
            GroupName = "readers",
            ConsumeType = ConsumeType.ConsumePassively,
            ConsumeFromWhere = ConsumeFromWhere.ConsumeFromFirstOffset,
            SubscriptionDataSet = [new SubscriptionData { Topic = "orders", SubString = "a || b", TagsSet = ["a", "b"], SubVersion = 17 }],
        });
    }

    [TearDown]
    public async Task StopAsync() => await _broker.DisposeAsync();

    [Test]
    public async Task A_groups_consumers_are_told_with_what_they_subscribe_to()
    {
        var reply = await _broker.CallAsync(
            RequestCode.GetConsumerConnectionList, new GetConsumerConnectionListRequestHeader { ConsumerGroup = "readers" });
        var told = reply.ReadBody<ConsumerConnection>();
        var connection = told.ConnectionSet.Single();

        Assert.Multiple(() =>
        {
            Assert.That(connection.ClientId, Is.EqualTo("1.2.3.4@7"));
            Assert.That(connection.ClientAddr, Does.Match("^127.0.0.1:[0-9]+$"));
            Assert.That(connection.Language, Is.EqualTo(LanguageCode.Dotnet));
            Assert.That(connection.Version, Is.EqualTo(MqVersion.Current));
            Assert.That(told.ConsumeType, Is.EqualTo(ConsumeType.ConsumePassively));
            Assert.That(told.SubscriptionTable["orders"].SubString, Is.EqualTo("a || b"));
        });
    }

    [Test]
    public async Task A_group_without_consumers_is_not_online()
    {
        var reply = await _broker.CallAsync(
            RequestCode.GetConsumerConnectionList, new GetConsumerConnectionListRequestHeader { ConsumerGroup = "nobody" });

        Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.ConsumerNotOnline, "the consumer group[nobody] not online")));
    }

    [Test]
    public async Task Producers_are_told_by_group_and_all_together()
    {
        var one = await _broker.CallAsync(
            RequestCode.GetProducerConnectionList, new GetProducerConnectionListRequestHeader { ProducerGroup = "makers" });
        var all = (await _broker.CallAsync(RequestCode.GetAllProducerInfo)).ReadBody<ProducerTableInfo>();
        var none = await _broker.CallAsync(
            RequestCode.GetProducerConnectionList, new GetProducerConnectionListRequestHeader { ProducerGroup = "nobody" });

        Assert.Multiple(() =>
        {
            Assert.That(one.ReadBody<ProducerConnection>().ConnectionSet.Single().ClientId, Is.EqualTo("1.2.3.4@7"));
            Assert.That(all.Data["makers"].Single().RemoteIp, Does.Match("^/127.0.0.1:[0-9]+$"));
            Assert.That(all.Data["makers"].Single().LastUpdateTimestamp, Is.Positive);
            Assert.That((none.Code, none.Remark), Is.EqualTo((ResponseCode.SystemError, "the producer group[nobody] not exist")));
        });
    }

    [Test]
    public async Task A_consumers_running_info_comes_back_as_it_gave_it()
    {
        _consumer.Answer = RemotingCommand.ResponseWithBody(ResponseCode.Success, "{\"mqTable\":{{\"queueId\":1}:{}},jstack:'x'}"u8.ToArray());
        var reply = await _broker.CallAsync(
            RequestCode.GetConsumerRunningInfo,
            new GetConsumerRunningInfoRequestHeader { ConsumerGroup = "readers", ClientId = "1.2.3.4@7", JstackEnable = true });

        Assert.That(reply.Code, Is.Zero, reply.Remark);
        Assert.That(Encoding.UTF8.GetString(reply.Body.FirstSpan), Is.EqualTo("{\"mqTable\":{{\"queueId\":1}:{}},jstack:'x'}"));
        Assert.That(_consumer.Asked!.Field("jstackEnable"u8), Is.EqualTo("true"));
    }

    [Test]
    public async Task A_consumers_refusal_comes_back_with_its_code_and_reason()
    {
        _consumer.Answer = RemotingCommand.Response(ResponseCode.SystemError, "The Consumer Group <readers> not exist in this consumer");
        var reply = await _broker.CallAsync(
            RequestCode.GetConsumerRunningInfo, new GetConsumerRunningInfoRequestHeader { ConsumerGroup = "readers", ClientId = "1.2.3.4@7" });

        Assert.That((reply.Code, reply.Remark), Is.EqualTo((1, "The Consumer Group <readers> not exist in this consumer")));
    }

    [Test]
    public async Task An_unknown_client_is_refused_by_name()
    {
        var reply = await _broker.CallAsync(
            RequestCode.GetConsumerRunningInfo, new GetConsumerRunningInfoRequestHeader { ConsumerGroup = "readers", ClientId = "1.2.3.4@8" });

        Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.SystemError, "The Consumer <readers> <1.2.3.4@8> not online")));
    }

    [Test]
    public async Task A_message_is_handed_to_a_consumer_to_be_consumed_at_once()
    {
        _consumer.Answer = RemotingCommand.ResponseWithBody(ResponseCode.Success, "{\"consumeResult\":\"CR_SUCCESS\"}"u8.ToArray());
        var sent = (await _broker.SendAsync("orders", "hello"u8.ToArray())).ReadHeader<SendMessageResponseHeader>();
        var reply = await _broker.CallAsync(RequestCode.ConsumeMessageDirectly, new ConsumeMessageDirectlyResultRequestHeader
        {
            ConsumerGroup = "readers", ClientId = "1.2.3.4@7", MsgId = sent.MsgId, Topic = "orders",
        });

        var handed = StoredMessage.ReadAll(_consumer.Asked!.Body.FirstSpan).Single();
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(reply.Body.FirstSpan), Is.EqualTo("{\"consumeResult\":\"CR_SUCCESS\"}"));
            Assert.That(Encoding.UTF8.GetString(handed.Body), Is.EqualTo("hello"));
            Assert.That(_consumer.Asked.Field("brokerName"u8), Is.EqualTo("broker-a"));
            Assert.That(_consumer.Asked.Field("topicSysFlag"u8), Is.EqualTo("0"));
            Assert.That(_consumer.Asked.Field("groupSysFlag"u8), Is.EqualTo("0"));
        });
    }

    [TestCase("7F00000100002A9F0000000000BC614E", "there is no message")]
    [TestCase("C0A8010A2B2D18B4AAC2000000000000", "there is no message")]
    [TestCase("nonsense", "not an offset message id")]
    public async Task A_message_that_is_not_there_is_refused(string id, string reason)
    {
        var reply = await _broker.CallAsync(RequestCode.ConsumeMessageDirectly, new ConsumeMessageDirectlyResultRequestHeader
        {
            ConsumerGroup = "readers", ClientId = "1.2.3.4@7", MsgId = id,
        });

        Assert.That(reply.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(reply.Remark, Does.Contain(reason));
    }

    [Test]
    public async Task Consumers_are_asked_how_far_they_are()
    {
        _consumer.Answer = RemotingCommand.ResponseWithBody(
            ResponseCode.Success, "{\"consumerTable\":{},\"messageQueueTable\":{{\"brokerName\":\"broker-a\",\"queueId\":0,\"topic\":\"orders\"}:8}}"u8.ToArray());
        var header = new GetConsumerStatusRequestHeader { Topic = "orders", Group = "readers", ClientAddr = "" };
        var reply = await _broker.CallAsync(RequestCode.InvokeBrokerToGetConsumerStatus, header);
        header.Group = "nobody";
        var none = await _broker.CallAsync(RequestCode.InvokeBrokerToGetConsumerStatus, header);

        Assert.That(
            reply.ReadBody<GetConsumerStatusBody>().ConsumerTable["1.2.3.4@7"], Is.EqualTo(new Dictionary<MessageQueue, long> { [new("orders", "broker-a", 0)] = 8 }));
        Assert.That(none.Remark, Is.EqualTo("No Any Consumer online in the consumer group: [nobody]"));
    }

    private sealed class Answers : IRequestHandler
    {
        public RemotingCommand? Answer { get; set; }

        public RemotingCommand? Asked { get; private set; }

        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            Asked = context.Request.ToOwned();
            return ValueTask.FromResult(Answer);
        }
    }
}
