using System.Buffers;

namespace RocketMQ.Store.Tests;

/// <summary>Makes a sequence of several segments, as a frame has when it spans reads.</summary>
internal sealed class Segment : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Chain(params byte[][] parts)
    {
        var first = new Segment { Memory = parts[0] };
        var last = first;
        foreach (var part in parts.Skip(1))
        {
            var next = new Segment { Memory = part, RunningIndex = last.RunningIndex + last.Memory.Length };
            last.Next = next;
            last = next;
        }
        return new(first, 0, last, last.Memory.Length);
    }
}
