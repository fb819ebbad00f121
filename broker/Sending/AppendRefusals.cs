using RocketMQ.Broker.Core;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>Why the store does not take a message, in one place: its outcomes as refusals.</summary>
public sealed class AppendRefusals(MessageStore store, MessageHost storeHost)
{
    /// <summary>Queues that a refusal names.</summary>
    private const int MaxQueuesNamed = 3;

    public Refusal Of(AppendStatus status) => status switch
    {
        AppendStatus.MessageTooLarge or AppendStatus.PropertiesTooLarge => new Refusal(
            RefusalKind.MessageIllegal,
            $"the message is illegal, maybe msg body or properties length not matched. msg body length limit {store.Options.MaxMessageSize}B (maxMessageSize), msg properties length limit 32767B."),
        AppendStatus.TopicTooLong => new Refusal(
            RefusalKind.MessageIllegal, $"the topic is longer than {SystemTopics.MaxTopicLength} bytes"),
        AppendStatus.BatchMalformed => new Refusal(RefusalKind.MessageIllegal, "the batch body is not made of whole messages"),
        AppendStatus.TopicIllegal => new Refusal(
            RefusalKind.MessageIllegal, "the topic is no name: it is empty, . or .., or holds a path separator or a control character"),
        AppendStatus.LightQueueIllegal => new Refusal(
            RefusalKind.MessageIllegal,
            "INNER_MULTI_DISPATCH names a light queue that can't be: its name is longer than 255 bytes, or holds a path separator or a control character"),
        AppendStatus.BatchTooLarge => new Refusal(
            RefusalKind.MessageIllegal,
            $"the batch is too large: its messages, each with the properties of the batch, come to more than {store.Options.MaxBatchSize} bytes (maxBatchSize): send fewer at once"),
        AppendStatus.QueueSetAside => new Refusal(
            RefusalKind.ServiceNotAvailable,
            $"service not available now: the queue is set aside until it can be used again ({string.Join("; ", store.QueuesSetAside.Take(MaxQueuesNamed))}). Other queues are not concerned."),
        AppendStatus.TooManyLightQueues => new Refusal(
            RefusalKind.SystemError,
            $"[LMQ_CONSUME_QUEUE_NUM_EXCEEDED] the message names light queues beyond maxLmqConsumeQueueNum={store.Options.MaxLmqConsumeQueueNum}: delete unused ones, or raise the limit"),
        AppendStatus.DiskFull => new Refusal(
            RefusalKind.ServiceNotAvailable,
            $"service not available now: broker {storeHost} stores no messages, for {store.WriteRefusal ?? "its disk was full a moment ago"}. Sending goes on by itself then."),
        AppendStatus.Busy => new Refusal(
            RefusalKind.SystemBusy, $"[PC_SYNCHRONIZED]broker busy, start flow control for a while: {store.WriteRefusal ?? "the disk does not keep up"}"),
        _ => new Refusal(
            RefusalKind.ServiceNotAvailable,
            $"service not available now: broker {storeHost} stores no messages, for {store.WriteRefusal ?? "it is stopping"}"),
    };
}
