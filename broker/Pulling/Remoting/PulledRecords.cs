using System.Buffers;
using RocketMQ.Protocol.Commands;
using RocketMQ.Store;

namespace RocketMQ.Broker.Pulling.Remoting;

/// <summary>Records that a pull found, as a reply's body: copied once, from the log's pages into the connection's output.</summary>
internal sealed class PulledRecords(GetResult result) : IBodySource
{
    public int Length => result.TotalBytes;

    /// <summary>Has the records read from the disk if they are not in memory.</summary>
    public void Touch() => result.Touch();

    public void WriteTo(IBufferWriter<byte> output) => result.WriteTo(output);

    public void Dispose() => result.Dispose();
}
