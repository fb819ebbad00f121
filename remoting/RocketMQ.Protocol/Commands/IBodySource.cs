using System.Buffers;

namespace RocketMQ.Protocol.Commands;

/// <summary>A reply body that lies somewhere else (mapped log pages) and is copied once, into the connection's output.</summary>
public interface IBodySource : IDisposable
{
    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    int Length { get; }

    void WriteTo(IBufferWriter<byte> output);
}
