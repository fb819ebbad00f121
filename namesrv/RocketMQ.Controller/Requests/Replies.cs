using System.Buffers;
using RocketMQ.Controller.Sets;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Controller.Requests;

/// <summary>Outcomes as answers, in Apache's shapes.</summary>
internal static class Replies
{
    public static RemotingCommand Of(Outcome outcome, ICommandHeader? header = null) =>
        new() { Code = outcome.Code, Remark = outcome.Remark, Header = header, Flag = RemotingCommand.Response(0).Flag };

    public static RemotingCommand WithBody<TBody>(this RemotingCommand reply, TBody body)
    {
        reply.Body = new ReadOnlySequence<byte>(RemotingJson.Serialize(body));
        return reply;
    }

    public static SyncStateSet SyncStateSetOf(BrokerSet set) => new() { BrokerIds = [.. set.SyncStateSet], SyncStateSetEpoch = set.SyncStateSetEpoch };

    /// <summary>Everybody of a set, with where they are.</summary>
    public static BrokerMemberGroup GroupOf(BrokerSet set) => new()
    {
        Cluster = set.Cluster,
        BrokerName = set.Name,
        BrokerAddrs = set.Replicas.ToDictionary(each => each.Key, each => each.Value.Address),
    };
}
