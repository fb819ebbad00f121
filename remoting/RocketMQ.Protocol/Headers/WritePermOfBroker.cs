using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>WIPE_WRITE_PERM_OF_BROKER (205): routes stop offering a broker for sending.</summary>
public sealed class WipeWritePermOfBrokerRequestHeader : ICommandHeader
{
    public string BrokerName = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Expected("brokerName"u8, ref BrokerName);
}

/// <summary>Reply to <see cref="WipeWritePermOfBrokerRequestHeader"/>.</summary>
public sealed class WipeWritePermOfBrokerResponseHeader : ICommandHeader
{
    public int WipeTopicCount;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("wipeTopicCount"u8, ref WipeTopicCount);
}

/// <summary>ADD_WRITE_PERM_OF_BROKER (327): undo it.</summary>
public sealed class AddWritePermOfBrokerRequestHeader : ICommandHeader
{
    public string BrokerName = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Expected("brokerName"u8, ref BrokerName);
}

/// <summary>Reply to <see cref="AddWritePermOfBrokerRequestHeader"/>.</summary>
public sealed class AddWritePermOfBrokerResponseHeader : ICommandHeader
{
    public int AddTopicCount;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("addTopicCount"u8, ref AddTopicCount);
}
