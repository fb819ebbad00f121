using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Fault.Tests;

/// <summary>
/// The requests the audits need, one to one as commands: no retries, no caches, no rebalancing stands between a test and what the
/// broker answered.
/// </summary>
/// <param name="answers">What the broker may ask of this client.</param>
/// <param name="clock">The broker's.</param>
/// <param name="isGone">Whether the broker's machine is gone, and with it every answer that has not come yet.</param>
internal sealed class BrokerClient(string address, RequestTable? answers = null, TimeProvider? clock = null, Func<bool>? isGone = null) : IAsyncDisposable
{
    private const string ProducerGroup = "fault-producers";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly RemotingClient _remoting = new(answers ?? RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);

    public ValueTask DisposeAsync() => _remoting.DisposeAsync();

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task CreateTopicAsync(string topic, int queues, int perm = 6) => AskAsync(RequestCode.UpdateAndCreateTopic, new CreateTopicRequestHeader
    {
        Topic = topic, DefaultTopic = "TBW102", ReadQueueNums = queues, WriteQueueNums = queues, Perm = perm,
    });

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task DeleteTopicAsync(string topic) => AskAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = topic });

    /// <summary>How far its slaves are.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task<HARuntimeInfo> HaStatusAsync() => ReadAsync<HARuntimeInfo>(RequestCode.GetBrokerHaStatus);

    /// <summary>All topics, the broker's own among them.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public async Task<Dictionary<string, TopicConfig>> TopicsAsync() => (await ReadAsync<TopicConfigSerializeWrapper>(RequestCode.GetAllTopicConfig)).TopicConfigTable;

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task PutGroupAsync(SubscriptionGroupConfig group) => AskAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, RemotingJson.Serialize(group));

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task DeleteGroupAsync(string group, bool cleanOffset) =>
        AskAsync(RequestCode.DeleteSubscriptiongroup, new DeleteSubscriptionGroupRequestHeader { GroupName = group, CleanOffset = cleanOffset });

    /// <summary>All groups, the broker's own among them. To ask for one would make it.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public async Task<Dictionary<string, SubscriptionGroupConfig>> GroupsAsync() =>
        (await ReadAsync<SubscriptionGroupWrapper>(RequestCode.GetAllSubscriptiongroupConfig)).SubscriptionGroupTable;

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task SetRequestModeAsync(SetMessageRequestModeRequestBody mode) => AskAsync(RequestCode.SetMessageRequestMode, null, RemotingJson.Serialize(mode));

    /// <summary>By topic, then by group.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public async Task<Dictionary<string, Dictionary<string, SetMessageRequestModeRequestBody>>> RequestModesAsync() =>
        (await ReadAsync<MessageRequestModeSerializeWrapper>(RequestCode.GetAllMessageRequestMode)).MessageRequestModeMap;

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task CreateUserAsync(UserInfo user) => AskAsync(RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = user.Username }, RemotingJson.Serialize(user));

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task UpdateUserAsync(UserInfo user) => AskAsync(RequestCode.AuthUpdateUser, new UpdateUserRequestHeader { Username = user.Username }, RemotingJson.Serialize(user));

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task DeleteUserAsync(string name) => AskAsync(RequestCode.AuthDeleteUser, new DeleteUserRequestHeader { Username = name });

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task<List<UserInfo>> UsersAsync() => ReadAsync<List<UserInfo>>(RequestCode.AuthListUser, new ListUsersRequestHeader());

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task PutRulesAsync(AclInfo rules) => AskAsync(RequestCode.AuthCreateAcl, new CreateAclRequestHeader { Subject = rules.Subject }, RemotingJson.Serialize(rules));

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task DeleteRulesAsync(string subject) => AskAsync(RequestCode.AuthDeleteAcl, new DeleteAclRequestHeader { Subject = subject });

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task<List<AclInfo>> RulesAsync() => ReadAsync<List<AclInfo>>(RequestCode.AuthListAcl, new ListAclsRequestHeader());

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task CommitOffsetAsync(string group, string topic, int queueId, long offset) => AskAsync(RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader
    {
        ConsumerGroup = group, Topic = topic, QueueId = queueId, CommitOffset = offset,
    });

    /// <summary>Where a group stands; null when the broker knows of no commit.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered neither an offset nor "none".</exception>
    public async Task<long?> CommittedOffsetAsync(string group, string topic, int queueId)
    {
        var reply = await InvokeAsync(RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader
        {
            ConsumerGroup = group, Topic = topic, QueueId = queueId, SetZeroIfNotFound = false,
        });
        return reply.Code switch
        {
            ResponseCode.Success => reply.ReadHeader<QueryConsumerOffsetResponseHeader>().Offset,
            ResponseCode.QueryNotFound => null,
            _ => throw BrokerRefusedException.From(RequestCode.QueryConsumerOffset, reply),
        };
    }

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public async Task<SendMessageResponseHeader> SendAsync(
        string topic, int queueId, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> properties, int sysFlag = 0, string template = "TBW102")
    {
        var header = Header(topic, queueId, properties, template);
        header.SysFlag = sysFlag;
        return (await AskAsync(RequestCode.SendMessageV2, header, body)).ReadHeader<SendMessageResponseHeader>();
    }

    /// <summary>Sends several messages as one: the reply holds the first's queue offset and all their ids.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public async Task<SendMessageResponseHeader> SendBatchAsync(string topic, int queueId, IEnumerable<(byte[] Body, byte[] Properties)> messages)
    {
        var body = new ArrayBufferWriter<byte>();
        foreach (var message in messages)
        {
            BatchBody.Write(body, flag: 0, message.Body, message.Properties);
        }

        var header = Header(topic, queueId, default);
        header.Batch = true;
        return (await AskAsync(RequestCode.SendBatchMessage, header, body.WrittenMemory)).ReadHeader<SendMessageResponseHeader>();
    }

    public Task SendOnewayAsync(string topic, int queueId, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> properties) =>
        _remoting.InvokeOnewayAsync(address, RemotingCommand.Request(RequestCode.SendMessageV2, Header(topic, queueId, properties), body).AsOneway());

    /// <summary>Whether a message that is sent is stored.</summary>
    public async Task<bool> TakesMessagesAsync()
    {
        try
        {
            await SendAsync("fault-probe", 0, "x"u8.ToArray(), default);
            return true;
        }
        catch (Exception e) when (e is BrokerRefusedException or RemotingException)
        {
            return false;
        }
    }

    /// <summary>Takes a timer back.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task RecallAsync(string topic, string recallHandle) =>
        AskAsync(RequestCode.RecallMessage, new RecallMessageRequestHeader { ProducerGroup = ProducerGroup, Topic = topic, RecallHandle = recallHandle });

    /// <summary>Joins a group of producers: from then on the broker asks this client what became of the group's transactions.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task JoinProducersAsync(string clientId, string group) =>
        AskAsync(RequestCode.HeartBeat, null, RemotingJson.Serialize(new HeartbeatData { ClientId = clientId, ProducerDataSet = [new ProducerData { GroupName = group }] }));

    /// <summary>Commits or rolls back a transaction.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task EndTransactionAsync(EndTransactionRequestHeader end) => AskAsync(RequestCode.EndTransaction, end);

    /// <summary>What a group gets of any queue of a topic, hidden from its other members for a time; none when there are none in time.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered neither messages nor "none".</exception>
    public async Task<List<PoppedMessage>> PopAsync(string group, string topic, int count, long invisibleMs, long pollMs)
    {
        var reply = await InvokeAsync(RequestCode.PopMessage, new PopMessageRequestHeader
        {
            ConsumerGroup = group,
            Topic = topic,
            QueueId = -1,
            MaxMsgNums = count,
            InvisibleTime = invisibleMs,
            PollTime = pollMs,
            BornTime = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
            ExpType = "TAG",
            Exp = "*",
        });
        return reply.Code switch
        {
            ResponseCode.Success => PoppedMessage.ReadAll(reply),
            ResponseCode.PullNotFound or ResponseCode.PollingTimeout => [],
            _ => throw BrokerRefusedException.From(RequestCode.PopMessage, reply),
        };
    }

    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task AckAsync(string group, string topic, PoppedMessage message) => AskAsync(RequestCode.AckMessage, new AckMessageRequestHeader
    {
        ConsumerGroup = group,
        Topic = message.RealTopic(group, topic),
        QueueId = message.QueueId,
        ExtraInfo = message.Receipt,
        Offset = message.Message.QueueOffset,
    });

    /// <summary>Hides a popped message for another time, counted from now.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered another code than 0.</exception>
    public Task ChangeInvisibleTimeAsync(string group, string topic, PoppedMessage message, long invisibleMs) =>
        AskAsync(RequestCode.ChangeMessageInvisibletime, new ChangeInvisibleTimeRequestHeader
        {
            ConsumerGroup = group,
            Topic = message.RealTopic(group, topic),
            QueueId = message.QueueId,
            ExtraInfo = message.Receipt,
            Offset = message.Message.QueueOffset,
            InvisibleTime = invisibleMs,
        });

    public async Task<long> MaxOffsetAsync(string topic, int queueId) =>
        (await AskAsync(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = topic, QueueId = queueId })).ReadHeader<GetMaxOffsetResponseHeader>().Offset;

    public async Task<long> MinOffsetAsync(string topic, int queueId) =>
        (await AskAsync(RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = topic, QueueId = queueId })).ReadHeader<GetMinOffsetResponseHeader>().Offset;

    /// <summary>The messages from an offset on, as many as one reply holds; none at the queue's end.</summary>
    /// <exception cref="BrokerRefusedException">The broker answered neither messages nor "none".</exception>
    public async Task<List<StoredMessage>> PullAsync(string topic, int queueId, long offset)
    {
        const int subscriptionGiven = 4;
        var reply = await InvokeAsync(RequestCode.PullMessage, new PullMessageRequestHeader
        {
            ConsumerGroup = "fault-audit", Topic = topic, QueueId = queueId, QueueOffset = offset, MaxMsgNums = 1000, SysFlag = subscriptionGiven, Subscription = "*",
        });
        return reply.Code switch
        {
            ResponseCode.Success => StoredMessage.ReadAll(reply.Body.ToArray()),
            ResponseCode.PullNotFound => [],
            _ => throw BrokerRefusedException.From(RequestCode.PullMessage, reply),
        };
    }

    /// <summary>The messages the index finds under a key, whenever they were stored.</summary>
    public async Task<List<StoredMessage>> QueryByKeyAsync(string topic, string key)
    {
        var reply = await InvokeAsync(RequestCode.QueryMessage, new QueryMessageRequestHeader
        {
            Topic = topic, Key = key, MaxNum = 64, BeginTimestamp = 0, EndTimestamp = long.MaxValue,
        });
        return reply.Code switch
        {
            ResponseCode.Success => StoredMessage.ReadAll(reply.Body.ToArray()),
            ResponseCode.QueryNotFound => [],
            _ => throw BrokerRefusedException.From(RequestCode.QueryMessage, reply),
        };
    }

    /// <summary>How many messages of the timer queue are in the wheel, as of the last save: the third of the checkpoint's longs.</summary>
    public async Task<long> TimersTakenAsync() =>
        BinaryPrimitives.ReadInt64BigEndian((await AskAsync(RequestCode.GetTimerCheckPoint, null)).Body.ToArray().AsSpan(16));

    private SendMessageRequestHeaderV2 Header(string topic, int queueId, ReadOnlyMemory<byte> properties, string template = "TBW102") => new()
    {
        ProducerGroup = ProducerGroup,
        Topic = topic,
        DefaultTopic = template,
        DefaultTopicQueueNums = 4,
        QueueId = queueId,
        BornTimestamp = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
        Properties = properties,
    };

    /// <summary>An empty answer tells of nothing.</summary>
    private async Task<T> ReadAsync<T>(int code, ICommandHeader? header = null)
        where T : new()
    {
        var reply = await AskAsync(code, header);
        return reply.Body.IsEmpty ? new T() : RemotingJson.Deserialize<T>(reply.Body);
    }

    private async Task<RemotingCommand> AskAsync(int code, ICommandHeader? header, ReadOnlyMemory<byte> body = default)
    {
        var reply = await InvokeAsync(code, header, body);
        return reply.Code == ResponseCode.Success ? reply : throw BrokerRefusedException.From(code, reply);
    }

    private async Task<RemotingCommand> InvokeAsync(int code, ICommandHeader? header, ReadOnlyMemory<byte> body = default)
    {
        var reply = await _remoting.InvokeAsync(address, RemotingCommand.Request(code, header, body), Timeout);
        return isGone?.Invoke() == true ? throw new RemotingException("the power is gone, and with it the answer") : reply;
    }
}
