using System.Buffers;
using System.Runtime.InteropServices;
using DotNetty.Buffers;
using DotNetty.Codecs;
using DotNetty.Transport.Channels;

namespace RocketMQ.Transport.DotNetty;

/// <summary>Blocks of a pipe as a buffer of DotNetty's.</summary>
internal sealed class SequenceEncoder : MessageToByteEncoder<ReadOnlySequence<byte>>
{
    protected override void Encode(IChannelHandlerContext context, ReadOnlySequence<byte> message, IByteBuffer output)
    {
        output.EnsureWritable((int)message.Length);
        foreach (var block in message)
        {
            if (MemoryMarshal.TryGetArray(block, out var array))
            {
                output.WriteBytes(array.Array, array.Offset, array.Count);
            }
            else
            {
                output.WriteBytes(block.ToArray());
            }
        }
    }
}
