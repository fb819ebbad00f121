using System.Buffers;
using System.Text;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Protocol.Commands;

/// <summary>
/// One request or response of the remoting protocol. A received command carries its <see cref="Fields"/> as they came and is read by
/// <see cref="ReadHeader{THeader}()"/>; a command to send carries a typed <see cref="Header"/>, extra <see cref="Fields"/>, or both.
/// </summary>
/// <remarks>
/// A received command is borrowed: its <see cref="Body"/> lies in the connection's input and its fields in a buffer that the next frame
/// reuses. Both are valid until the handler's first await.
/// </remarks>
public sealed class RemotingCommand
{
    private const int ResponseBit = 1;
    private const int OnewayBit = 2;

    public int Code { get; set; }

    public LanguageCode Language { get; set; } = LanguageCode.Dotnet;

    public int Version { get; set; } = MqVersion.Current;

    /// <summary>Matches a response to its request. Any int: other languages send 0 and negatives.</summary>
    public int Opaque { get; set; }

    public int Flag { get; set; }

    public string? Remark { get; set; }

    public SerializeType SerializeType { get; set; }

    /// <summary>The typed header of a command to send.</summary>
    public ICommandHeader? Header { get; set; }

    /// <summary>
    /// Why a received command must not be served though its frame is whole: a field stands twice, and whoever looks at it first may see
    /// another value than who looks next. <see langword="null"/> when nothing is wrong.
    /// </summary>
    public string? Defect
    {
        get => Fields?.Defect;
        internal set => (Fields ??= new ExtFields()).Defect = value;
    }

    /// <summary>Received fields, or fields to send beside <see cref="Header"/>; <see langword="null"/> when there are none.</summary>
    public ExtFields? Fields { get; set; }

    public ReadOnlySequence<byte> Body { get; set; }

    /// <summary>A body to send that is copied straight into the output; wins over <see cref="Body"/>. Disposed by whoever sends the command.</summary>
    public IBodySource? BodySource { get; set; }

    public bool IsResponse => (Flag & ResponseBit) != 0;

    /// <summary>A one-way request is never answered, not even with an error.</summary>
    public bool IsOneway => (Flag & OnewayBit) != 0;

    public long BodyLength => BodySource?.Length ?? Body.Length;

    /// <summary>About what a received command holds, in bytes: a header may be as long as a body.</summary>
    public long HeldBytes => Body.Length + (Fields?.TextLength ?? 0) + sizeof(char) * (long)(Remark?.Length ?? 0);

    /// <summary>Lets go of what a long header took, once nobody looks at it any more: the next one is short again, or does not come for long.</summary>
    public void Trim()
    {
        Fields?.Trim();
        Remark = null;
    }

    public static RemotingCommand Request(int code, ICommandHeader? header = null, ReadOnlyMemory<byte> body = default) =>
        new() { Code = code, Header = header, Body = new ReadOnlySequence<byte>(body) };

    public static RemotingCommand Response(int code, string? remark = null) =>
        new() { Code = code, Remark = remark, Flag = ResponseBit };

    public static RemotingCommand Response(int code, ICommandHeader header, string? remark = null) =>
        new() { Code = code, Header = header, Remark = remark, Flag = ResponseBit };

    public static RemotingCommand ResponseWithBody(int code, ReadOnlyMemory<byte> body, ICommandHeader? header = null) =>
        new() { Code = code, Header = header, Body = new ReadOnlySequence<byte>(body), Flag = ResponseBit };

    public RemotingCommand AsOneway()
    {
        Flag |= OnewayBit;
        return this;
    }

    /// <summary>Reads the typed header from the received fields.</summary>
    /// <exception cref="HeaderFieldException">A required field is missing or a number does not parse.</exception>
    public THeader ReadHeader<THeader>()
        where THeader : class, ICommandHeader, new()
    {
        var header = new THeader();
        ReadHeader(header);
        return header;
    }

    /// <summary>Reads the received fields into <paramref name="header"/>, which keeps its defaults for what is absent.</summary>
    /// <exception cref="HeaderFieldException">A required field is missing or a number does not parse.</exception>
    public void ReadHeader<THeader>(THeader header)
        where THeader : class, ICommandHeader
    {
        var reader = new HeaderFieldReader(Fields);
        header.Fields(ref reader);
    }

    /// <summary>One received field as text, or <see langword="null"/>.</summary>
    public string? Field(ReadOnlySpan<byte> name) =>
        Fields is not null && Fields.TryGet(name, out var value) ? Encoding.UTF8.GetString(value.Span) : null;

    public void AddField(string name, string value) => (Fields ??= new ExtFields()).Add(name, value);

    /// <summary>A copy that owns its fields and body, for a handler that runs elsewhere than on the reading thread.</summary>
    public RemotingCommand ToOwned()
    {
        var copy = (RemotingCommand)MemberwiseClone();
        copy.Body = new ReadOnlySequence<byte>(Body.ToArray());
        if (Fields is not null)
        {
            copy.Fields = new ExtFields();
            for (var i = 0; i < Fields.Count; i++)
            {
                copy.Fields.Add(Fields.NameAt(i), Fields.ValueAt(i));
            }
        }

        return copy;
    }

    public override string ToString() =>
        $"{(IsResponse ? "response" : IsOneway ? "oneway" : "request")} code={Code} opaque={Opaque} body={BodyLength}{(Remark is null ? "" : $" remark={Remark}")}";
}
