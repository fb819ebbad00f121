namespace RocketMQ.Benchmarks.Operations;

/// <summary>A send from socket to socket, through the whole broker.</summary>
internal sealed class ServedSend : IOperation
{
    private readonly ServedBroker _broker = new();

    public bool IsServed => true;

    public void Run() => _broker.Send();

    public void Dispose() => _broker.Dispose();
}
