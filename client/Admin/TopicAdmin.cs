using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Admin;

/// <summary>Topics, at brokers and at name servers.</summary>
public sealed class TopicAdmin
{
    private readonly AdminClient _admin;

    internal TopicAdmin(AdminClient admin) => _admin = admin;

    /// <summary>Creates a topic on a broker or changes it.</summary>
    public Task CreateOrUpdateAsync(string brokerAddress, TopicConfig topic, CancellationToken cancellationToken = default)
    {
        var header = new CreateTopicRequestHeader
        {
            Topic = topic.TopicName,
            DefaultTopic = RouteTable.ModelTopic,
            ReadQueueNums = topic.ReadQueueNums,
            WriteQueueNums = topic.WriteQueueNums,
            Perm = topic.Perm,
            TopicFilterType = topic.TopicFilterType == TopicFilterType.MultiTag ? "MULTI_TAG" : "SINGLE_TAG",
            TopicSysFlag = topic.TopicSysFlag,
            Order = topic.Order,
            Attributes = string.Join(',', topic.Attributes.Select(a => a.Value.Length == 0 ? a.Key : $"{a.Key}={a.Value}")),
        };
        return _admin.InvokeAsync(brokerAddress, RemotingCommand.Request(RequestCode.UpdateAndCreateTopic, header), cancellationToken: cancellationToken);
    }

    /// <summary>Deletes a topic and its messages from a broker.</summary>
    public Task DeleteAsync(string brokerAddress, string topic, CancellationToken cancellationToken = default) =>
        _admin.InvokeAsync(
            brokerAddress,
            RemotingCommand.Request(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = topic }),
            cancellationToken: cancellationToken);

    /// <summary>Makes all name servers forget the topic.</summary>
    /// <param name="cluster">In this cluster only; everywhere when absent.</param>
    public Task DeleteFromNameServersAsync(string topic, string? cluster, CancellationToken cancellationToken = default) =>
        Task.WhenAll(_admin.NameServers.Select(address => _admin.TellAsync(
            address,
            RequestCode.DeleteTopicInNamesrv,
            new DeleteTopicFromNamesrvRequestHeader { Topic = topic, ClusterName = cluster },
            cancellationToken)));

    /// <summary>All topics of a broker, by name.</summary>
    public async Task<IReadOnlyDictionary<string, TopicConfig>> GetConfigsAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        (await _admin.AskAsync<TopicConfigSerializeWrapper>(
            brokerAddress, RequestCode.GetAllTopicConfig, header: null, cancellationToken).ConfigureAwait(false)).TopicConfigTable;

    /// <summary>The groups that consume a topic, as one of its brokers knows them.</summary>
    public async Task<IReadOnlyCollection<string>> GetGroupsAsync(string brokerAddress, string topic, CancellationToken cancellationToken = default) =>
        (await _admin.AskAsync<GroupList>(
            brokerAddress, RequestCode.QueryTopicConsumeByWho, new QueryTopicConsumeByWhoRequestHeader { Topic = topic }, cancellationToken)
            .ConfigureAwait(false)).Groups;

    /// <summary>The names of all topics that name servers know.</summary>
    public async Task<IReadOnlyCollection<string>> ListAsync(CancellationToken cancellationToken = default)
    {
        var response = await _admin.InvokeNameServerAsync(
            RemotingCommand.Request(RequestCode.GetAllTopicListFromNameserver), cancellationToken).ConfigureAwait(false);
        return RemotingJson.Deserialize<TopicList>(response.Body.FirstSpan).Topics;
    }

    /// <summary>Which brokers hold a topic, and in how many queues.</summary>
    public async Task<TopicRouteData> GetRouteAsync(string topic, CancellationToken cancellationToken = default)
    {
        var header = new GetRouteInfoRequestHeader { Topic = topic, AcceptStandardJsonOnly = true };
        var response = await _admin.InvokeNameServerAsync(
            RemotingCommand.Request(RequestCode.GetRouteinfoByTopic, header), cancellationToken).ConfigureAwait(false);
        return RemotingJson.Deserialize<TopicRouteData>(response.Body.FirstSpan);
    }

    /// <summary>The extent of each queue of a topic on a broker.</summary>
    public async Task<TopicStatsTable> GetStatsAsync(string brokerAddress, string topic, CancellationToken cancellationToken = default)
    {
        var response = await _admin.InvokeAsync(
            brokerAddress,
            RemotingCommand.Request(RequestCode.GetTopicStatsInfo, new GetTopicStatsInfoRequestHeader { Topic = topic }),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return RemotingJson.Deserialize<TopicStatsTable>(response.Body.FirstSpan);
    }
}
