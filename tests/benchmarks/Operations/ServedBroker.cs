using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Benchmark.Load;
using RocketMQ.Broker;
using RocketMQ.Broker.Configuration;
using RocketMQ.Store;
using RocketMQ.TestSupport;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Benchmarks.Operations;

/// <summary>A broker of this process and a connection to it whose client allocates nothing.</summary>
internal sealed class ServedBroker : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly BrokerServer _server;
    private readonly RawConnection _connection;
    private readonly byte[] _sendFrame;
    private readonly SendFrame _send;
    private long _counter;

    public ServedBroker()
    {
        _server = new BrokerServer(
            new BrokerOptions { BrokerName = "broker-a", ListenPort = 0, BindAddress = "127.0.0.1" },
            new StoreOptions { StorePathRootDir = _folder.File("store"), MappedFileSizeCommitLog = 256 * 1024 * 1024, MessageIndexEnable = false },
            new BrokerSurroundings { Transport = new KestrelTransport(NullLoggerFactory.Instance) });
        _server.StartAsync().GetAwaiter().GetResult();
        _connection = new RawConnection(_server.Address);
        _send = new SendFrame(new Target(_server.Address, "broker-a", Records.Topic, 1, 1), new MessageShape(), 0);
        _sendFrame = new byte[_send.Length];
    }

    public void Send()
    {
        _send.Write(_sendFrame, SendFrame.FirstOpaque, 1_700_000_000_000, _counter++);
        Call(_sendFrame);
    }

    public void Call(ReadOnlySpan<byte> frame)
    {
        _connection.Send(frame);
        ReadOnlySpan<byte> reply;
        while (!_connection.TryTake(out reply))
        {
            _connection.Receive();
        }

        if (new RawReply(reply) is { Code: not 0 } refusal)
        {
            throw new InvalidOperationException(refusal.Explain());
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
    }
}
