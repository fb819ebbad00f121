using RocketMQ.Protocol.Codes;
using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Commands;

/// <summary>
/// A command to and from its bytes: the second word (serialisation and header length), the header, the body. The frame's own length
/// word is the transport's.
/// </summary>
public static class CommandCodec
{
    /// <summary>Bytes in front of the header: frame length and header word.</summary>
    public const int PrefixLength = 8;

    private const int HeaderLengthMask = 0xFFFFFF;

    [ThreadStatic]
    private static HeaderBuffer? _scratch;

    /// <summary>Writes the whole frame, length word included. Does not dispose the body source.</summary>
    /// <exception cref="InvalidOperationException">The code does not fit the ROCKETMQ serialisation, the header
    /// 24 bits of length, or the frame 31; nothing was written.</exception>
    public static void Encode(RemotingCommand command, IBufferWriter<byte> output)
    {
        var header = _scratch ??= new HeaderBuffer();
        header.Clear();
        if (command.SerializeType == SerializeType.Json)
        {
            JsonHeader.Write(command, header);
        }
        else
        {
            BinaryHeader.Write(command, header);
        }

        if (header.Length > HeaderLengthMask)
        {
            throw new InvalidOperationException($"A header of {header.Length} bytes exceeds the frame format's limit of {HeaderLengthMask}.");
        }

        var length = 4 + header.Length + command.BodyLength;
        if (length > int.MaxValue)
        {
            throw new InvalidOperationException($"A frame of {length} bytes exceeds the frame format's limit of {int.MaxValue}.");
        }

        var start = output.GetSpan(PrefixLength + header.Length);
        BinaryPrimitives.WriteInt32BigEndian(start, (int)length);
        BinaryPrimitives.WriteInt32BigEndian(start[4..], ((int)command.SerializeType << 24) | header.Length);
        header.Written.CopyTo(start[PrefixLength..]);
        output.Advance(PrefixLength + header.Length);
        WriteBody(command, output);
    }

    /// <summary>Reads a frame's content (without its length word) into <paramref name="command"/>, which is overwritten.</summary>
    /// <returns><see langword="null"/>, or why the frame is broken; such a frame closes the connection.</returns>
    public static string? Decode(in ReadOnlySequence<byte> frame, RemotingCommand command)
    {
        if (frame.Length < 4)
        {
            return $"a frame of {frame.Length} bytes has no header word";
        }

        Span<byte> word = stackalloc byte[4];
        frame.Slice(0, 4).CopyTo(word);
        var mark = BinaryPrimitives.ReadInt32BigEndian(word);
        var headerLength = mark & HeaderLengthMask;
        var type = (byte)(mark >>> 24);
        if (headerLength > frame.Length - 4)
        {
            return $"a header of {headerLength} bytes is declared in a frame of {frame.Length}";
        }

        if (type > (byte)SerializeType.RocketMq)
        {
            return $"unknown header serialisation {type}";
        }

        Reset(command, (SerializeType)type);
        command.Body = frame.Slice(4 + headerLength);
        var header = frame.Slice(4, headerLength);
        if (header.IsSingleSegment)
        {
            return DecodeHeader(header.FirstSpan, command);
        }

        var copy = ArrayPool<byte>.Shared.Rent(headerLength);
        header.CopyTo(copy);
        var error = DecodeHeader(copy.AsSpan(0, headerLength), command);
        ArrayPool<byte>.Shared.Return(copy);
        return error;
    }

    private static string? DecodeHeader(ReadOnlySpan<byte> header, RemotingCommand command)
    {
        var error = command.SerializeType == SerializeType.Json ? JsonHeader.Read(header, command) : BinaryHeader.Read(header, command);
        if (error is null && command.Fields is { } fields)
        {
            fields.Defect ??= DefectOf(fields);
        }

        return error;
    }

    private static string? DefectOf(ExtFields fields)
    {
        if (fields.Count > ExtFields.MaxCount)
        {
            return $"the header has {fields.Count} fields, at most {ExtFields.MaxCount} are read. Send fewer.";
        }

        return fields.FindRepeated() is var at and >= 0 ? Repeated(fields.NameAt(at)) : null;
    }

    /// <summary>Refuses a field that stands twice.</summary>
    internal static string Repeated(ReadOnlySpan<byte> name) =>
        $"the field <{NameRule.Shown(Encoding.UTF8.GetString(name))}> stands twice in the header. Send it once.";

    private static void Reset(RemotingCommand command, SerializeType type)
    {
        command.Code = 0;
        command.Language = LanguageCode.Other;
        command.Version = 0;
        command.Opaque = 0;
        command.Flag = 0;
        command.Remark = null;
        command.SerializeType = type;
        command.Header = null;
        command.Fields?.Clear();
        command.BodySource = null;
    }

    private static void WriteBody(RemotingCommand command, IBufferWriter<byte> output)
    {
        if (command.BodySource is { } source)
        {
            source.WriteTo(output);
            return;
        }

        foreach (var segment in command.Body)
        {
            output.Write(segment.Span);
        }
    }
}
