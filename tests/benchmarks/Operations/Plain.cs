namespace RocketMQ.Benchmarks.Operations;

/// <summary>An operation that is a call and owns nothing.</summary>
internal sealed class Plain(Action run) : IOperation
{
    public void Run() => run();

    public void Dispose()
    {
    }
}
