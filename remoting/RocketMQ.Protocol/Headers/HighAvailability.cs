using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>EXCHANGE_BROKER_HA_INFO (906).</summary>
public sealed class ExchangeHAInfoRequestHeader : ICommandHeader
{
    public string? MasterHaAddress;
    public long? MasterFlushOffset;
    public string? MasterAddress;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("masterHaAddress"u8, ref MasterHaAddress);
        fields.Optional("masterFlushOffset"u8, ref MasterFlushOffset);
        fields.Optional("masterAddress"u8, ref MasterAddress);
    }
}

/// <summary>Reply to <see cref="ExchangeHAInfoRequestHeader"/>.</summary>
public sealed class ExchangeHAInfoResponseHeader : ICommandHeader
{
    public string? MasterHaAddress;
    public long? MasterFlushOffset;
    public string? MasterAddress;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("masterHaAddress"u8, ref MasterHaAddress);
        fields.Optional("masterFlushOffset"u8, ref MasterFlushOffset);
        fields.Optional("masterAddress"u8, ref MasterAddress);
    }
}

/// <summary>RESET_MASTER_FLUSH_OFFSET (908).</summary>
public sealed class ResetMasterFlushOffsetRequestHeader : ICommandHeader
{
    public long MasterFlushOffset;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Expected("masterFlushOffset"u8, ref MasterFlushOffset);
}
