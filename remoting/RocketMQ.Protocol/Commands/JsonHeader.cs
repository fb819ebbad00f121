using RocketMQ.Protocol.Codes;
using System.Text;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Commands;

/// <summary>
/// The JSON header serialisation. Written as fastjson does: keys in alphabetical order, nulls omitted, no white space. Read leniently:
/// any key order, unknown keys skipped, numbers and booleans accepted as field values.
/// </summary>
internal static class JsonHeader
{
    private const int Fields = 1;
    private const int Code = 2;
    private const int Flag = 4;
    private const int Opaque = 8;
    private const int Version = 16;

    public static void Write(RemotingCommand command, HeaderBuffer output)
    {
        output.Append("{\"code\":"u8);
        output.AppendDigits(command.Code);
        if (command.Header is not null || command.Fields is not null)
        {
            output.Append(",\"extFields\":{"u8);
            WriteFields(command, output);
            output.Append((byte)'}');
        }

        output.Append(",\"flag\":"u8);
        output.AppendDigits(command.Flag);
        output.Append(",\"language\":\""u8);
        output.Append(command.Language.Utf8Name());
        output.Append("\",\"opaque\":"u8);
        output.AppendDigits(command.Opaque);
        if (command.Remark is not null)
        {
            output.Append(",\"remark\":"u8);
            JsonText.WriteString(command.Remark, output);
        }

        output.Append(",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":"u8);
        output.AppendDigits(command.Version);
        output.Append((byte)'}');
    }

    /// <returns><see langword="null"/>, or why the header is broken.</returns>
    public static string? Read(ReadOnlySpan<byte> header, RemotingCommand command)
    {
        var reader = new JsonText(header);
        if (!reader.TryTake((byte)'{'))
        {
            return reader.Broken("an object");
        }

        if (reader.TryTake((byte)'}'))
        {
            return null;
        }

        var seen = 0;
        do
        {
            if (!reader.TryReadKey(out var key))
            {
                return reader.Broken("a key");
            }

            var member = MemberBit(key);
            if ((seen & member) != 0)
            {
                command.Defect ??= CommandCodec.Repeated(key);
            }

            seen |= member;
            if (!ReadMember(ref reader, member, key, command))
            {
                return reader.Broken($"a value of {NameRule.Shown(Encoding.UTF8.GetString(key))}");
            }
        }
        while (reader.TryTake((byte)','));

        return reader.TryTake((byte)'}') ? null : reader.Broken("the end of the object");
    }

    /// <summary>A bit of its own for each member that is read and stands for something, none for the others.</summary>
    private static int MemberBit(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 => key.SequenceEqual("code"u8) ? Code : key.SequenceEqual("flag"u8) ? Flag : 0,
        6 => key.SequenceEqual("opaque"u8) ? Opaque : 0,
        7 => key.SequenceEqual("version"u8) ? Version : 0,
        9 => key.SequenceEqual("extFields"u8) ? Fields : 0,
        _ => 0,
    };

    private static bool ReadMember(ref JsonText reader, int member, ReadOnlySpan<byte> key, RemotingCommand command)
    {
        if (member == Fields)
        {
            return ReadFields(ref reader, command);
        }

        if (member != 0)
        {
            var read = reader.TryReadInt32(out var number);
            switch (member)
            {
                case Code:
                    command.Code = number;
                    break;
                case Flag:
                    command.Flag = number;
                    break;
                case Opaque:
                    command.Opaque = number;
                    break;
                default:
                    command.Version = number;
                    break;
            }

            return read;
        }

        if (key.SequenceEqual("language"u8))
        {
            // Nothing depends on it: whatever else stands there is another language.
            var named = reader.TryReadName(out var name);
            command.Language = named && LanguageCodes.TryParse(name, out var language) ? language : LanguageCode.Other;
            return named || reader.TrySkipValue();
        }

        if (key.SequenceEqual("remark"u8))
        {
            var read = reader.TryReadText(out var remark);
            command.Remark = remark;
            return read;
        }

        return reader.TrySkipValue();
    }

    private static bool ReadFields(ref JsonText reader, RemotingCommand command)
    {
        if (reader.TryTakeNull())
        {
            return true;
        }

        var fields = command.Fields ??= new ExtFields();
        if (!reader.TryTake((byte)'{'))
        {
            return false;
        }

        if (reader.TryTake((byte)'}'))
        {
            return true;
        }

        fields.StartWith(reader.Text);
        do
        {
            if (!reader.TryReadField(fields))
            {
                return false;
            }
        }
        while (reader.TryTake((byte)','));

        return reader.TryTake((byte)'}');
    }

    private static void WriteFields(RemotingCommand command, HeaderBuffer output)
    {
        if (command.Header is { } header)
        {
            var writer = new HeaderFieldWriter<Members>(new Members(output));
            header.Fields(ref writer);
        }

        for (var i = 0; i < command.Fields?.Count; i++)
        {
            JsonText.WriteString(command.Fields.NameAt(i), output);
            output.Append((byte)':');
            JsonText.WriteString(command.Fields.ValueAt(i), output);
            output.Append((byte)',');
        }

        output.TrimEnd((byte)',');
    }

    /// <summary>Members of an object, each with the comma behind it. Their names are those that headers declare: nothing in them is escaped.</summary>
    private readonly struct Members(HeaderBuffer output) : IFieldSink
    {
        public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            Begin(name);
            JsonText.WriteString(value, output);
            output.Append((byte)',');
        }

        public void Add(ReadOnlySpan<byte> name, string value)
        {
            Begin(name);
            JsonText.WriteString(value, output);
            output.Append((byte)',');
        }

        public void Add(ReadOnlySpan<byte> name, long value)
        {
            Begin(name);
            output.Append((byte)'"');
            output.AppendDigits(value);
            output.Append("\","u8);
        }

        private void Begin(ReadOnlySpan<byte> name)
        {
            output.Append((byte)'"');
            output.Append(name);
            output.Append("\":"u8);
        }
    }
}
