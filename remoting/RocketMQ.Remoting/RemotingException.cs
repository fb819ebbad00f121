namespace RocketMQ.Remoting;

/// <summary>A request that got no response, and why.</summary>
public class RemotingException : Exception
{
    public RemotingException(string message)
        : base(message)
    {
    }

    public RemotingException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
