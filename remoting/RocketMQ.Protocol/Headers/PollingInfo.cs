using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>POLLING_INFO (200055): how many pops wait.</summary>
public sealed class PollingInfoRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string Topic = "";
    public int QueueId;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("consumerGroup"u8, ref ConsumerGroup);
        fields.Required("topic"u8, ref Topic);
        fields.Expected("queueId"u8, ref QueueId);
    }
}

/// <summary>Reply to <see cref="PollingInfoRequestHeader"/>.</summary>
public sealed class PollingInfoResponseHeader : ICommandHeader
{
    public int PollingNum;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("pollingNum"u8, ref PollingNum);
}
