using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace RocketMQ.Protocol.Messages;

/// <summary>The CRC-32 of zlib, and the body CRC of records: the same with its top bit cleared.</summary>
public static class MessageCrc
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] Tables = MakeTables();

    /// <summary>The value a record holds for this body.</summary>
    public static int OfBody(ReadOnlySpan<byte> body) => (int)(Compute(body) & 0x7FFFFFFF);

    /// <summary>The value a record holds for a body given in two parts.</summary>
    public static int OfBody(ReadOnlySpan<byte> body, in ReadOnlySequence<byte> more)
    {
        var state = Append(~0u, body);
        foreach (var segment in more)
        {
            state = Append(state, segment.Span);
        }
        return (int)(~state & 0x7FFFFFFF);
    }

    /// <summary>The unmasked CRC-32.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Append(~0u, bytes);

    private static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        if (ArmCrc32.Arm64.IsSupported)
        {
            return AppendArm(state, bytes);
        }
        if (bytes.Length >= 64 && Pclmulqdq.IsSupported && BitConverter.IsLittleEndian)
        {
            var folded = bytes.Length & ~15;
            state = Fold(state, bytes[..folded]);
            bytes = bytes[folded..];
        }
        return AppendTables(state, bytes);
    }

    /// <summary>Slicing by eight: eight table look-ups advance the state by eight bytes.</summary>
    private static uint AppendTables(uint state, ReadOnlySpan<byte> bytes)
    {
        ref var tables = ref MemoryMarshal.GetArrayDataReference(Tables);
        while (bytes.Length >= 8)
        {
            var low = state ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = Unsafe.Add(ref tables, 0x700 + (low & 0xFF))
                ^ Unsafe.Add(ref tables, 0x600 + ((low >> 8) & 0xFF))
                ^ Unsafe.Add(ref tables, 0x500 + ((low >> 16) & 0xFF))
                ^ Unsafe.Add(ref tables, 0x400 + (low >> 24))
                ^ Unsafe.Add(ref tables, 0x300 + (high & 0xFF))
                ^ Unsafe.Add(ref tables, 0x200 + ((high >> 8) & 0xFF))
                ^ Unsafe.Add(ref tables, 0x100 + ((high >> 16) & 0xFF))
                ^ Unsafe.Add(ref tables, high >> 24);
            bytes = bytes[8..];
        }
        foreach (var value in bytes)
        {
            state = Unsafe.Add(ref tables, (byte)(state ^ value)) ^ (state >> 8);
        }
        return state;
    }

    private static uint AppendArm(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            state = ArmCrc32.Arm64.ComputeCrc32(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var value in bytes)
        {
            state = ArmCrc32.ComputeCrc32(state, value);
        }
        return state;
    }

    /// <summary>
    /// Carry-less multiplication folds 64 bytes at a time (Gopal et al., "Fast CRC Computation Using PCLMULQDQ", Intel 2009; the constants are
    /// its reflected-domain ones for this polynomial). Takes at least 64 bytes, a multiple of 16.
    /// </summary>
    private static uint Fold(uint state, ReadOnlySpan<byte> bytes)
    {
        var by64 = Vector128.Create(0x154442bd4UL, 0x1c6e41596UL);
        var by16 = Vector128.Create(0x1751997d0UL, 0x0ccaa009eUL);
        var mask32 = Vector128.Create(0xFFFFFFFFUL, 0xFFFFFFFFUL);

        var blocks = MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes);
        var a = blocks[0] ^ Vector128.CreateScalar((ulong)state);
        var b = blocks[1];
        var c = blocks[2];
        var d = blocks[3];
        blocks = blocks[4..];
        while (blocks.Length >= 4)
        {
            a = FoldInto(a, by64, blocks[0]);
            b = FoldInto(b, by64, blocks[1]);
            c = FoldInto(c, by64, blocks[2]);
            d = FoldInto(d, by64, blocks[3]);
            blocks = blocks[4..];
        }
        a = FoldInto(a, by16, b);
        a = FoldInto(a, by16, c);
        a = FoldInto(a, by16, d);
        foreach (var block in blocks)
        {
            a = FoldInto(a, by16, block);
        }

        // 128 bits to 64, then Barrett reduction to 32.
        var t = Pclmulqdq.CarrylessMultiply(a, by16, 0x10);
        a = Sse2.ShiftRightLogical128BitLane(a, 8) ^ t;
        t = Sse2.ShiftRightLogical128BitLane(a, 4);
        a = Pclmulqdq.CarrylessMultiply(a & mask32, Vector128.CreateScalar(0x163cd6124UL), 0x00) ^ t;
        var reduce = Vector128.Create(0x1db710641UL, 0x1f7011641UL);
        t = Pclmulqdq.CarrylessMultiply(a & mask32, reduce, 0x10);
        t = Pclmulqdq.CarrylessMultiply(t & mask32, reduce, 0x00);
        return (a ^ t).AsUInt32().GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> FoldInto(Vector128<ulong> state, Vector128<ulong> constants, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(state, constants, 0x00) ^ Pclmulqdq.CarrylessMultiply(state, constants, 0x11) ^ next;

    private static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? Polynomial ^ (value >> 1) : value >> 1;
            }
            tables[i] = value;
        }
        for (var i = 256; i < tables.Length; i++)
        {
            var previous = tables[i - 256];
            tables[i] = tables[previous & 0xFF] ^ (previous >> 8);
        }
        return tables;
    }
}
