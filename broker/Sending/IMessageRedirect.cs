using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>Sends certain messages to a topic of the broker's own instead of the one they name.</summary>
public interface IMessageRedirect
{
    /// <summary>Changes topic, queue and broker-added properties of a message that is this redirect's; leaves others alone.</summary>
    /// <returns><see langword="null"/>, or why the message can't be taken.</returns>
    Refusal? Apply(ref MessageDraft draft);
}
