using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Roles;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Membership.Remoting;

/// <summary>A controller says who is master (1008), an operator asks for the epochs of the log (1007).</summary>
internal sealed class MembershipRequests(BrokerOptions options, Membership membership, EpochFile epochs, CurrentRole role, MessageStore store)
{
    public RemotingCommand Hear(RemotingCommand request)
    {
        membership.Hear(request.ReadHeader<NotifyBrokerRoleChangedRequestHeader>().MasterEpoch ?? 0);
        return RemotingCommand.Response(ResponseCode.Success);
    }

    public RemotingCommand Epochs()
    {
        var entries = epochs.Entries;
        return RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new EpochEntryCache
        {
            ClusterName = options.BrokerClusterName,
            BrokerName = options.BrokerName,
            BrokerId = role.BrokerId,
            MaxOffset = store.MaxPhysicalOffset,
            EpochList =
            [
                .. entries.Select((entry, i) => new EpochEntryCache.Entry
                {
                    Epoch = entry.Epoch, StartOffset = entry.StartOffset, EndOffset = i + 1 < entries.Count ? entries[i + 1].StartOffset : long.MaxValue,
                }),
            ],
        }));
    }
}
