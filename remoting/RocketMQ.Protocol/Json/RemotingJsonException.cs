namespace RocketMQ.Protocol.Json;

/// <summary>A body or a file is not the JSON it should be. The message names the type and the place.</summary>
public sealed class RemotingJsonException : Exception
{
    public RemotingJsonException(string message)
        : base(message)
    {
    }

    public RemotingJsonException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
