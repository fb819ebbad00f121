using RocketMQ.Client.Popping;

namespace RocketMQ.Client;

/// <summary>A message that a <see cref="SimpleConsumer"/> received, and its right to acknowledge it.</summary>
public sealed class PoppedMessage
{
    internal PoppedMessage(ReceivedMessage message, string topic, PopHandle handle)
    {
        Message = message;
        Topic = topic;
        Handle = handle;
    }

    /// <summary>The topic subscribed to.</summary>
    public string Topic { get; }

    public ReceivedMessage Message { get; }

    /// <summary>When the message becomes visible again unless it is acknowledged.</summary>
    public DateTimeOffset VisibleAgainAt => DateTimeOffset.FromUnixTimeMilliseconds(Handle.PopTime + Handle.InvisibleTime);

    internal PopHandle Handle { get; set; }
}
