using RocketMQ.Protocol.Codes;
using System.Buffers.Binary;
using System.Text;

namespace RocketMQ.Protocol.Commands;

/// <summary>
/// The ROCKETMQ header serialisation: int16 code, byte language, int16 version, int32 opaque, int32 flag, int32-counted remark,
/// int32-counted fields of { int16-counted name, int32-counted value }.
/// </summary>
internal static class BinaryHeader
{
    private const int FixedLength = 2 + 1 + 2 + 4 + 4;

    public static void Write(RemotingCommand command, HeaderBuffer output)
    {
        if (command.Code is < short.MinValue or > short.MaxValue)
        {
            throw new InvalidOperationException(
                $"Code {command.Code} does not fit the ROCKETMQ serialisation's 16 bits; send it with JSON headers.");
        }

        output.AppendInt16((short)command.Code);
        output.Append((byte)command.Language);
        output.AppendInt16((short)command.Version);
        output.AppendInt32(command.Opaque);
        output.AppendInt32(command.Flag);
        WriteCounted(command.Remark ?? "", output);
        WriteFields(command, output);
    }

    /// <returns><see langword="null"/>, or why the header is broken.</returns>
    public static string? Read(ReadOnlySpan<byte> header, RemotingCommand command)
    {
        if (header.Length < FixedLength + 8)
        {
            return $"a ROCKETMQ header of {header.Length} bytes is shorter than its fixed part of {FixedLength + 8}";
        }

        command.Code = BinaryPrimitives.ReadInt16BigEndian(header);
        command.Language = (LanguageCode)header[2];
        command.Version = BinaryPrimitives.ReadInt16BigEndian(header[3..]);
        command.Opaque = BinaryPrimitives.ReadInt32BigEndian(header[5..]);
        command.Flag = BinaryPrimitives.ReadInt32BigEndian(header[9..]);
        var rest = header[FixedLength..];
        var remarkLength = BinaryPrimitives.ReadInt32BigEndian(rest);
        if (remarkLength < 0 || remarkLength > rest.Length - 8)
        {
            return $"a remark of {remarkLength} bytes is declared with {rest.Length - 8} left";
        }

        command.Remark = remarkLength == 0 ? null : Encoding.UTF8.GetString(rest.Slice(4, remarkLength));
        rest = rest[(4 + remarkLength)..];
        var fieldsLength = BinaryPrimitives.ReadInt32BigEndian(rest);
        if (fieldsLength < 0 || fieldsLength > rest.Length - 4)
        {
            return $"extFields of {fieldsLength} bytes are declared with {rest.Length - 4} left";
        }

        return fieldsLength == 0 ? null : ReadFields(rest.Slice(4, fieldsLength), command.Fields ??= new ExtFields());
    }

    private static string? ReadFields(ReadOnlySpan<byte> rest, ExtFields fields)
    {
        while (!rest.IsEmpty)
        {
            if (rest.Length < 2)
            {
                return "extFields end inside a name's length";
            }

            var nameLength = BinaryPrimitives.ReadInt16BigEndian(rest);
            if (nameLength < 0 || nameLength > rest.Length - 6)
            {
                return $"a field name of {nameLength} bytes is declared with {rest.Length - 6} left";
            }

            var name = rest.Slice(2, nameLength);
            rest = rest[(2 + nameLength)..];
            var valueLength = BinaryPrimitives.ReadInt32BigEndian(rest);
            if (valueLength < 0 || valueLength > rest.Length - 4)
            {
                return $"a field value of {valueLength} bytes is declared with {rest.Length - 4} left";
            }

            fields.Add(name, rest.Slice(4, valueLength));
            rest = rest[(4 + valueLength)..];
        }

        return null;
    }

    private static void WriteCounted(string text, HeaderBuffer output)
    {
        var lengthAt = output.Length;
        output.AppendInt32(0);
        output.AppendText(text);
        output.PatchInt32(lengthAt, output.Length - lengthAt - 4);
    }

    private static void WriteFields(RemotingCommand command, HeaderBuffer output)
    {
        var lengthAt = output.Length;
        output.AppendInt32(0);
        var counted = new CountedFields(output);
        if (command.Header is { } header)
        {
            var writer = new HeaderFieldWriter<CountedFields>(counted);
            header.Fields(ref writer);
        }

        for (var i = 0; i < command.Fields?.Count; i++)
        {
            counted.Add(command.Fields.NameAt(i), command.Fields.ValueAt(i));
        }

        output.PatchInt32(lengthAt, output.Length - lengthAt - 4);
    }

    private readonly struct CountedFields(HeaderBuffer output) : IFieldSink
    {
        public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            Begin(name);
            output.AppendInt32(value.Length);
            output.Append(value);
        }

        public void Add(ReadOnlySpan<byte> name, string value)
        {
            Begin(name);
            WriteCounted(value, output);
        }

        public void Add(ReadOnlySpan<byte> name, long value)
        {
            Begin(name);
            var lengthAt = output.Length;
            output.AppendInt32(0);
            output.AppendDigits(value);
            output.PatchInt32(lengthAt, output.Length - lengthAt - 4);
        }

        private void Begin(ReadOnlySpan<byte> name)
        {
            if (name.Length > short.MaxValue)
            {
                throw new InvalidOperationException(
                    $"A field name of {name.Length} bytes exceeds the ROCKETMQ serialisation's limit of {short.MaxValue}.");
            }

            output.AppendInt16((short)name.Length);
            output.Append(name);
        }
    }
}
