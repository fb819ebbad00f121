using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>EXPORT_ROCKSDB_CONFIG_TO_JSON (355).</summary>
public sealed class ExportRocksDBConfigToJsonRequestHeader : ICommandHeader
{
    public string ConfigType = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("configType"u8, ref ConfigType);
}
