using RocketMQ.Protocol.Codes;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Paths, control characters and the broker's own names, in every field of every code that destroys nothing by its own right.</summary>
internal sealed class HostileNames : IAttack
{
    private static readonly int[] Codes =
    [
        RequestCode.PullMessage, RequestCode.QueryMessage, RequestCode.QueryConsumerOffset, RequestCode.UpdateConsumerOffset, RequestCode.SearchOffsetByTimestamp,
        RequestCode.GetMaxOffset, RequestCode.GetMinOffset, RequestCode.GetEarliestMsgStoretime, RequestCode.UnregisterClient, RequestCode.ConsumerSendMsgBack,
        RequestCode.EndTransaction, RequestCode.GetConsumerListByGroup, RequestCode.GetTopicStatsInfo,
        RequestCode.GetConsumerConnectionList, RequestCode.GetProducerConnectionList, RequestCode.GetConsumeStats, RequestCode.ResetConsumerClientOffset,
        RequestCode.QueryTopicConsumeByWho, RequestCode.QueryConsumeTimeSpan, RequestCode.GetConsumerRunningInfo, RequestCode.CloneGroupOffset,
        RequestCode.ViewBrokerStatsData, RequestCode.SendMessage, RequestCode.SendMessageV2, RequestCode.SendBatchMessage, RequestCode.QueryConsumeQueue,
        RequestCode.PopMessage, RequestCode.AckMessage, RequestCode.ChangeMessageInvisibletime, RequestCode.Notification, RequestCode.PollingInfo,
        RequestCode.GetTopicConfig, RequestCode.GetSubscriptiongroupConfig, RequestCode.RecallMessage,
    ];

    public Task RunAsync(Target target, CancellationToken cancellationToken) => Task.WhenAll(
        Target.FloodAsync(target.Broker, i => Requests.Any(Codes[i % Codes.Length], Names.Hostile[i / Codes.Length % Names.Hostile.Length]), cancellationToken),
        Target.FloodAsync(target.NameServer, i => Requests.Any(RequestCode.GetRouteinfoByTopic, Names.Hostile[i % Names.Hostile.Length]), cancellationToken));
}
