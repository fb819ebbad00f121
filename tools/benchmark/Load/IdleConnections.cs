namespace RocketMQ.Benchmark.Load;

/// <summary>Connections that are open and say nothing.</summary>
internal sealed class IdleConnections : IDisposable
{
    private readonly List<RawConnection> _connections = [];

    /// <exception cref="BenchmarkException">One of them is refused.</exception>
    public IdleConnections(string address, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _connections.Add(new RawConnection(address, bufferBytes: 0));
        }
    }

    public void Dispose() => _connections.ForEach(c => c.Dispose());
}
