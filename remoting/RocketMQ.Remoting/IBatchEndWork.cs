namespace RocketMQ.Remoting;

/// <summary>Work for the end of a batch of input, see <see cref="InputBatch"/>.</summary>
public interface IBatchEndWork
{
    /// <summary>Does it, on the thread that served the batch: it must neither block nor take long. Its exceptions are its own.</summary>
    void Run();
}
