using RocketMQ.Client.Core;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Client.Consuming;

/// <summary>Asks brokers about the offsets of queues and of groups in them.</summary>
internal sealed class QueueOffsets(Rpc rpc, BrokerTable brokers)
{
    /// <summary>Where a group goes on; <see langword="null"/> when the broker has no offset of it.</summary>
    public async Task<long?> QueryAsync(string group, MessageQueue queue, CancellationToken cancellationToken)
    {
        var address = brokers.Master(queue.BrokerName);
        var request = RemotingCommand.Request(
            RequestCode.QueryConsumerOffset,
            new QueryConsumerOffsetRequestHeader { ConsumerGroup = group, Topic = queue.Topic, QueueId = queue.QueueId, BrokerName = queue.BrokerName });
        var response = await rpc.InvokeAsync(address, request, cancellationToken).ConfigureAwait(false);
        return response.Code switch
        {
            ResponseCode.Success => response.ReadHeader<QueryConsumerOffsetResponseHeader>().Offset,
            ResponseCode.QueryNotFound => null,
            _ => throw new BrokerException(address, request.Code, response.Code, response.Remark),
        };
    }

    /// <summary>Stores that a group has consumed a queue up to an offset, exclusive.</summary>
    public Task UpdateAsync(string group, MessageQueue queue, long offset, CancellationToken cancellationToken) =>
        CallAsync(
            queue,
            RequestCode.UpdateConsumerOffset,
            new UpdateConsumerOffsetRequestHeader
            {
                ConsumerGroup = group, Topic = queue.Topic, QueueId = queue.QueueId, CommitOffset = offset, BrokerName = queue.BrokerName,
            },
            cancellationToken);

    /// <summary>The offset the next message will get.</summary>
    public async Task<long> MaxAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        var response = await CallAsync(
            queue, RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId }, cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<GetMaxOffsetResponseHeader>().Offset;
    }

    /// <summary>The first offset that is still there.</summary>
    public async Task<long> MinAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        var response = await CallAsync(
            queue, RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId }, cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<GetMinOffsetResponseHeader>().Offset;
    }

    /// <summary>The offset of the first message stored at a time or later.</summary>
    public async Task<long> SearchAsync(MessageQueue queue, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var header = new SearchOffsetRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId, Timestamp = time.ToUnixTimeMilliseconds() };
        var response = await CallAsync(queue, RequestCode.SearchOffsetByTimestamp, header, cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<SearchOffsetResponseHeader>().Offset;
    }

    /// <summary>When the first message that is still there was stored; <see langword="null"/> when the queue is empty.</summary>
    public async Task<DateTimeOffset?> EarliestStoreTimeAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        var header = new GetEarliestMsgStoretimeRequestHeader { Topic = queue.Topic, QueueId = queue.QueueId };
        var response = await CallAsync(queue, RequestCode.GetEarliestMsgStoretime, header, cancellationToken).ConfigureAwait(false);
        var timestamp = response.ReadHeader<GetEarliestMsgStoretimeResponseHeader>().Timestamp;
        return timestamp < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(timestamp);
    }

    private Task<RemotingCommand> CallAsync(MessageQueue queue, int code, ICommandHeader header, CancellationToken cancellationToken) =>
        rpc.CallAsync(brokers.Master(queue.BrokerName), RemotingCommand.Request(code, header), cancellationToken);
}
