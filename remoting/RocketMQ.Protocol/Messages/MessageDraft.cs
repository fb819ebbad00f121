using System.Buffers;

namespace RocketMQ.Protocol.Messages;

/// <summary>
/// A message on its way into a commit log: everything a record holds but what the log itself assigns (offsets, store timestamp).
/// It borrows its buffers, so it lives on the stack and only for one append.
/// </summary>
public ref struct MessageDraft
{
    public required string Topic;
    public int QueueId;

    /// <summary>The application's own flag.</summary>
    public int Flag;

    /// <summary>Bits of <see cref="MessageSysFlag"/>; the two host bits are set from the hosts when the record is written.</summary>
    public int SysFlag;

    /// <summary>Milliseconds since 1970.</summary>
    public long BornTimestamp;
    public MessageHost BornHost;

    /// <summary>The address clients reach this broker at: offset message ids are made of it.</summary>
    public MessageHost StoreHost;
    public int ReconsumeTimes;
    public long PreparedTransactionOffset;

    /// <summary>The body, or its first part.</summary>
    public ReadOnlySpan<byte> Body;

    /// <summary>What follows <see cref="Body"/>, for bodies that arrived in several segments.</summary>
    public ReadOnlySequence<byte> MoreBody;

    /// <summary>Properties text as the client sent it.</summary>
    public ReadOnlySpan<byte> Properties;

    /// <summary>Properties the broker adds after the client's, in the same text form.</summary>
    public ReadOnlySpan<byte> MoreProperties;

    /// <summary>Takes a body of any number of segments without copying it.</summary>
    public void SetBody(in ReadOnlySequence<byte> body)
    {
        Body = body.FirstSpan;
        MoreBody = body.IsSingleSegment ? default : body.Slice(Body.Length);
    }

    public readonly int BodyLength => checked(Body.Length + (int)MoreBody.Length);

    /// <summary>Length of both properties texts joined.</summary>
    public readonly int PropertiesLength => PropertyText.JoinedLength(Properties, MoreProperties);

    /// <summary><see cref="SysFlag"/> with the host bits as the hosts are.</summary>
    public readonly int StoredSysFlag =>
        (SysFlag & ~(MessageSysFlag.BornHostV6 | MessageSysFlag.StoreHostV6))
        | (BornHost.IsV6 ? MessageSysFlag.BornHostV6 : 0)
        | (StoreHost.IsV6 ? MessageSysFlag.StoreHostV6 : 0);
}
