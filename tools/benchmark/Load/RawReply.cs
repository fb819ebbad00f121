using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace RocketMQ.Benchmark.Load;

/// <summary>The parts of a JSON-headed reply that a load looks at, found without parsing the rest.</summary>
internal readonly ref struct RawReply
{
    private readonly ReadOnlySpan<byte> _header;

    /// <param name="frame">A frame without its length word.</param>
    public RawReply(ReadOnlySpan<byte> frame)
    {
        var headerLength = BinaryPrimitives.ReadInt32BigEndian(frame) & 0xFFFFFF;
        _header = frame.Slice(4, headerLength);
        Body = frame[(4 + headerLength)..];
        Code = (int)Number("\"code\":"u8);
        Opaque = (int)Number("\"opaque\":"u8);
    }

    public int Code { get; }

    public int Opaque { get; }

    public ReadOnlySpan<byte> Body { get; }

    /// <summary>A number of the header, in quotes or not; −1 when it is not there.</summary>
    public long Number(ReadOnlySpan<byte> key)
    {
        var at = _header.IndexOf(key);
        if (at < 0)
        {
            return -1;
        }

        var text = _header[(at + key.Length)..];
        if (text[0] == '"')
        {
            text = text[1..];
        }

        return Utf8Parser.TryParse(text, out long number, out _) ? number : -1;
    }

    /// <summary>The whole header, for a message about a failure.</summary>
    public string Explain() => Encoding.UTF8.GetString(_header);
}
