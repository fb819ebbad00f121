using System.Buffers.Binary;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Lengths that can't be, headers that are cut short, bytes of no meaning, and frames with a bit turned.</summary>
internal sealed class MalformedFrames : IAttack
{
    public Task RunAsync(Target target, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        return Target.FloodAsync(target.Broker, i => Make(random, i), cancellationToken);
    }

    private static byte[] Make(Random random, int number)
    {
        var frame = RawConnection.Frame(Requests.GetMaxOffset("GoodTopic", 0));
        switch (number % 5)
        {
            case 0:
                random.NextBytes(frame);
                break;
            case 1:
                BinaryPrimitives.WriteInt32BigEndian(frame, random.Next());
                break;
            case 2:
                BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), random.Next(0, 1 << 24));
                break;
            case 3:
                return frame[..random.Next(1, frame.Length)];
            default:
                frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
                break;
        }

        return frame;
    }
}
