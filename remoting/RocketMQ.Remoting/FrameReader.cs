using System.Buffers;
using System.Buffers.Binary;

namespace RocketMQ.Remoting;

/// <summary>Cuts length-prefixed frames out of a connection's input.</summary>
public static class FrameReader
{
    /// <summary>Apache's limit (system property <c>com.rocketmq.remoting.frameMaxLength</c>), bytes after the length word.</summary>
    public const int DefaultMaxFrameLength = 16 * 1024 * 1024;

    private const int LengthBytes = 4;

    /// <summary>
    /// Takes the next whole frame off the front of <paramref name="buffer"/>. A partial frame leaves the buffer untouched; a length
    /// that can't be is reported once, before any of the frame is waited for.
    /// </summary>
    public static FrameStatus TryRead(ref ReadOnlySequence<byte> buffer, int maxFrameLength, out ReadOnlySequence<byte> frame, out int length)
    {
        frame = default;
        length = 0;
        if (buffer.Length < LengthBytes)
        {
            return FrameStatus.Incomplete;
        }

        length = ReadLength(buffer);
        if (length < LengthBytes || length > maxFrameLength)
        {
            return FrameStatus.Invalid;
        }

        if (buffer.Length - LengthBytes < length)
        {
            return FrameStatus.Incomplete;
        }

        frame = buffer.Slice(LengthBytes, length);
        buffer = buffer.Slice(frame.End);
        return FrameStatus.Complete;
    }

    private static int ReadLength(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.FirstSpan.Length >= LengthBytes)
        {
            return BinaryPrimitives.ReadInt32BigEndian(buffer.FirstSpan);
        }

        Span<byte> word = stackalloc byte[LengthBytes];
        buffer.Slice(0, LengthBytes).CopyTo(word);
        return BinaryPrimitives.ReadInt32BigEndian(word);
    }
}
