using System.Numerics;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Timing;

/// <summary>
/// The file <c>timerwheel</c>: twice seven days' worth of seconds as slots, a time's slot being time / precision modulo their number. Slots are
/// read and written in place; in memory is one bit for each that waits. Passed slots keep their bytes, as Apache leaves them: without its bit a
/// slot counts as empty. Written by one thread.
/// </summary>
internal sealed class TimerWheel : IDisposable
{
    internal const int SlotCount = 2 * 7 * 24 * 3600;

    private const int LoadBytes = 64 * 1024;

    private readonly IStoreFile _file;
    private readonly int _precisionMs;
    private readonly ulong[] _waiting = new ulong[SlotCount / 64];
    private long _pending;

    private TimerWheel(IStoreFile file, int precisionMs)
    {
        _file = file;
        _precisionMs = precisionMs;
    }

    /// <summary>Time between a slot and the same slot one turn later.</summary>
    internal long TurnMs => (long)SlotCount * _precisionMs;

    /// <summary>Messages that wait, less those taken back. Any thread.</summary>
    internal long Pending => Volatile.Read(ref _pending);

    /// <summary>Opens or creates the wheel.</summary>
    /// <exception cref="CorruptStoreException">The file has another length.</exception>
    internal static TimerWheel Open(IStoreFileSystem files, string path, int precisionMs, out bool isNew)
    {
        const long Length = (long)SlotCount * TimerSlot.Bytes;
        var length = files.FileLength(path);
        isNew = length <= 0;
        if (!isNew && length != Length)
        {
            throw new CorruptStoreException(path, 0, $"a timer wheel of {Length} bytes", $"{length} bytes");
        }
        var file = files.OpenFile(path, create: true);
        files.FlushDirectory(Path.GetDirectoryName(path)!);
        if (isNew)
        {
            file.SetLength(Length);
        }
        return new TimerWheel(file, precisionMs);
    }

    /// <summary>Finds the slots that wait: those from a time on, for one turn.</summary>
    /// <returns>The highest log position that one of them points to.</returns>
    internal long Load(long fromMs)
    {
        Array.Clear(_waiting);
        _pending = 0;
        var highest = -1L;
        var block = new byte[LoadBytes];
        for (var index = 0; index < SlotCount;)
        {
            var count = _file.Read(block, (long)index * TimerSlot.Bytes) / TimerSlot.Bytes;
            if (count == 0)
            {
                break;
            }
            if (!block.AsSpan().ContainsAnyExcept((byte)0))
            {
                index += count;
                continue;
            }
            for (var i = 0; i < count; i++, index++)
            {
                var slot = TimerSlot.Read(block.AsSpan(i * TimerSlot.Bytes));
                var aheadMs = slot.Time * _precisionMs - fromMs;
                if (slot.Time > 0 && slot.Time % SlotCount == index && aheadMs >= 0 && aheadMs < TurnMs && slot.Last >= 0)
                {
                    _waiting[index / 64] |= 1UL << (index % 64);
                    _pending += slot.Count;
                    highest = Math.Max(highest, slot.Last);
                }
            }
        }
        return highest;
    }

    internal TimerSlot Read(long timeMs)
    {
        var index = IndexOf(timeMs);
        if (!IsWaiting(index))
        {
            return TimerSlot.Empty;
        }
        Span<byte> bytes = stackalloc byte[TimerSlot.Bytes];
        return _file.Read(bytes, (long)index * TimerSlot.Bytes) == bytes.Length
            && TimerSlot.Read(bytes) is var slot && slot.Time == timeMs / _precisionMs
            ? slot
            : TimerSlot.Empty;
    }

    /// <summary>Puts an entry at the end of its slot's chain.</summary>
    internal void Add(long timeMs, in TimerSlot slot, long position, bool isDelete)
    {
        var change = isDelete ? -1 : 1;
        Span<byte> bytes = stackalloc byte[TimerSlot.Bytes];
        new TimerSlot(
            timeMs / _precisionMs, slot.Last < 0 ? position : slot.First, position, slot.Count + change, slot.Magic).Write(bytes);
        var index = IndexOf(timeMs);
        _file.Write(bytes, (long)index * TimerSlot.Bytes);
        _waiting[index / 64] |= 1UL << (index % 64);
        Volatile.Write(ref _pending, _pending + change);
    }

    /// <summary>The slot waits no more.</summary>
    internal void Remove(long timeMs)
    {
        Volatile.Write(ref _pending, _pending - Read(timeMs).Count);
        var index = IndexOf(timeMs);
        _waiting[index / 64] &= ~(1UL << (index % 64));
    }

    /// <summary>The first time, from one on, whose slot waits; null when none does.</summary>
    internal long? Next(long fromMs)
    {
        var start = IndexOf(fromMs);
        for (var step = 0; step <= _waiting.Length; step++)
        {
            var word = (start / 64 + step) % _waiting.Length;
            var bits = _waiting[word];
            if (step == 0)
            {
                bits &= ulong.MaxValue << (start % 64);
            }
            else if (step == _waiting.Length)
            {
                bits &= ~(ulong.MaxValue << (start % 64));
            }
            if (bits != 0)
            {
                var ahead = (word * 64 + BitOperations.TrailingZeroCount(bits) - start + SlotCount) % SlotCount;
                return (fromMs / _precisionMs + ahead) * _precisionMs;
            }
        }
        return null;
    }

    internal void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private bool IsWaiting(int index) => (_waiting[index / 64] >> (index % 64) & 1) != 0;

    private int IndexOf(long timeMs) => (int)(timeMs / _precisionMs % SlotCount);
}
