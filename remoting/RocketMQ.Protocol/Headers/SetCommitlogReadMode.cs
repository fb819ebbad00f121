using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>SET_COMMITLOG_READ_MODE (2004): 0 normal, 1 random.</summary>
public sealed class SetCommitlogReadModeRequestHeader : ICommandHeader
{
    public int Mode;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("READ_AHEAD_MODE"u8, ref Mode);
}
