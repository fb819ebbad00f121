using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Replication.Metadata.Remoting;

/// <summary>The requests by which slaves follow their master's tables.</summary>
internal static class MetadataRequests
{
    /// <summary>Has slaves of ours told what has changed. After the handlers of all tables were added.</summary>
    public static RequestTable.Builder AnswerSlaves(RequestTable.Builder table, BrokerFeatures features, string life)
    {
        var (role, store) = (features.Role, features.Store);
        return table.Wrap((code, handler) => code switch
        {
            RequestCode.GetAllTopicConfig => Versioned(handler, () => Text(features.Topics.Version)),
            RequestCode.GetAllSubscriptiongroupConfig => Versioned(handler, () => Text(features.Groups.Version)),
            RequestCode.GetAllMessageRequestMode => Versioned(handler, () => $"{life}.{features.RequestModes.Changes}"),
            RequestCode.GetTimerMetrics when features.TimerMetrics is { } metrics => Versioned(handler, () => Text(metrics.Version)),
            RequestCode.GetAllDelayOffset or RequestCode.GetTimerCheckPoint => Versioned(handler, version: null),
            RequestCode.GetAllConsumerOffset => new OffsetTableHandler(role, features.Offsets, store, life, handler),
            _ => handler,
        });

        IRequestHandler Versioned(IRequestHandler handler, Func<string>? version) => new TableHandler(role, store, version, handler);

        // The same count may stand for something else after a restart, which makes system topics anew.
        string Text(DataVersion version) => $"{life}.{version.StateVersion}.{version.Timestamp}.{version.Counter}";
    }
}
