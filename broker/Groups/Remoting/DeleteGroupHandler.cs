using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Groups.Remoting;

/// <summary>
/// DELETE_SUBSCRIPTIONGROUP (207): a group and, where asked, its offsets. The broker's own groups stay: without their offsets it would
/// check every transaction and bring back every popped message again.
/// </summary>
internal sealed class DeleteGroupHandler(SubscriptionGroups groups, ConsumerOffsets offsets, BrokerStatistics statistics) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<DeleteSubscriptionGroupRequestHeader>();
        if (SystemTopics.IsSystemGroup(header.GroupName))
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, $"The group[{header.GroupName}] is one of the broker's own and stays.");
        }

        if (header.CleanOffset)
        {
            // Before the group is: once that is gone for good, the next one of its name must not find them, whatever happens in between.
            offsets.RemoveGroup(header.GroupName);
            await offsets.HandOverAsync().ConfigureAwait(false);
        }

        groups.Remove(header.GroupName);
        statistics.RemoveGroup(header.GroupName);
        if (header.CleanOffset)
        {
            // What was committed meanwhile.
            offsets.RemoveGroup(header.GroupName);
        }

        var refusal = await groups.Saved.ConfigureAwait(false) ?? await offsets.SaveAsync().ConfigureAwait(false);
        return refusal?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }
}
