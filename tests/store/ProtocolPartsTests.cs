using System.Buffers;
using System.Net;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests;

internal sealed class ProtocolPartsTests
{
    [Test]
    public void Crc_equals_zlibs_for_every_length_and_split()
    {
        Assert.That(MessageCrc.Compute("123456789"u8), Is.EqualTo(0xCBF43926));
        var bytes = new byte[1100];
        new Random(7).NextBytes(bytes);
        for (var length = 0; length <= bytes.Length; length += length < 300 ? 1 : 37)
        {
            var part = bytes.AsSpan(0, length);
            Assert.That(MessageCrc.Compute(part), Is.EqualTo(BitwiseCrc(part)), $"{length} bytes");
            var split = length / 3;
            var joined = MessageCrc.OfBody(part[..split], new ReadOnlySequence<byte>(bytes, split, length - split));
            Assert.That(joined, Is.EqualTo(MessageCrc.OfBody(part)), $"{length} bytes split at {split}");
        }
    }

    [TestCase("", 0)]
    [TestCase("TagA", 2598919)]
    [TestCase("polygenelubricants", int.MinValue)]
    [TestCase("中文😀", 1462570457)]
    public void Java_hash_is_the_same_over_utf8_and_utf16(string text, int expected)
    {
        Assert.That(JavaHash.Of(Encoding.UTF8.GetBytes(text)), Is.EqualTo(JavaHash.Of(text)));
        if (text.All(char.IsAscii))
        {
            Assert.That(JavaHash.Of(text), Is.EqualTo(expected));
        }
    }

    [Test]
    public void A_property_is_found_only_as_a_name_and_the_last_of_a_name_wins()
    {
        var text = "A\u0001KEYS\u0002XKEYS\u0001no\u0002KEYS\u0001first\u0002KEYS\u0001a b\u0001c\u0002EMPTY\u0001\u0002plain\u0002Z\u0001z"u8;
        Assert.That(PropertyText.TryFind(text, "KEYS"u8, out var keys), Is.True);
        Assert.That(Encoding.UTF8.GetString(keys), Is.EqualTo("a b\u0001c"));
        Assert.That(PropertyText.TryFind(text, "EMPTY"u8, out _), Is.False);
        Assert.That(PropertyText.TryFind(text, "EYS"u8, out _), Is.False);
        Assert.That(PropertyText.TryFind(text, "Z"u8, out var z), Is.True);
        Assert.That(Encoding.UTF8.GetString(z), Is.EqualTo("z"));
        Assert.That(PropertyText.ToDictionary(text), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["A"] = "KEYS", ["XKEYS"] = "no", ["KEYS"] = "a b\u0001c", ["Z"] = "z",
        }));
    }

    [Test]
    public void Looking_for_one_property_finds_what_reading_all_of_them_finds()
    {
        var random = new Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var text = Any(random, "ab\u0001\u0002", 12);
            var name = Any(random, "ab", 3);
            var found = PropertyText.TryFind(text, name, out var value);
            var expected = PropertyText.ToDictionary(text).GetValueOrDefault(Encoding.UTF8.GetString(name));
            Assert.That(found ? Encoding.UTF8.GetString(value) : null, Is.EqualTo(expected), $"{Convert.ToHexString(name)} in {Convert.ToHexString(text)}");
        }

        static byte[] Any(Random random, string alphabet, int maxLength) =>
            Encoding.UTF8.GetBytes(new string(random.GetItems<char>(alphabet, random.Next(maxLength + 1))));
    }

    [TestCase("A\u0001a", "B\u0001b\u0002", "A\u0001a\u0002B\u0001b\u0002")]
    [TestCase("A\u0001a\u0002", "B\u0001b", "A\u0001a\u0002B\u0001b")]
    [TestCase("", "B\u0001b", "B\u0001b")]
    [TestCase("A\u0001a", "", "A\u0001a")]
    public void Joined_properties_are_separated_once(string first, string second, string expected)
    {
        var a = Encoding.UTF8.GetBytes(first);
        var b = Encoding.UTF8.GetBytes(second);
        var joined = new byte[PropertyText.JoinedLength(a, b)];
        PropertyText.WriteJoined(joined, a, b);
        Assert.That(Encoding.UTF8.GetString(joined), Is.EqualTo(expected));
    }

    [Test]
    public void An_offset_message_id_holds_host_and_offset()
    {
        var host = MessageHost.From(new IPEndPoint(IPAddress.Loopback, 10911));
        Assert.That(OffsetMessageId.Format(host, 1234), Is.EqualTo("7F00000100002A9F00000000000004D2"));
        Assert.That(OffsetMessageId.TryParse("7F00000100002A9F00000000000004D2", out var parsed, out var offset), Is.True);
        Assert.That((parsed, offset), Is.EqualTo((host, 1234L)));
        Assert.That(OffsetMessageId.TryParse("7F00000100002A9F00000000000004DX", out _, out _), Is.False);
        Assert.That(OffsetMessageId.TryParse("7F0000", out _, out _), Is.False);
    }

    [Test]
    public void Unique_ids_count_up_and_tell_when_they_were_made()
    {
        var clock = new RocketMQ.TestSupport.VirtualTimeProvider();
        var source = new UniqueMessageIdSource(clock, IPAddress.Parse("10.1.2.3"), 0x18B4AAC2);
        var first = source.Next();
        var second = source.Next();
        Assert.That(first, Has.Length.EqualTo(32));
        Assert.That(UniqueMessageId.TryParse(first, out var a), Is.True);
        Assert.That(UniqueMessageId.TryParse(second, out var b), Is.True);
        Assert.That(a.Address, Is.EqualTo(IPAddress.Parse("10.1.2.3")));
        Assert.That(b.Counter, Is.EqualTo(a.Counter + 1));
        Assert.That(a.ToString(), Is.EqualTo(first));
        Assert.That(a.CreatedAt(clock.GetLocalNow()), Is.EqualTo(clock.GetLocalNow()).Within(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public void A_zlib_body_comes_back_and_a_bomb_is_refused()
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("squeeze me ", 500)));
        var packed = ZlibBody.Deflate(body);
        Assert.That(packed, Has.Length.LessThan(body.Length / 10));
        Assert.That(ZlibBody.Inflate(packed), Is.EqualTo(body));
        Assert.That(() => ZlibBody.Inflate(packed, maxSize: 1000), Throws.InstanceOf<InvalidDataException>());
        Assert.That(() => ZlibBody.Inflate([1, 2, 3, 4]), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void A_batch_body_is_taken_apart_as_it_was_put_together()
    {
        var writer = new ArrayBufferWriter<byte>();
        BatchBody.Write(writer, 1, "one"u8, "A\u0001a\u0002"u8);
        BatchBody.Write(writer, -2, ""u8, ""u8);
        Assert.That(BatchBody.TryCount(writer.WrittenSpan, out var count), Is.True);
        Assert.That(count, Is.EqualTo(2));
        var rest = writer.WrittenSpan;
        Assert.That(BatchBody.TryTake(ref rest, out var message), Is.True);
        Assert.That((message.Flag, Encoding.UTF8.GetString(message.Body), message.Properties.Length), Is.EqualTo((1, "one", 4)));
        Assert.That(BatchBody.TryTake(ref rest, out message), Is.True);
        Assert.That((message.Flag, message.Body.Length, rest.Length), Is.EqualTo((-2, 0, 0)));
        for (var cut = 1; cut < writer.WrittenCount; cut++)
        {
            if (cut != 29)
            {
                Assert.That(BatchBody.TryCount(writer.WrittenSpan[..cut], out _), Is.False, $"cut at {cut}");
            }
        }
    }

    [Test]
    public void Random_bytes_never_make_a_reader_fail()
    {
        var random = new Random(11);
        var buffer = new byte[300];
        for (var round = 0; round < 200_000; round++)
        {
            random.NextBytes(buffer);
            var length = random.Next(buffer.Length);
            if (length > 8)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(buffer, random.Next(80, 310));
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(4), round % 2 == 0 ? MessageLayout.MagicV1 : MessageLayout.MagicV2);
                if (length > 100 && round % 3 == 0)
                {
                    System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(84), random.Next(-3, 200));
                }
            }
            if (MessageRecord.TryRead(buffer.AsSpan(0, length), out var record) == RecordReadStatus.Ok)
            {
                _ = record.IsBodyIntact;
                _ = PropertyText.ToDictionary(record.Properties);
                _ = record.Property("KEYS"u8).Length;
            }
            var batch = (ReadOnlySpan<byte>)buffer.AsSpan(0, length);
            _ = BatchBody.TryCount(batch, out _);
        }
    }

    private static uint BitwiseCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }
        return ~crc;
    }
}
