namespace RocketMQ.Remoting;

/// <summary>Is told of every reply that a server sends, on the thread that sends it: it must not block, and should not allocate.</summary>
public interface IReplyObserver
{
    /// <param name="requestCode">What was asked.</param>
    /// <param name="responseCode">What it was answered.</param>
    /// <param name="elapsedTicks">Since the request's bytes were read, in <see cref="TimeSpan"/> ticks (100 ns).</param>
    /// <param name="wasParked">Whether the request waited for something to happen, such as a message to arrive.</param>
    void Replied(int requestCode, int responseCode, long elapsedTicks, bool wasParked);
}
