namespace RocketMQ.Remoting;

/// <summary>The peer did not answer in time. It may still have carried the request out.</summary>
public sealed class RemotingTimeoutException(string message) : RemotingException(message);
