using System.Buffers.Binary;

namespace RocketMQ.Store.Tests.Timing;

/// <summary>Reads timer files by their description alone, with no code of the store.</summary>
internal static class WheelFiles
{
    public sealed record Slot(int Index, long Time, long First, long Last, int Count, int Magic);

    public sealed record Unit(
        long Position, int Size, long Previous, int Magic, long WriteTime, int Delay, long PhysicalOffset, int RecordSize, int TopicHash, long Reserved);

    public static List<Slot> Slots(string wheel)
    {
        var bytes = File.ReadAllBytes(wheel);
        Assert.That(bytes, Has.Length.EqualTo(604_800 * 2 * 32));
        var slots = new List<Slot>();
        for (var at = 0; at < bytes.Length; at += 32)
        {
            if (BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at)) != 0)
            {
                slots.Add(new(at / 32, Long(bytes, at), Long(bytes, at + 8), Long(bytes, at + 16), Int(bytes, at + 24), Int(bytes, at + 28)));
            }
        }
        return slots;
    }

    public static List<Unit> Units(string directory)
    {
        var units = new List<Unit>();
        foreach (var path in Directory.GetFiles(directory).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(path);
            var start = long.Parse(Path.GetFileName(path));
            for (var at = 0; at + 16 <= bytes.Length && Int(bytes, at + 12) != unchecked((int)0xCBD43194) && Int(bytes, at) == 52; at += 52)
            {
                units.Add(new(
                    start + at, Int(bytes, at), Long(bytes, at + 4), Int(bytes, at + 12), Long(bytes, at + 16), Int(bytes, at + 24), Long(bytes, at + 28),
                    Int(bytes, at + 36), Int(bytes, at + 40), Long(bytes, at + 44)));
            }
        }
        return units;
    }

    /// <summary>Readtime, log position, queue offset, master's queue offset.</summary>
    public static long[] Checkpoint(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.That(bytes, Has.Length.EqualTo(4096));
        return [Long(bytes, 0), Long(bytes, 8), Long(bytes, 16), Long(bytes, 24)];
    }

    private static long Long(byte[] bytes, int at) => BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));

    private static int Int(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
}
