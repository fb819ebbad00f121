namespace RocketMQ.Remoting;

/// <summary>No connection to the address could be made: the request was never sent.</summary>
public sealed class RemotingConnectException(string message, Exception? inner = null) : RemotingException(message, inner);
