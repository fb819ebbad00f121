using System.Buffers;
using System.Buffers.Binary;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests;

/// <summary>Seeded: a failure names the round that shows it again.</summary>
public class CommandFuzzTests
{
    private const int Rounds = 20_000;

    [TestCase(SerializeType.Json)]
    [TestCase(SerializeType.RocketMq)]
    public void Whatever_is_sent_decodes_to_what_it_was(SerializeType type)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(round);
            var sent = RandomCommand(random, type);
            var bytes = RawPeer.Frame(sent);
            var read = new RemotingCommand();
            Assert.That(CommandCodec.Decode(Split(bytes.AsSpan(4), random), read), Is.Null, $"round {round}");
            Assert.That(RawPeer.Frame(read), Is.EqualTo(bytes), $"round {round}");
            Assert.That((read.Code, read.Opaque, read.Flag, read.Version, read.Language), Is.EqualTo((sent.Code, sent.Opaque, sent.Flag, sent.Version, sent.Language)));
            Assert.That(read.Remark, Is.EqualTo(sent.Remark));
            Assert.That(read.Body.ToArray(), Is.EqualTo(sent.Body.ToArray()));
        }
    }

    [TestCase(SerializeType.Json)]
    [TestCase(SerializeType.RocketMq)]
    public void A_damaged_frame_never_throws_and_what_still_reads_is_stable(SerializeType type)
    {
        var reused = new RemotingCommand();
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(round);
            var bytes = Damage(RawPeer.Frame(RandomCommand(random, type)), random);
            var buffer = Split(bytes, random);
            var before = buffer.Length;
            var status = FrameReader.TryRead(ref buffer, FrameReader.DefaultMaxFrameLength, out var frame, out var length);
            Assert.That(buffer.Length, Is.EqualTo(status == FrameStatus.Complete ? before - 4 - length : before), $"round {round}");
            if (status != FrameStatus.Complete || CommandCodec.Decode(frame, reused) is not null)
            {
                continue;
            }

            accepted++;
            var once = RawPeer.Frame(reused);
            var again = new RemotingCommand();
            Assert.That(CommandCodec.Decode(new ReadOnlySequence<byte>(once.AsMemory(4)), again), Is.Null, $"round {round}");
            again.Fields ??= reused.Fields is null ? null : new ExtFields();
            Assert.That(RawPeer.Frame(again), Is.EqualTo(once), $"round {round}");
        }

        Assert.That(accepted, Is.GreaterThan(Rounds / 20), "the damage leaves too little to test");
    }

    [Test]
    public void Noise_never_throws()
    {
        var command = new RemotingCommand();
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(round);
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (bytes.Length > 8)
            {
                // Past the length checks, or nothing else would be reached.
                bytes[0] = (byte)random.Next(2);
                bytes[1] = bytes[2] = 0;
                bytes[3] = (byte)random.Next(bytes.Length);
            }

            CommandCodec.Decode(Split(bytes, random), command);
        }
    }

    private static RemotingCommand RandomCommand(Random random, SerializeType type)
    {
        var command = new RemotingCommand
        {
            Code = random.Next(short.MinValue, short.MaxValue),
            Opaque = random.Next(int.MinValue, int.MaxValue),
            Flag = random.Next(4),
            Version = random.Next(500),
            Language = (LanguageCode)random.Next(14),
            Remark = random.Next(3) == 0 ? RandomText(random) : null,
            SerializeType = type,
            Body = new ReadOnlySequence<byte>(new byte[random.Next(20)]),
        };
        command.Remark = command.Remark?.Length == 0 ? null : command.Remark;
        for (var i = random.Next(6); i > 0; i--)
        {
            command.AddField($"{RandomText(random)}{i}", RandomText(random));
        }

        return command;
    }

    private static string RandomText(Random random)
    {
        string[] pieces = ["a", "topic", "\"", "\\", "\n", "\u0001", "\u0002", "\u007f", "ä", "原", "\U0001F600", "{", "}", ",", ":", "/", " "];
        return string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var damaged = bytes.ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(8, damaged.Count);
            switch (random.Next(5))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    damaged.Insert(at, "\"\\{}[]:, 0"u8[random.Next(10)]);
                    break;
                case 3 when damaged.Count > 9:
                    damaged.RemoveAt(at);
                    break;
                default:
                    // Anything goes in the lengths and the serialisation.
                    damaged[random.Next(8)] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        var result = damaged.ToArray();
        if (random.Next(2) == 0)
        {
            // Or most frames would end at the first check.
            BinaryPrimitives.WriteInt32BigEndian(result, result.Length - 4);
        }

        return result;
    }

    private static ReadOnlySequence<byte> Split(ReadOnlySpan<byte> bytes, Random random)
    {
        var first = random.Next(bytes.Length + 1);
        var second = random.Next(first, bytes.Length + 1);
        return random.Next(2) == 0
            ? new ReadOnlySequence<byte>(bytes.ToArray())
            : Segments.Of(bytes[..first].ToArray(), bytes[first..second].ToArray(), bytes[second..].ToArray());
    }
}
