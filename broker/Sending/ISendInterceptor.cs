using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>A kind of message that is recognised when a client sends it (half messages of transactions).</summary>
public interface ISendInterceptor
{
    /// <returns><see langword="null"/>, or why the send is refused.</returns>
    Refusal? Apply(SendMessageRequestHeader header, ref MessageDraft draft);

    /// <summary>The message is in the log.</summary>
    void Stored(SendMessageRequestHeader header, in MessageDraft draft);
}
