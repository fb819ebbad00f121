namespace RocketMQ.Protocol.Commands;

/// <summary>Where a header's fields are written: one of the serialisations, or a list of fields.</summary>
internal interface IFieldSink
{
    void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    void Add(ReadOnlySpan<byte> name, string value);

    void Add(ReadOnlySpan<byte> name, long value);
}
