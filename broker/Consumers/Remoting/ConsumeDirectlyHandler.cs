using RocketMQ.Broker.Auth;
using RocketMQ.Broker.Auth.Remoting;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Queries;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>CONSUME_MESSAGE_DIRECTLY (309): one consumer consumes one message now, which the broker hands it, and says what came of it.</summary>
internal sealed class ConsumeDirectlyHandler(
    BrokerOptions options, ConsumerCalls calls, TopicTable topics, SubscriptionGroups groups, StoredRecords records, IAuthorizer authorizer, ICallers callers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ConsumeMessageDirectlyResultRequestHeader>();
        return calls.Find(header.ConsumerGroup, header.ClientId, out var refusal) is { } consumer
            ? ConsumeAsync(callers.Of(context), header, consumer, cancellationToken)
            : ValueTask.FromResult(refusal);
    }

    private async ValueTask<RemotingCommand?> ConsumeAsync(
        Caller caller, ConsumeMessageDirectlyResultRequestHeader header, ClientChannel consumer, CancellationToken cancellationToken)
    {
        if (!OffsetMessageId.TryParse(header.MsgId, out _, out var offset))
        {
            return RemotingCommand.Response(
                ResponseCode.SystemError, $"'{header.MsgId}' is not an offset message id: expected are 32 or 56 hexadecimal digits that a broker gave");
        }

        // An old record may have to come from the disk.
        var (record, refusal) = await Task.Run(() => Read(caller, header.ConsumerGroup, offset), cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal.ToResponse();
        }

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

    /// <summary>The group is handed the record: it must be one that it may read.</summary>
    private (byte[]? Record, Refusal? Refusal) Read(in Caller caller, string group, long offset)
    {
        using var lease = records.Find(offset);
        if (!lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var record) != RecordReadStatus.Ok)
        {
            return default;
        }

        return authorizer.Check(caller, AccessAction.Sub, StoredRecords.TopicOf(record), group) is { } refusal
            ? (null, refusal)
            : (lease.Bytes.ToArray(), null);
    }
}
