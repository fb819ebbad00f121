using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.Broker.Transactions;

/// <summary>Asks any one live producer of a half message's group what became of it.</summary>
public sealed class ProducerChecks(BrokerOptions options, ProducerTable producers, MessageHost storeHost, ILogger<ProducerChecks> logger)
{
    private int _turn;

    /// <param name="half">The half message as it stood before it was put back.</param>
    /// <param name="properties">Its properties as they were put back.</param>
    /// <param name="putBack">Where it was put back: what the producer is to answer with.</param>
    internal void Ask(in MessageRecord half, ReadOnlySpan<byte> properties, in AppendResult putBack)
    {
        var group = half.PropertyString(HalfMessages.ProducerGroup) ?? "";
        var id = half.PropertyString(PropertyNames.Utf8.UniqueKey);
        var channels = producers.Find(group);
        if (channels.Count == 0)
        {
            Log.NoProducerToCheck(logger, PlainText.Of(group), PlainText.Of(id));
            return;
        }

        var check = new TransactionCheck(
            HalfMessages.Topic, putBack.QueueOffset, putBack.PhysicalOffset, id, OffsetMessageId.Format(storeHost, putBack.PhysicalOffset), options.BrokerName,
            Body(half, properties, putBack));
        var first = (int)((uint)_turn++ % channels.Count);
        foreach (var channel in channels.Skip(first).Concat(channels.Take(first)))
        {
            if (channel.Link.TryTell(check))
            {
                return;
            }
        }
    }

    /// <summary>The record as the producer knows it: of its real topic and queue.</summary>
    private byte[] Body(in MessageRecord half, ReadOnlySpan<byte> properties, in AppendResult putBack)
    {
        RealDestination.TryRead(half.Properties, out var topic, out var queueId);
        var draft = RecordCopy.To(topic, queueId, half, storeHost);
        draft.Properties = properties;
        var topicUtf8 = Encoding.UTF8.GetBytes(topic);
        var body = new byte[MessageRecordWriter.Size(draft, topicUtf8.Length)];
        MessageRecordWriter.Write(body, draft, topicUtf8, half.BodyCrc, putBack.QueueOffset, putBack.PhysicalOffset, half.StoreTimestamp);
        return body;
    }
}
