using System.Buffers;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests;

public class FramingTests
{
    [Test]
    public void A_frame_split_at_any_byte_is_read_once_it_is_whole_and_a_part_leaves_the_buffer_untouched()
    {
        var bytes = RawPeer.Request(7, 42, [1, 2, 3]);
        for (var split = 0; split < bytes.Length; split++)
        {
            var part = new ReadOnlySequence<byte>(bytes, 0, split);
            var before = part;
            Assert.That(FrameReader.TryRead(ref part, FrameReader.DefaultMaxFrameLength, out _, out _), Is.EqualTo(FrameStatus.Incomplete));
            Assert.That(part, Is.EqualTo(before));

            var whole = Segments.Of(bytes[..split], bytes[split..]);
            Assert.That(FrameReader.TryRead(ref whole, FrameReader.DefaultMaxFrameLength, out var frame, out _), Is.EqualTo(FrameStatus.Complete));
            Assert.That(frame.ToArray(), Is.EqualTo(bytes[4..]), $"split at {split}");
            Assert.That(whole.IsEmpty);

            var command = new RemotingCommand();
            Assert.That(CommandCodec.Decode(frame, command), Is.Null);
            Assert.That((command.Code, command.Opaque), Is.EqualTo((7, 42)));
            Assert.That(command.Body.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        }
    }

    [Test]
    public void Many_frames_in_one_segment_are_read_one_by_one_and_the_partial_last_one_is_left()
    {
        byte[][] frames = [.. Enumerable.Range(0, 50).Select(i => RawPeer.Request(i, i, new byte[i]))];
        var buffer = new ReadOnlySequence<byte>([.. frames.SelectMany(f => f), .. frames[0][..9]]);
        foreach (var expected in frames)
        {
            Assert.That(FrameReader.TryRead(ref buffer, FrameReader.DefaultMaxFrameLength, out var frame, out var length), Is.EqualTo(FrameStatus.Complete));
            Assert.That(frame.ToArray(), Is.EqualTo(expected[4..]));
            Assert.That(length, Is.EqualTo(expected.Length - 4));
        }

        Assert.That(FrameReader.TryRead(ref buffer, FrameReader.DefaultMaxFrameLength, out _, out _), Is.EqualTo(FrameStatus.Incomplete));
        Assert.That(buffer.Length, Is.EqualTo(9));
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(0)]
    [TestCase(3)]
    [TestCase(1025)]
    [TestCase(int.MaxValue)]
    public void A_length_that_can_not_be_is_reported_before_the_frame_is_waited_for(int length)
    {
        var buffer = new ReadOnlySequence<byte>([(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length]);
        Assert.That(FrameReader.TryRead(ref buffer, 1024, out _, out var found), Is.EqualTo(FrameStatus.Invalid));
        Assert.That(found, Is.EqualTo(length));
    }

    [Test]
    public void A_frame_of_exactly_the_limit_is_accepted()
    {
        var bytes = new byte[4 + 1024];
        bytes[2] = 4;
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.That(FrameReader.TryRead(ref buffer, 1024, out var frame, out _), Is.EqualTo(FrameStatus.Complete));
        Assert.That(frame.Length, Is.EqualTo(1024));
    }
}
