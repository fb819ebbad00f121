using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Admin;

/// <summary>Consumer groups, at brokers.</summary>
public sealed class GroupAdmin
{
    private readonly AdminClient _admin;

    internal GroupAdmin(AdminClient admin) => _admin = admin;

    /// <summary>Creates a group on a broker or changes it.</summary>
    public Task CreateOrUpdateAsync(string brokerAddress, SubscriptionGroupConfig group, CancellationToken cancellationToken = default) =>
        _admin.InvokeAsync(
            brokerAddress,
            RemotingCommand.Request(RequestCode.UpdateAndCreateSubscriptiongroup, body: RemotingJson.Serialize(group)),
            cancellationToken: cancellationToken);

    /// <summary>How far a group is in each queue on a broker.</summary>
    /// <param name="topic">All topics of the group when absent.</param>
    public async Task<ConsumeStats> GetStatsAsync(
        string brokerAddress, string group, string? topic = null, CancellationToken cancellationToken = default)
    {
        var response = await _admin.InvokeAsync(
            brokerAddress,
            RemotingCommand.Request(RequestCode.GetConsumeStats, new GetConsumeStatsRequestHeader { ConsumerGroup = group, Topic = topic }),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return RemotingJson.Deserialize<ConsumeStats>(response.Body.FirstSpan);
    }

    /// <summary>The members of a group that are connected to a broker.</summary>
    public async Task<ConsumerConnection> GetConnectionsAsync(string brokerAddress, string group, CancellationToken cancellationToken = default)
    {
        var header = new GetConsumerConnectionListRequestHeader { ConsumerGroup = group };
        var response = await _admin.InvokeAsync(
            brokerAddress, RemotingCommand.Request(RequestCode.GetConsumerConnectionList, header), cancellationToken: cancellationToken).ConfigureAwait(false);
        return RemotingJson.Deserialize<ConsumerConnection>(response.Body.FirstSpan);
    }
}
