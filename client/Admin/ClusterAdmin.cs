using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Admin;

/// <summary>Brokers and clusters.</summary>
public sealed class ClusterAdmin
{
    private readonly AdminClient _admin;

    internal ClusterAdmin(AdminClient admin) => _admin = admin;

    /// <summary>All brokers and clusters that are registered.</summary>
    public async Task<ClusterInfo> GetAsync(CancellationToken cancellationToken = default)
    {
        var response = await _admin.InvokeNameServerAsync(RemotingCommand.Request(RequestCode.GetBrokerClusterInfo), cancellationToken).ConfigureAwait(false);
        return RemotingJson.Deserialize<ClusterInfo>(response.Body.FirstSpan);
    }

    /// <summary>What a broker reports of itself: versions, rates, disk use, by name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetRuntimeInfoAsync(string brokerAddress, CancellationToken cancellationToken = default)
    {
        var response = await _admin.InvokeAsync(
            brokerAddress, RemotingCommand.Request(RequestCode.GetBrokerRuntimeInfo), cancellationToken: cancellationToken).ConfigureAwait(false);
        return RemotingJson.Deserialize<KVTable>(response.Body.FirstSpan).Table;
    }
}
