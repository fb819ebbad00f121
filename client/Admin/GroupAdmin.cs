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

    /// <summary>All groups of a broker, by name.</summary>
    public async Task<IReadOnlyDictionary<string, SubscriptionGroupConfig>> GetConfigsAsync(
        string brokerAddress, CancellationToken cancellationToken = default) =>
        (await _admin.AskAsync<SubscriptionGroupWrapper>(
            brokerAddress, RequestCode.GetAllSubscriptiongroupConfig, header: null, cancellationToken).ConfigureAwait(false)).SubscriptionGroupTable;

    /// <summary>Deletes a group from a broker.</summary>
    /// <param name="withOffsets">Forget also where it is.</param>
    public Task DeleteAsync(string brokerAddress, string group, bool withOffsets, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(
            brokerAddress,
            RequestCode.DeleteSubscriptiongroup,
            new DeleteSubscriptionGroupRequestHeader { GroupName = group, CleanOffset = withOffsets },
            cancellationToken);

    /// <summary>Whether the members of a group pull from queues of their own or pop from all.</summary>
    /// <param name="popShareQueueNum">How many queues a popping member serves beside its own share; 0 for all.</param>
    public Task SetRequestModeAsync(
        string brokerAddress, string topic, string group, MessageRequestMode mode, int popShareQueueNum, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(
            brokerAddress,
            RequestCode.SetMessageRequestMode,
            header: null,
            new SetMessageRequestModeRequestBody { Topic = topic, ConsumerGroup = group, Mode = mode, PopShareQueueNum = popShareQueueNum },
            cancellationToken);

    /// <summary>What a member tells of itself; the broker asks it.</summary>
    /// <param name="withStacks">With what each of its threads does, where its language can tell.</param>
    public Task<ConsumerRunningInfo> GetRunningInfoAsync(
        string brokerAddress, string group, string clientId, bool withStacks = false, CancellationToken cancellationToken = default) =>
        _admin.AskAsync<ConsumerRunningInfo>(
            brokerAddress,
            RequestCode.GetConsumerRunningInfo,
            new GetConsumerRunningInfoRequestHeader { ConsumerGroup = group, ClientId = clientId, JstackEnable = withStacks },
            cancellationToken,
            TimeSpan.FromSeconds(15));

    /// <summary>The members of a producer group that are connected to a broker.</summary>
    public Task<ProducerConnection> GetProducerConnectionsAsync(string brokerAddress, string group, CancellationToken cancellationToken = default) =>
        _admin.AskAsync<ProducerConnection>(
            brokerAddress, RequestCode.GetProducerConnectionList, new GetProducerConnectionListRequestHeader { ProducerGroup = group }, cancellationToken);
}
