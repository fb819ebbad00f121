using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>CHECK_ROCKSDB_CQ_WRITE_PROGRESS (354).</summary>
public sealed class CheckRocksdbCqWriteProgressRequestHeader : ICommandHeader
{
    public string Topic = "";
    public long CheckStoreTime;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("topic"u8, ref Topic);
        fields.Optional("checkStoreTime"u8, ref CheckStoreTime);
    }
}
