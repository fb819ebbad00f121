using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>END_TRANSACTION (37): commit or roll back a half message.</summary>
public sealed class EndTransactionRequestHeader : ICommandHeader
{
    public string? Topic;
    public string ProducerGroup = "";

    /// <summary>Offset of the half message in its queue.</summary>
    public long TranStateTableOffset;

    public long CommitLogOffset;

    /// <summary>0 unknown (never answered), 8 commit, 12 roll back.</summary>
    public int CommitOrRollback;

    public bool FromTransactionCheck;
    public string MsgId = "";
    public string? TransactionId;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("topic"u8, NameKind.Topic, ref Topic);
        fields.Required("producerGroup"u8, NameKind.Producer, ref ProducerGroup);
        fields.Required("tranStateTableOffset"u8, ref TranStateTableOffset);
        fields.Required("commitLogOffset"u8, ref CommitLogOffset);
        fields.Required("commitOrRollback"u8, ref CommitOrRollback);
        fields.Optional("fromTransactionCheck"u8, ref FromTransactionCheck);
        fields.Required("msgId"u8, ref MsgId);
        fields.Optional("transactionId"u8, ref TransactionId);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}
