using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Consumers;

/// <summary>CONSUME_MESSAGE_DIRECTLY (309): one consumer consumes one message now, which the broker hands it, and says what came of it.</summary>
internal sealed class ConsumeDirectlyHandler(
    BrokerOptions options, ConsumerCalls calls, TopicTable topics, SubscriptionGroups groups, MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ConsumeMessageDirectlyResultRequestHeader>();
        return calls.Find(header.ConsumerGroup, header.ClientId, out var refusal) is { } consumer
            ? ConsumeAsync(header, consumer, cancellationToken)
            : ValueTask.FromResult(refusal);
    }

    private async ValueTask<RemotingCommand?> ConsumeAsync(
        ConsumeMessageDirectlyResultRequestHeader header, ClientChannel consumer, CancellationToken cancellationToken)
    {
        if (!OffsetMessageId.TryParse(header.MsgId, out _, out var offset))
        {
            return RemotingCommand.Response(
                ResponseCode.SystemError, $"'{header.MsgId}' is not an offset message id: expected are 32 or 56 hexadecimal digits that a broker gave");
        }

        // An old record may have to come from the disk.
        var record = await Task.Run(() => Read(offset), cancellationToken).ConfigureAwait(false);
        if (record is null)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, $"there is no message {header.MsgId}: nothing begins at offset {offset} of the log");
        }

        header.BrokerName = options.BrokerName;
        header.TopicSysFlag = header.Topic is { Length: > 0 } topic && topics.TryGet(topic, out var config) ? config.TopicSysFlag : null;
        header.GroupSysFlag = groups.Find(header.ConsumerGroup)?.GroupSysFlag;
        return await ConsumerCalls.CallAsync(
            consumer, header.ConsumerGroup, RemotingCommand.Request(RequestCode.ConsumeMessageDirectly, header, record), cancellationToken).ConfigureAwait(false);
    }

    private byte[]? Read(long offset)
    {
        using var lease = store.Read(offset);
        return lease.IsValid ? lease.Bytes.ToArray() : null;
    }
}
