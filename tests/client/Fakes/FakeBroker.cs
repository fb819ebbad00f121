using System.Collections.Concurrent;
using System.Net;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Tests.Fakes;

/// <summary>As much of a broker as a client needs to see: queues in memory, offsets, members of groups.</summary>
internal sealed class FakeBroker : FakeServer
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Topic, int QueueId), List<byte[]>> _queues = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stopped;

    public FakeBroker(string name)
    {
        Name = name;
        On(RequestCode.SendMessageV2, Send);
        On(RequestCode.SendBatchMessage, SendBatch);
        OnAsync(RequestCode.PullMessage, PullAsync);
        On(RequestCode.HeartBeat, Heartbeat);
        On(RequestCode.UnregisterClient, Unregister);
        On(RequestCode.GetConsumerListByGroup, Members);
        On(RequestCode.QueryConsumerOffset, QueryOffset);
        On(RequestCode.UpdateConsumerOffset, UpdateOffset);
        On(RequestCode.GetMaxOffset, c => Offset(new GetMaxOffsetResponseHeader { Offset = Count(c.Request.ReadHeader<GetMaxOffsetRequestHeader>()) }));
        On(RequestCode.GetMinOffset, _ => Offset(new GetMinOffsetResponseHeader()));
        On(RequestCode.SearchOffsetByTimestamp, _ => Offset(new SearchOffsetResponseHeader()));
        On(RequestCode.ConsumerSendMsgBack, _ => RemotingCommand.Response(0));
        On(RequestCode.CheckClientConfig, _ => RemotingCommand.Response(0));
        On(RequestCode.LockBatchMq, Lock);
        On(RequestCode.UnlockBatchMq, Unlock);
        On(RequestCode.EndTransaction, _ => RemotingCommand.Response(0));
        On(RequestCode.SendReplyMessageV2, c => RemotingCommand.Response(0, new SendMessageResponseHeader { MsgId = "reply" }));
        On(RequestCode.PopMessage, _ => RemotingCommand.Response(ResponseCode.PollingTimeout));
        On(RequestCode.AckMessage, _ => RemotingCommand.Response(0));
        On(RequestCode.BatchAckMessage, _ => RemotingCommand.Response(0));
        On(RequestCode.ChangeMessageInvisibletime, _ => RemotingCommand.Response(0));
        On(RequestCode.RecallMessage, _ => RemotingCommand.Response(0, new RecallMessageResponseHeader { MsgId = "recalled" }));
    }

    public string Name { get; }

    /// <summary>Group, topic and queue → offset.</summary>
    public ConcurrentDictionary<(string Group, string Topic, int QueueId), long> Offsets { get; } = new();

    /// <summary>Client id → its last heartbeat.</summary>
    public ConcurrentDictionary<string, HeartbeatData> Clients { get; } = new();

    /// <summary>Queue → client that has it locked.</summary>
    public ConcurrentDictionary<MessageQueue, string> Locks { get; } = new();

    /// <summary>Ids told beside those that sent heartbeats.</summary>
    public ConcurrentBag<string> OtherMembers { get; } = [];

    public override Task StopAsync()
    {
        lock (_lock)
        {
            _stopped = true;
            _arrival.TrySetResult();
        }

        return base.StopAsync();
    }

    /// <summary>Sends a request to every client that is connected.</summary>
    public void Notify(Func<RemotingCommand> request)
    {
        foreach (var connection in Connections)
        {
            connection.TrySendOneway(request());
        }
    }

    public List<StoredMessage> Messages(string topic)
    {
        lock (_lock)
        {
            return [.. _queues.Where(q => q.Key.Topic == topic).SelectMany(q => q.Value).Select(b => StoredMessage.ReadAll(b)[0])];
        }
    }

    /// <summary>The bytes of a stored message.</summary>
    public byte[] Record(string topic, int queueId, int offset)
    {
        lock (_lock)
        {
            return _queues[(topic, queueId)][offset];
        }
    }

    /// <summary>Stores a message; returns its offset in the queue.</summary>
    public long Put(string topic, int queueId, ReadOnlySpan<byte> body, ReadOnlySpan<byte> properties = default, int sysFlag = 0, int reconsumeTimes = 0)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue((topic, queueId), out var queue))
            {
                _queues[(topic, queueId)] = queue = [];
            }

            var host = MessageHost.From(IPEndPoint.Parse(Address));
            var draft = new MessageDraft
            {
                Topic = topic, QueueId = queueId, SysFlag = sysFlag, BornHost = host, StoreHost = host, ReconsumeTimes = reconsumeTimes,
                Body = body, Properties = properties,
            };
            var topicBytes = System.Text.Encoding.UTF8.GetBytes(topic);
            var record = new byte[MessageRecordWriter.Size(draft, topicBytes.Length)];
            MessageRecordWriter.Write(record, draft, topicBytes, MessageCrc.OfBody(body), queue.Count, _queues.Values.Sum(q => q.Count) * 1000L, 0);
            queue.Add(record);
            var arrival = _arrival;
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrival.TrySetResult();
            return queue.Count - 1;
        }
    }

    private static RemotingCommand Offset(ICommandHeader header) => RemotingCommand.Response(0, header);

    private RemotingCommand Send(RequestContext context)
    {
        var header = context.Request.ReadHeader<SendMessageRequestHeaderV2>();
        var body = System.Buffers.BuffersExtensions.ToArray(context.Request.Body);
        var offset = Put(header.Topic, header.QueueId, body, header.Properties.Span, header.SysFlag);
        var id = OffsetMessageId.Format(MessageHost.From(IPEndPoint.Parse(Address)), Messages(header.Topic).Max(m => m.PhysicalOffset));
        return RemotingCommand.Response(0, new SendMessageResponseHeader { MsgId = id, QueueId = header.QueueId, QueueOffset = offset });
    }

    private RemotingCommand SendBatch(RequestContext context)
    {
        var header = context.Request.ReadHeader<SendMessageRequestHeaderV2>();
        ReadOnlySpan<byte> rest = System.Buffers.BuffersExtensions.ToArray(context.Request.Body);
        long? first = null;
        while (BatchBody.TryTake(ref rest, out var message))
        {
            var offset = Put(header.Topic, header.QueueId, message.Body, message.Properties);
            first ??= offset;
        }

        return RemotingCommand.Response(0, new SendMessageResponseHeader { MsgId = "batch", QueueId = header.QueueId, QueueOffset = first ?? -1 });
    }

    private async ValueTask<RemotingCommand?> PullAsync(RequestContext context)
    {
        var header = context.Request.ReadHeader<PullMessageRequestHeader>();
        if ((header.SysFlag & 1) != 0)
        {
            Offsets[(header.ConsumerGroup, header.Topic, header.QueueId)] = header.CommitOffset;
        }

        while (true)
        {
            Task arrival;
            lock (_lock)
            {
                var queue = _queues.GetValueOrDefault((header.Topic, header.QueueId)) ?? [];
                if (header.QueueOffset != queue.Count || (header.SysFlag & 2) == 0 || _stopped)
                {
                    return PullReply(header, queue);
                }

                arrival = _arrival.Task;
            }

            await arrival;
        }
    }

    private static RemotingCommand PullReply(PullMessageRequestHeader header, List<byte[]> queue)
    {
        var reply = new PullMessageResponseHeader { NextBeginOffset = header.QueueOffset, MaxOffset = queue.Count };
        if (header.QueueOffset > queue.Count)
        {
            reply.NextBeginOffset = queue.Count;
            return RemotingCommand.Response(ResponseCode.PullOffsetMoved, reply);
        }

        if (header.QueueOffset == queue.Count)
        {
            return RemotingCommand.Response(ResponseCode.PullNotFound, reply);
        }

        var records = queue.Skip((int)header.QueueOffset).Take(header.MaxMsgNums).ToList();
        reply.NextBeginOffset += records.Count;
        var response = RemotingCommand.Response(0, reply);
        response.Body = new System.Buffers.ReadOnlySequence<byte>(records.SelectMany(r => r).ToArray());
        return response;
    }

    private RemotingCommand Heartbeat(RequestContext context)
    {
        var data = RemotingJson.Deserialize<HeartbeatData>(System.Buffers.BuffersExtensions.ToArray(context.Request.Body));
        Clients[data.ClientId] = data;
        return RemotingCommand.Response(0);
    }

    private RemotingCommand Lock(RequestContext context)
    {
        var body = RemotingJson.Deserialize<LockBatchRequestBody>(context.Request.Body);
        var locked = body.MqSet.Where(q => Locks.GetOrAdd(q, body.ClientId) == body.ClientId).ToHashSet();
        return RemotingCommand.ResponseWithBody(0, RemotingJson.Serialize(new LockBatchResponseBody { LockOkMqSet = locked }));
    }

    private RemotingCommand Unlock(RequestContext context)
    {
        var body = RemotingJson.Deserialize<LockBatchRequestBody>(context.Request.Body);
        foreach (var queue in body.MqSet)
        {
            Locks.TryRemove(KeyValuePair.Create(queue, body.ClientId));
        }

        return RemotingCommand.Response(0);
    }

    private RemotingCommand Unregister(RequestContext context)
    {
        Clients.TryRemove(context.Request.ReadHeader<UnregisterClientRequestHeader>().ClientId, out _);
        return RemotingCommand.Response(0);
    }

    private RemotingCommand Members(RequestContext context)
    {
        var group = context.Request.ReadHeader<GetConsumerListByGroupRequestHeader>().ConsumerGroup;
        var ids = Clients.Where(c => c.Value.ConsumerDataSet.Any(d => d.GroupName == group)).Select(c => c.Key).Concat(OtherMembers).ToList();
        return RemotingCommand.ResponseWithBody(0, RemotingJson.Serialize(new GetConsumerListByGroupResponseBody { ConsumerIds = ids }));
    }

    private RemotingCommand QueryOffset(RequestContext context)
    {
        var header = context.Request.ReadHeader<QueryConsumerOffsetRequestHeader>();
        return Offsets.TryGetValue((header.ConsumerGroup, header.Topic, header.QueueId), out var offset)
            ? RemotingCommand.Response(0, new QueryConsumerOffsetResponseHeader { Offset = offset })
            : RemotingCommand.Response(ResponseCode.QueryNotFound, "no offset");
    }

    private RemotingCommand UpdateOffset(RequestContext context)
    {
        var header = context.Request.ReadHeader<UpdateConsumerOffsetRequestHeader>();
        Offsets[(header.ConsumerGroup, header.Topic, header.QueueId ?? 0)] = header.CommitOffset ?? 0;
        return RemotingCommand.Response(0);
    }

    private int Count(GetMaxOffsetRequestHeader header)
    {
        lock (_lock)
        {
            return _queues.GetValueOrDefault((header.Topic, header.QueueId))?.Count ?? 0;
        }
    }
}
