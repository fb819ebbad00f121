using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>A kind of message that is recognised when a client sends it (half messages of transactions).</summary>
public interface ISendInterceptor
{
    /// <returns><see langword="null"/>, or why the send is refused.</returns>
    Refusal? Apply(in SendRequest request, ref MessageDraft draft);

    /// <summary>The message is in the log.</summary>
    void Stored(in SendRequest request, in MessageDraft draft);
}
