using System.Runtime.CompilerServices;

namespace RocketMQ.Fault.Tests.Power;

/// <summary>
/// A file's content twice: as processes see it, and as the disk has it. Between the two stand pages that were written and not flushed, a length that was
/// changed and not flushed, and pages whose flush failed: the kernel takes those for clean. Not thread-safe but for who writes through the mapping.
/// </summary>
internal sealed unsafe class DiskFile
{
    public const int PageSize = 4096;

    /// <summary>As processes see it, while it is not mapped. A page that the disk has as well is never written to, but replaced.</summary>
    private byte[]?[] _seen;

    /// <summary>As processes see it, once it is mapped: at an address that stays.</summary>
    private byte[]? _mapped;

    private byte[]?[] _kept;
    private long _keptLength;

    /// <summary>The shortest it was since the disk learned of its length; null when it was not cut.</summary>
    private long? _cut;

    /// <summary>Pages whose flush failed, as they were then.</summary>
    private Dictionary<int, byte[]>? _forgotten;

    public DiskFile()
        : this(new DiskImage.Content(0, []), default)
    {
    }

    public DiskFile(DiskImage.Content content, DateTimeOffset writtenAt)
    {
        _seen = [.. content.Pages];
        _kept = [.. content.Pages];
        Length = _keptLength = content.Length;
        WrittenAt = writtenAt;
    }

    public long Length { get; private set; }

    public DateTimeOffset WrittenAt { get; set; }

    public byte* Address => (byte*)Unsafe.AsPointer(ref _mapped![0]);

    private int PageCount => Pages(Length);

    /// <summary>Gives the file an address.</summary>
    public void Map()
    {
        if (_mapped is null)
        {
            // Pinned and never given back: who was torn out of the old world may still write there.
            _mapped = GC.AllocateArray<byte>(checked((int)Math.Max(1, Length)), pinned: true);
            Read(_seen, _mapped.AsSpan(0, (int)Length), 0);
            _seen = [];
        }
    }

    public int Read(Span<byte> buffer, long offset)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        if (_mapped is not null)
        {
            _mapped.AsSpan((int)Math.Min(offset, Length), count).CopyTo(buffer);
        }
        else
        {
            Read(_seen, buffer[..count], offset);
        }

        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        SetLength(Math.Max(Length, offset + bytes.Length));
        if (_mapped is not null)
        {
            bytes.CopyTo(_mapped.AsSpan((int)offset));
            return;
        }

        while (!bytes.IsEmpty)
        {
            var within = (int)(offset % PageSize);
            var count = Math.Min(PageSize - within, bytes.Length);
            bytes[..count].CopyTo(OwnPage((int)(offset / PageSize)).AsSpan(within));
            bytes = bytes[count..];
            offset += count;
        }
    }

    public void SetLength(long length)
    {
        if (length < Length)
        {
            Clear(length, Length - length);
            _cut = Math.Min(_cut ?? long.MaxValue, length);
        }

        if (_mapped is not null && length > _mapped.Length)
        {
            throw new NotSupportedException("A mapped file that grows.");
        }

        Length = length;
        if (_mapped is null && PageCount != _seen.Length)
        {
            Array.Resize(ref _seen, PageCount);
        }
    }

    public void Clear(long offset, long length)
    {
        if (_mapped is not null)
        {
            _mapped.AsSpan((int)offset, (int)length).Clear();
            return;
        }

        for (var end = offset + length; offset < end;)
        {
            var page = (int)(offset / PageSize);
            var within = (int)(offset % PageSize);
            var count = (int)Math.Min(PageSize - within, end - offset);
            if (_seen[page] is not null)
            {
                OwnPage(page).AsSpan(within, count).Clear();
            }

            offset += count;
        }
    }

    /// <summary>Brings a range, and the length, to the disk.</summary>
    public void Flush(long offset, long length)
    {
        KeepCut();
        _keptLength = Length;
        Array.Resize(ref _kept, PageCount);
        for (var page = (int)(offset / PageSize); page < Math.Min(PageCount, Pages(offset + length)); page++)
        {
            Keep(page);
        }
    }

    /// <summary>A flush fails: what it was to write is lost, and no later flush will write it unless it is written to again.</summary>
    public void FailToFlush(long offset, long length)
    {
        for (var page = (int)(offset / PageSize); page < Math.Min(PageCount, Pages(offset + length)); page++)
        {
            if (IsDirty(page))
            {
                (_forgotten ??= [])[page] = Copy(page);
            }
        }
    }

    /// <summary>The kernel writes some page when it likes to.</summary>
    public void WriteBack(Random random)
    {
        if (Length == 0 || _cut is not null)
        {
            return;
        }

        var page = random.Next(PageCount);
        if (IsDirty(page) && !IsForgotten(page))
        {
            _keptLength = Math.Max(_keptLength, Math.Min(Length, (page + 1L) * PageSize));
            Array.Resize(ref _kept, Pages(_keptLength));
            Keep(page);
        }
    }

    /// <summary>What is on the disk after the power is gone.</summary>
    /// <param name="chance">Of each page that was not flushed to be there all the same.</param>
    public DiskImage.Content Survive(Random random, double chance)
    {
        if (_cut is not null && random.NextDouble() < chance)
        {
            KeepCut();
        }

        var length = _cut is null && _keptLength != Length && random.NextDouble() < chance ? Length : _keptLength;
        var pages = new byte[]?[Pages(length)];
        for (var page = 0; page < pages.Length; page++)
        {
            pages[page] = page < PageCount && IsDirty(page) && !IsForgotten(page) && random.NextDouble() < chance
                ? Copy(page)
                : page < _kept.Length ? _kept[page] : null;
        }

        return Trimmed(length, pages);
    }

    /// <summary>As processes see it.</summary>
    public DiskImage.Content Snapshot() => Trimmed(Length, [.. Enumerable.Range(0, PageCount).Select(page => _mapped is null ? _seen[page] : Copy(page))]);

    private static int Pages(long length) => checked((int)((length + PageSize - 1) / PageSize));

    /// <summary>Behind the end is nothing.</summary>
    private static DiskImage.Content Trimmed(long length, byte[]?[] pages)
    {
        var within = (int)(length % PageSize);
        if (within > 0 && pages[^1] is { } last && last.AsSpan(within).ContainsAnyExcept((byte)0))
        {
            pages[^1] = new byte[PageSize];
            last.AsSpan(0, within).CopyTo(pages[^1]);
        }

        return new(length, pages);
    }

    private static void Read(byte[]?[] pages, Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            var within = (int)(offset % PageSize);
            var count = Math.Min(PageSize - within, buffer.Length);
            if (pages[(int)(offset / PageSize)] is { } page)
            {
                page.AsSpan(within, count).CopyTo(buffer);
            }
            else
            {
                buffer[..count].Clear();
            }

            buffer = buffer[count..];
            offset += count;
        }
    }

    private void KeepCut()
    {
        if (_cut is { } cut && cut < _keptLength)
        {
            Array.Resize(ref _kept, Pages(cut));
            _keptLength = cut;
            _kept = Trimmed(cut, _kept).Pages;
        }

        _cut = null;
    }

    private void Keep(int page)
    {
        if (IsForgotten(page))
        {
            return;
        }

        _forgotten?.Remove(page);
        if (IsDirty(page))
        {
            _kept[page] = _mapped is null ? _seen[page] : Copy(page);
        }
    }

    private bool IsDirty(int page)
    {
        var kept = page < _kept.Length ? _kept[page] : null;
        return _mapped is null
            ? !ReferenceEquals(_seen[page], kept)
            : kept is null ? Span(page).ContainsAnyExcept((byte)0) : !Span(page).SequenceEqual(kept.AsSpan(0, Span(page).Length));
    }

    private bool IsForgotten(int page) => _forgotten is not null && _forgotten.TryGetValue(page, out var then) && Copy(page).AsSpan().SequenceEqual(then);

    private Span<byte> Span(int page) => _mapped.AsSpan(page * PageSize, (int)Math.Min(PageSize, Length - (long)page * PageSize));

    private byte[] Copy(int page)
    {
        var copy = new byte[PageSize];
        Read(copy.AsSpan(0, (int)Math.Min(PageSize, Length - (long)page * PageSize)), (long)page * PageSize);
        return copy;
    }

    /// <summary>A page of the unmapped file that may be written to.</summary>
    private byte[] OwnPage(int page)
    {
        var kept = page < _kept.Length ? _kept[page] : null;
        if (_seen[page] is not { } own || ReferenceEquals(own, kept))
        {
            own = _seen[page] = _seen[page] is { } shared ? [.. shared] : new byte[PageSize];
        }

        return own;
    }
}
