using System.Buffers;
using RocketMQ.Store;
using RocketMQ.TestSupport;

namespace RocketMQ.Benchmarks.Operations;

/// <summary>A batch of 32 messages from the store into an output.</summary>
internal sealed class PullAssembly : IOperation
{
    private const int Batch = 32;

    private readonly TestFolder _folder = new();
    private readonly MessageStore _store;
    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024);

    public PullAssembly()
    {
        _store = Append.Open(_folder);
        for (var i = 0; i < Batch; i++)
        {
            _store.Append(Records.Draft(new byte[128]));
        }
    }

    public void Run()
    {
        _output.ResetWrittenCount();
        using var result = _store.Get(Records.Topic, 0, 0, Batch);
        result.WriteTo(_output);
        if (result.Count != Batch)
        {
            throw new InvalidOperationException($"The store gives {result.Count} messages.");
        }
    }

    public void Dispose()
    {
        _store.StopAsync().GetAwaiter().GetResult();
        _folder.Dispose();
    }
}
