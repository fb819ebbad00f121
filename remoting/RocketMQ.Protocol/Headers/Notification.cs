using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>NOTIFICATION (200054): tell when something can be popped.</summary>
public sealed class NotificationRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string Topic = "";
    public int QueueId;
    public long PollTime;
    public long BornTime;
    public bool? Order;
    public string? AttemptId;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Expected("queueId"u8, ref QueueId);
        fields.Expected("pollTime"u8, ref PollTime);
        fields.Expected("bornTime"u8, ref BornTime);
        fields.Optional("order"u8, ref Order);
        fields.Optional("attemptId"u8, NameKind.Attempt, ref AttemptId);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}

/// <summary>Reply to <see cref="NotificationRequestHeader"/>.</summary>
public sealed class NotificationResponseHeader : ICommandHeader
{
    public bool HasMsg;
    public bool PollingFull;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("hasMsg"u8, ref HasMsg);
        fields.Optional("pollingFull"u8, ref PollingFull);
    }
}
