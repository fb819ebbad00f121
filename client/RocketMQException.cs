namespace RocketMQ.Client;

/// <summary>
/// Something RocketMQ refused or could not do. Connections that fail throw <see cref="Remoting.RemotingException"/> instead, except from a
/// send, which gathers what happened at each attempt in a <see cref="SendFailedException"/>.
/// </summary>
public class RocketMQException : Exception
{
    public RocketMQException(string message)
        : base(message)
    {
    }

    public RocketMQException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
