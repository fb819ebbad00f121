namespace RocketMQ.Remoting;

/// <summary>A server could not listen where it was told to.</summary>
public sealed class RemotingBindException(string message, Exception inner) : Exception(message, inner);
