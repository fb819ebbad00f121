using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>Reply to GET_BROKER_CONFIG (26): the data version of the configuration, as JSON; the body is <c>key=value</c> lines.</summary>
public sealed class GetBrokerConfigResponseHeader : ICommandHeader
{
    public string Version = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("version"u8, ref Version);
}
