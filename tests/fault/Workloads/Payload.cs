using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Bodies that can be made again from a message's id, so that nothing but ids and sizes is remembered.</summary>
internal static class Payload
{
    public static byte[] Of(string id, int size)
    {
        var body = new byte[size];
        // The hash of the body record's CRC, not string.GetHashCode: a payload is the same in every process.
        new Random((int)MessageCrc.Compute(Encoding.UTF8.GetBytes(id))).NextBytes(body);
        return body;
    }

    /// <summary>Small mostly, empty sometimes, and now and then as long as many small ones.</summary>
    public static int RandomSize(Random random) => random.Next(100) switch
    {
        0 => 0,
        1 => random.Next(30_000, 100_000),
        < 50 => random.Next(1, 200),
        _ => random.Next(200, 2_000),
    };
}
