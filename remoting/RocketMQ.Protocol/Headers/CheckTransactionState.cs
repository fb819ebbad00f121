using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>CHECK_TRANSACTION_STATE (39), broker to producer, one way: what became of a half message? The body is its record.</summary>
public sealed class CheckTransactionStateRequestHeader : ICommandHeader
{
    public string? Topic;
    public long TranStateTableOffset;
    public long CommitLogOffset;
    public string? MsgId;
    public string? TransactionId;
    public string? OffsetMsgId;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("topic"u8, NameKind.Topic, ref Topic);
        fields.Required("tranStateTableOffset"u8, ref TranStateTableOffset);
        fields.Required("commitLogOffset"u8, ref CommitLogOffset);
        fields.Optional("msgId"u8, ref MsgId);
        fields.Optional("transactionId"u8, ref TransactionId);
        fields.Optional("offsetMsgId"u8, ref OffsetMsgId);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}
