namespace RocketMQ.Benchmarks.Operations;

/// <summary>Something the broker does for every message or request, ready to be done again and again.</summary>
public interface IOperation : IDisposable
{
    /// <summary>Whether other threads do the work, so that the whole process is counted.</summary>
    bool IsServed => false;

    void Run();
}
