using System.Buffers;
using System.Text;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Tests.Replying;

public class ReplyTests
{
    private const string ReplyTopic = "DefaultCluster_REPLY_TOPIC";

    private static readonly KeyValuePair<string, string>[] Properties =
    [
        new("MSG_TYPE", "reply"), new("REPLY_TO_CLIENT", "asker@1"), new("CORRELATION_ID", "c-1"), new("TTL", "3000"),
    ];

    [Test]
    public async Task A_reply_is_pushed_to_the_client_that_asked_and_stored()
    {
        var asker = new Asker();
        await using var broker = await TestBroker.StartAsync(clientTable: asker.Table);
        await broker.HeartbeatAsync("asker@1", "requesters");

        var answer = await ReplyAsync(broker, RequestCode.SendReplyMessageV2);

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.Success), answer.Remark);
        var stored = TestBroker.Messages(await broker.PullAsync(ReplyTopic, 0, 0)).Single();
        var properties = PropertyText.ToDictionary(asker.Header!.Properties.Span);
        var header = answer.ReadHeader<SendMessageResponseHeader>();
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(asker.Body!), Is.EqualTo("pong"));
            Assert.That(asker.Header.Topic, Is.EqualTo(ReplyTopic));
            Assert.That(asker.Header.ProducerGroup, Is.EqualTo("producers"));
            Assert.That(asker.Header.BornTimestamp, Is.EqualTo(1_700_000_000_000));
            Assert.That(asker.Header.BornHost, Does.StartWith("127.0.0.1:"));
            Assert.That(asker.Header.StoreHost, Is.EqualTo(broker.Address));
            Assert.That(properties["CORRELATION_ID"], Is.EqualTo("c-1"));
            Assert.That(properties["PUSH_REPLY_TIME"], Is.Not.Empty);
            Assert.That(stored.Properties.Keys, Is.EquivalentTo(new[] { "MSG_TYPE", "REPLY_TO_CLIENT", "CORRELATION_ID", "TTL", "MSG_REGION", "TRACE_ON" }));
            Assert.That(header.MsgId, Is.EqualTo(stored.OffsetMessageId));
            Assert.That(header.QueueOffset, Is.Zero);
        });
    }

    [Test]
    public async Task The_long_form_of_the_request_does_the_same()
    {
        var asker = new Asker();
        await using var broker = await TestBroker.StartAsync(clientTable: asker.Table);
        await broker.HeartbeatAsync("asker@1", "requesters");

        Assert.That((await ReplyAsync(broker, RequestCode.SendReplyMessage)).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(asker.Header!.Topic, Is.EqualTo(ReplyTopic));
    }

    [Test]
    public async Task A_reply_to_a_client_nobody_knows_is_stored_and_its_sender_told()
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await ReplyAsync(broker, RequestCode.SendReplyMessageV2);

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(answer.Remark, Is.EqualTo("push reply message fail, channel of <asker@1> not found."));
        Assert.That(TestBroker.Messages(await broker.PullAsync(ReplyTopic, 0, 0)), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_reply_without_an_asker_is_refused_with_Apaches_words()
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await ReplyAsync(broker, RequestCode.SendReplyMessageV2, [new("MSG_TYPE", "reply")]);

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(answer.Remark, Is.EqualTo("reply message properties[REPLY_TO_CLIENT] is null"));
    }

    [Test]
    public async Task An_asker_that_does_not_take_the_reply_fails_it()
    {
        var asker = new Asker { Code = ResponseCode.SystemError };
        await using var broker = await TestBroker.StartAsync(clientTable: asker.Table);
        await broker.HeartbeatAsync("asker@1", "requesters");

        var answer = await ReplyAsync(broker, RequestCode.SendReplyMessageV2);

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(answer.Remark, Is.EqualTo("push reply message to asker@1fail."));
    }

    [Test]
    public async Task Replies_are_only_pushed_where_they_are_not_to_be_stored()
    {
        var asker = new Asker();
        await using var broker = await TestBroker.StartAsync(o => o with { StoreReplyMessageEnable = false }, clientTable: asker.Table);
        await broker.HeartbeatAsync("asker@1", "requesters");

        var answer = await ReplyAsync(broker, RequestCode.SendReplyMessageV2);

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(answer.ReadHeader<SendMessageResponseHeader>().MsgId, Is.EqualTo("0"));
        Assert.That(asker.Header, Is.Not.Null);
        Assert.That(TestBroker.Messages(await broker.PullAsync(ReplyTopic, 0, 0)), Is.Empty);
    }

    private static Task<RemotingCommand> ReplyAsync(TestBroker broker, int code, KeyValuePair<string, string>[]? properties = null)
    {
        var shortForm = TestBroker.SendHeader(ReplyTopic, 0, properties ?? Properties);
        ICommandHeader header = code == RequestCode.SendReplyMessageV2
            ? shortForm
            : new SendMessageRequestHeader
            {
                ProducerGroup = shortForm.ProducerGroup,
                Topic = shortForm.Topic,
                DefaultTopic = shortForm.DefaultTopic,
                BornTimestamp = shortForm.BornTimestamp,
                Properties = shortForm.Properties,
            };
        return broker.CallAsync(code, header, "pong"u8.ToArray());
    }

    private sealed class Asker : IRequestHandler
    {
        public RequestTable Table => new RequestTable.Builder().Add(RequestCode.PushReplyMessageToClient, this).Build();

        public int Code { get; init; } = ResponseCode.Success;

        public ReplyMessageRequestHeader? Header { get; private set; }

        public byte[]? Body { get; private set; }

        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            Header = context.Request.ToOwned().ReadHeader<ReplyMessageRequestHeader>();
            Header.Properties = Header.Properties.ToArray();
            Body = context.Request.Body.ToArray();
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(Code));
        }
    }
}
