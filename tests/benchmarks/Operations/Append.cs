using RocketMQ.Store;
using RocketMQ.TestSupport;

namespace RocketMQ.Benchmarks.Operations;

/// <summary>One message into a store of its own, listed in its queue when the call returns.</summary>
internal sealed class Append : IOperation
{
    private readonly TestFolder _folder = new();
    private readonly MessageStore _store;
    private readonly byte[] _body;

    public Append(int size)
    {
        _body = new byte[size];
        _store = Open(_folder);
    }

    public static MessageStore Open(TestFolder folder)
    {
        var store = MessageStore.Open(new StoreOptions
        {
            StorePathRootDir = folder.File("store"), MappedFileSizeCommitLog = 256 * 1024 * 1024, MessageIndexEnable = false,
        });
        store.Start();
        return store;
    }

    public void Run()
    {
        if (!_store.Append(Records.Draft(_body)).IsOk)
        {
            throw new InvalidOperationException("The store refuses.");
        }
    }

    public void Dispose()
    {
        _store.StopAsync().GetAwaiter().GetResult();
        _folder.Dispose();
    }
}
