using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>What a send is answered, in one place: the store's outcomes as response codes.</summary>
public sealed class SendReplies(BrokerOptions options, MessageStore store, MessageHost storeHost)
{
    /// <summary>Queues that a refusal names.</summary>
    private const int MaxQueuesNamed = 3;

    /// <summary>A late flush has Apache's answer; of a failed one the remark tells, for there is no code of its own.</summary>
    public static RemotingCommand Stored(in Durability durability, SendMessageResponseHeader header) => RemotingCommand.Response(
        durability.Code, header, durability.Outcome == StoreOutcome.FlushDiskFailed ? $"the message is stored, but {durability.Reason}" : null);

    /// <param name="refusal">Why.</param>
    /// <param name="batchId">The id of a batch that was to be one record.</param>
    public RemotingCommand Refused(Refusal refusal, string? batchId = null) => RemotingCommand.Response(
        refusal.Code,
        new SendMessageRefusedHeader { Region = options.RegionId, TraceOn = options.TraceOn, BatchUniqId = batchId },
        refusal.Reason);

    public RemotingCommand Failed(in PublishResult result, string? batchId = null) =>
        Refused(result.Refusal ?? Explain(result.Appended.Status), batchId);

    private Refusal Explain(AppendStatus status) => status switch
    {
        AppendStatus.MessageTooLarge or AppendStatus.PropertiesTooLarge => new Refusal(
            ResponseCode.MessageIllegal,
            $"the message is illegal, maybe msg body or properties length not matched. msg body length limit {store.Options.MaxMessageSize}B (maxMessageSize), msg properties length limit 32767B."),
        AppendStatus.TopicTooLong => new Refusal(
            ResponseCode.MessageIllegal, $"the topic is longer than {SystemTopics.MaxTopicLength} bytes"),
        AppendStatus.BatchMalformed => new Refusal(ResponseCode.MessageIllegal, "the batch body is not made of whole messages"),
        AppendStatus.TopicIllegal => new Refusal(
            ResponseCode.MessageIllegal, "the topic is no name: it is empty, . or .., or holds a path separator or a control character"),
        AppendStatus.LightQueueIllegal => new Refusal(
            ResponseCode.MessageIllegal,
            "INNER_MULTI_DISPATCH names a light queue that can't be: its name is longer than 255 bytes, or holds a path separator or a control character"),
        AppendStatus.BatchTooLarge => new Refusal(
            ResponseCode.MessageIllegal,
            $"the batch is too large: its messages, each with the properties of the batch, come to more than {store.Options.MaxBatchSize} bytes (maxBatchSize): send fewer at once"),
        AppendStatus.QueueSetAside => new Refusal(
            ResponseCode.ServiceNotAvailable,
            $"service not available now: the queue is set aside until it can be used again ({string.Join("; ", store.QueuesSetAside.Take(MaxQueuesNamed))}). Other queues are not concerned."),
        AppendStatus.TooManyLightQueues => new Refusal(
            ResponseCode.SystemError,
            $"[LMQ_CONSUME_QUEUE_NUM_EXCEEDED] the message names light queues beyond maxLmqConsumeQueueNum={store.Options.MaxLmqConsumeQueueNum}: delete unused ones, or raise the limit"),
        AppendStatus.DiskFull => new Refusal(
            ResponseCode.ServiceNotAvailable,
            $"service not available now: broker {storeHost} stores no messages, for {store.WriteRefusal ?? "its disk was full a moment ago"}. Sending goes on by itself then."),
        AppendStatus.Busy => new Refusal(
            ResponseCode.SystemBusy, $"[PC_SYNCHRONIZED]broker busy, start flow control for a while: {store.WriteRefusal ?? "the disk does not keep up"}"),
        _ => new Refusal(
            ResponseCode.ServiceNotAvailable,
            $"service not available now: broker {storeHost} stores no messages, for {store.WriteRefusal ?? "it is stopping"}"),
    };
}
