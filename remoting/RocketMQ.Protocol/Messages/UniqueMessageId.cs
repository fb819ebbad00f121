using System.Buffers.Binary;
using System.Net;

namespace RocketMQ.Protocol.Messages;

/// <summary>
/// The id a producer gives a message (property UNIQ_KEY): ip 4 or 16 | process id 2 | loader hash 4 | milliseconds since the local month began 4 |
/// counter 2, in upper-case hexadecimal: 32 or 56 characters.
/// </summary>
public readonly record struct UniqueMessageId(IPAddress Address, int ProcessId, int LoaderHash, int MonthMs, int Counter)
{
    /// <summary>Reads an id; false when it is of neither length or not hexadecimal.</summary>
    public static bool TryParse(ReadOnlySpan<char> id, out UniqueMessageId parsed)
    {
        parsed = default;
        var addressSize = id.Length / 2 - 12;
        Span<byte> bytes = stackalloc byte[28];
        if (addressSize is not (4 or 16)
            || Convert.FromHexString(id, bytes, out var consumed, out _) != System.Buffers.OperationStatus.Done || consumed != id.Length)
        {
            return false;
        }
        var rest = bytes[addressSize..];
        parsed = new(
            new IPAddress(bytes[..addressSize]),
            BinaryPrimitives.ReadUInt16BigEndian(rest),
            BinaryPrimitives.ReadInt32BigEndian(rest[2..]),
            BinaryPrimitives.ReadInt32BigEndian(rest[6..]),
            BinaryPrimitives.ReadUInt16BigEndian(rest[10..]));
        return true;
    }

    /// <summary>When the id was made, taken as the latest such moment that is not after <paramref name="now"/>.</summary>
    public DateTimeOffset CreatedAt(DateTimeOffset now)
    {
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, now.Offset);
        var created = month.AddMilliseconds((uint)MonthMs);
        return created <= now ? created : month.AddMonths(-1).AddMilliseconds((uint)MonthMs);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[28];
        Address.TryWriteBytes(bytes, out var addressSize);
        var rest = bytes[addressSize..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)ProcessId);
        BinaryPrimitives.WriteInt32BigEndian(rest[2..], LoaderHash);
        BinaryPrimitives.WriteInt32BigEndian(rest[6..], MonthMs);
        BinaryPrimitives.WriteUInt16BigEndian(rest[10..], (ushort)Counter);
        return Convert.ToHexString(bytes[..(addressSize + 12)]);
    }
}
